/*
[grain]
zh = "每对不同户、多日相遇的卡一行：在药店至少 2 天，其他机构或没有时钟的至少 3 天"
en = "one row per pair of cards of different households that met on several days: two at pharmacies, three elsewhere or where there is no clock"
[columns]
one = { zh = "编号较小的一人", en = "the person whose code comes first" }
other = { zh = "另一人", en = "the other" }
met_days = { zh = "相遇的天数", en = "days on which they met" }
gap = { zh = "平均相隔秒数", en = "mean seconds between them" }
one_days = { zh = "前者用卡的天数", en = "days on which the first was used" }
other_days = { zh = "后者用卡的天数", en = "days on which the other was used" }
expected = { zh = "偶然相遇的天数期望", en = "days on which they would meet by chance" }
is_pharmacy = { zh = "是否在药店相遇过", en = "whether they met at a pharmacy" }
*/
WITH met AS (
  SELECT one, other, count(DISTINCT day) AS met_days, count(DISTINCT CASE WHEN is_pharmacy AND gap IS NOT NULL THEN day END) AS sure_days,
         bool_or(is_pharmacy) AS is_pharmacy, CAST(sum(gap) AS DOUBLE) / nullif(count(gap), 0) AS gap
  FROM card_meeting GROUP BY one, other
  HAVING count(DISTINCT day) >= 2
), often AS (
  SELECT m.* FROM met m
  JOIN household h ON h.person_id = m.one
  JOIN household k ON k.person_id = m.other
  WHERE (m.sure_days >= 2 OR m.met_days >= 3) AND h.household <> k.household
), whom AS (
  SELECT one AS person_id FROM often UNION SELECT other FROM often
), came AS (
  SELECT u.person_id, u.fixmedins_code, count(DISTINCT u.day) AS came_days
  FROM card_use u JOIN whom p ON p.person_id = u.person_id GROUP BY u.person_id, u.fixmedins_code
), used AS (
  SELECT u.person_id, count(DISTINCT u.day) AS used_days FROM card_use u JOIN whom p ON p.person_id = u.person_id GROUP BY u.person_id
), due AS (
  SELECT o.one, o.other, sum(CAST(CAST(a.came_days AS DOUBLE) * b.came_days * c.chance AS DECIMAL(18,9))) AS expected
  FROM often o
  JOIN came a ON a.person_id = o.one
  JOIN came b ON b.person_id = o.other AND b.fixmedins_code = a.fixmedins_code
  JOIN card_place c ON c.fixmedins_code = a.fixmedins_code
  GROUP BY o.one, o.other
)
SELECT o.one, o.other, CAST(o.met_days AS INTEGER) AS met_days, CAST(o.gap AS DECIMAL(9,1)) AS gap, CAST(x.used_days AS INTEGER) AS one_days,
       CAST(y.used_days AS INTEGER) AS other_days, d.expected, o.is_pharmacy
FROM often o
JOIN due d ON d.one = o.one AND d.other = o.other
JOIN used x ON x.person_id = o.one
JOIN used y ON y.person_id = o.other
