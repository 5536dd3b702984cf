/*
[grain]
zh = "每两位不同户的患者、每次同住一行：同一机构，入院相差不过 1 天、出院相差不过 1 天；有常见理由的住院除外"
en = "one row per two patients of different households and time they were in together: one institution, admitted and discharged at most a day apart; stays that a usual reason explains left out"
[columns]
one = { zh = "编号较小的一人", en = "the person whose code comes first" }
other = { zh = "另一人", en = "the other" }
one_stay = { zh = "前者的住院", en = "the first's stay" }
other_stay = { zh = "后者的住院", en = "the other's stay" }
admitted = { zh = "两人中较早的入院日期", en = "the earlier admission of the two" }
chance = { zh = "各住一次院的两人偶然这样同住的概率（按该机构的住院天数）", en = "probability that two who are in once each are so together by chance (by the institution's lengths of stay)" }
*/
WITH plain AS (
  SELECT s.stay_id, s.person_id, s.fixmedins_code, s.admitted, s.discharged, h.household,
         date_diff('day', DATE '2000-01-01', s.admitted) AS day_no, date_diff('day', s.admitted, s.discharged) AS nights
  FROM stay s
  JOIN household h ON h.person_id = s.person_id
  WHERE NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = s.setl_id)
), length AS (
  SELECT fixmedins_code, nights, count(*) AS stays FROM plain GROUP BY fixmedins_code, nights
), shared AS (
  SELECT fixmedins_code, nights, CAST(stays AS DOUBLE) / nullif(sum(stays) OVER (PARTITION BY fixmedins_code), 0) AS part FROM length
), place AS (
  SELECT a.fixmedins_code, CAST(sum(CAST(CAST(a.part AS DOUBLE) * b.part AS DECIMAL(18,12))) AS DOUBLE) AS alike
  FROM shared a JOIN shared b ON b.fixmedins_code = a.fixmedins_code AND abs(b.nights - a.nights) <= 1
  GROUP BY a.fixmedins_code
), span AS (
  SELECT greatest(date_diff('day', min(admitted), max(admitted)) + 1, 3) AS days_in_all FROM plain
), again AS (
  SELECT person_id FROM plain GROUP BY person_id HAVING count(*) >= 2
), came AS (
  SELECT p.* FROM plain p JOIN again a ON a.person_id = p.person_id
), crowd AS (
  SELECT fixmedins_code, day_no FROM came GROUP BY fixmedins_code, day_no HAVING count(*) > 150
), calm AS (
  SELECT c.* FROM came c LEFT JOIN crowd w ON w.fixmedins_code = c.fixmedins_code AND w.day_no = c.day_no WHERE w.day_no IS NULL
), ahead AS (
  SELECT c.*, c.day_no + s.step AS day_met, s.step FROM calm c CROSS JOIN (SELECT 0 AS step UNION ALL SELECT 1) s
)
SELECT CASE WHEN a.person_id < b.person_id THEN a.person_id ELSE b.person_id END AS one,
       CASE WHEN a.person_id < b.person_id THEN b.person_id ELSE a.person_id END AS other, a.fixmedins_code,
       CASE WHEN a.person_id < b.person_id THEN a.stay_id ELSE b.stay_id END AS one_stay,
       CASE WHEN a.person_id < b.person_id THEN b.stay_id ELSE a.stay_id END AS other_stay, a.admitted,
       least(CAST(p.alike AS DOUBLE) * 3 / nullif(s.days_in_all, 0), 1) AS chance
FROM ahead a
JOIN calm b ON b.fixmedins_code = a.fixmedins_code AND b.day_no = a.day_met
JOIN place p ON p.fixmedins_code = a.fixmedins_code
CROSS JOIN span s
WHERE a.household <> b.household AND (a.step = 1 OR a.person_id < b.person_id) AND a.person_id <> b.person_id
  AND abs(date_diff('day', a.discharged, b.discharged)) <= 1
