/*
[grain]
zh = "每个群体（见 group_admission）、每家机构、每个有人入院的日期一行：当日起三天内入院的人数"
en = "one row per group (see group_admission), institution and day on which one of it was admitted: how many within three days from then"
[columns]
kind = { zh = "群体：care_home 养老机构、phone 电话、employer 单位、address 地址", en = "the group: care_home, phone, employer or address" }
group_id = { zh = "养老机构、电话、单位或地址", en = "the care home, telephone, employer or address" }
place = { zh = "群体由具体到宽泛的次序，1 最具体", en = "from the closest kind of group, 1, to the widest" }
day_no = { zh = "入院日期（2000 年 1 月 1 日起的天数）", en = "the day of admission, in days from 1 January 2000" }
came = { zh = "人数，同户算一人（养老机构按人）", en = "how many, a household counted once (in a care home the person)" }
others_expected = { zh = "除一人外，按该群体在该机构的住院量和该机构当时的收治量应有几人", en = "how many besides one are to be expected by the group's stays there and what the institution admitted in these days" }
*/
WITH span AS (
  SELECT greatest(date_diff('day', min(admitted), max(admitted)) + 1, 3) AS days_in_all FROM stay
), volume AS (
  SELECT fixmedins_code, date_diff('day', DATE '2000-01-01', admitted) AS day_no, count(*) AS stays FROM stay
  GROUP BY fixmedins_code, date_diff('day', DATE '2000-01-01', admitted)
), total AS (
  SELECT fixmedins_code, sum(stays) AS stays FROM volume GROUP BY fixmedins_code
), own AS (
  SELECT kind, group_id, place, fixmedins_code, unit, stay_id, date_diff('day', DATE '2000-01-01', admitted) AS day_no FROM group_admission
), size AS (
  SELECT kind, group_id, fixmedins_code, count(*) AS stays FROM own GROUP BY kind, group_id, fixmedins_code HAVING count(*) >= 4
), start AS (
  SELECT o.kind, o.group_id, o.place, o.fixmedins_code, o.day_no, z.stays FROM own o
  JOIN size z ON z.kind = o.kind AND z.group_id = o.group_id AND z.fixmedins_code = o.fixmedins_code
  GROUP BY o.kind, o.group_id, o.place, o.fixmedins_code, o.day_no, z.stays
), batch AS (
  SELECT s.kind, s.group_id, s.place, s.fixmedins_code, s.day_no, s.stays, count(DISTINCT o.unit) AS came, count(*) AS came_stays
  FROM start s
  CROSS JOIN (SELECT 0 AS step UNION ALL SELECT 1 UNION ALL SELECT 2) k
  JOIN own o ON o.kind = s.kind AND o.group_id = s.group_id AND o.fixmedins_code = s.fixmedins_code AND o.day_no = s.day_no + k.step
  GROUP BY s.kind, s.group_id, s.place, s.fixmedins_code, s.day_no, s.stays
), around AS (
  SELECT b.kind, b.group_id, b.fixmedins_code, b.day_no, sum(v.stays) AS stays
  FROM batch b
  CROSS JOIN (SELECT 0 AS step UNION ALL SELECT 1 UNION ALL SELECT 2) k
  JOIN volume v ON v.fixmedins_code = b.fixmedins_code AND v.day_no = b.day_no + k.step
  GROUP BY b.kind, b.group_id, b.fixmedins_code, b.day_no
)
SELECT b.kind, b.group_id, b.place, b.fixmedins_code, CAST(b.day_no AS INTEGER) AS day_no, CAST(b.came AS INTEGER) AS came,
       CAST(b.stays - 1 AS DOUBLE) * greatest(CAST(a.stays - b.came_stays AS DOUBLE) / nullif(t.stays - b.stays, 0), CAST(3 AS DOUBLE) / nullif(s.days_in_all, 0)) AS others_expected
FROM batch b
JOIN around a ON a.kind = b.kind AND a.group_id = b.group_id AND a.fixmedins_code = b.fixmedins_code AND a.day_no = b.day_no
JOIN total t ON t.fixmedins_code = b.fixmedins_code
CROSS JOIN span s
