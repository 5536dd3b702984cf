/*
[grain]
zh = "每两位不止一次同住的患者一行（见 stay_meeting）"
en = "one row per two patients who were in together more than once (see stay_meeting)"
[columns]
one = { zh = "编号较小的一人", en = "the person whose code comes first" }
other = { zh = "另一人", en = "the other" }
met = { zh = "同住的次数", en = "times they were in together" }
places = { zh = "在几家机构", en = "at how many institutions" }
expected = { zh = "偶然同住的次数期望", en = "times they would be by chance" }
*/
WITH met AS (
  SELECT one, other, count(DISTINCT one_stay) AS met, count(DISTINCT fixmedins_code) AS places
  FROM stay_meeting GROUP BY one, other HAVING count(DISTINCT one_stay) >= 2
), place AS (
  SELECT fixmedins_code, max(chance) AS chance FROM stay_meeting GROUP BY fixmedins_code
), whom AS (
  SELECT one AS person_id FROM met UNION SELECT other FROM met
), came AS (
  SELECT s.person_id, s.fixmedins_code, count(*) AS stays FROM stay s JOIN whom p ON p.person_id = s.person_id GROUP BY s.person_id, s.fixmedins_code
), due AS (
  SELECT m.one, m.other, sum(CAST(CAST(a.stays AS DOUBLE) * b.stays * p.chance AS DECIMAL(18,9))) AS expected
  FROM met m
  JOIN came a ON a.person_id = m.one
  JOIN came b ON b.person_id = m.other AND b.fixmedins_code = a.fixmedins_code
  JOIN place p ON p.fixmedins_code = a.fixmedins_code
  GROUP BY m.one, m.other
)
SELECT m.one, m.other, CAST(m.met AS INTEGER) AS met, CAST(m.places AS INTEGER) AS places, d.expected
FROM met m JOIN due d ON d.one = m.one AND d.other = m.other
