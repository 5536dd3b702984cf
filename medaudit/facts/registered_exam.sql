/*
[grain]
zh = "有慢特病备案的人每个有检查、化验或住院的日子一行"
en = "one row per day on which a person with a chronic registration had a test, an examination or a stay"
[columns]
day = { zh = "日期；住院为入院日和出院日", en = "the day; of a stay its first and its last" }
exam_kind = { zh = "stay 住院、test 检查化验、unknown 没有明细看不出", en = "stay, test, or unknown where the settlement has no lines" }
*/
WITH registered AS (
  SELECT person_id FROM registration GROUP BY person_id
), billed AS (
  -- A line of unknown class might be a test.
  SELECT l.setl_id, l.person_id, l.day,
         max(CASE WHEN coalesce(l.med_chrgitm_type, '03') IN ('03', '04') THEN 1 ELSE 0 END) AS tested
  FROM line l
  JOIN registered r ON r.person_id = l.person_id
  GROUP BY l.setl_id, l.person_id, l.day
), seen AS (
  SELECT person_id, day, 'test' AS exam_kind FROM billed WHERE tested = 1
  UNION ALL
  SELECT s.person_id, s.admitted, 'stay' FROM stay s JOIN registered r ON r.person_id = s.person_id
  UNION ALL
  SELECT s.person_id, s.discharged, 'stay' FROM stay s JOIN registered r ON r.person_id = s.person_id
  UNION ALL
  SELECT v.person_id, v.begndate, 'unknown'
  FROM visit v JOIN registered r ON r.person_id = v.person_id
  WHERE v.setting <> 'pharmacy' AND NOT EXISTS (SELECT 1 FROM billed b WHERE b.setl_id = v.setl_id)
)
SELECT person_id, day, min(exam_kind) AS exam_kind FROM seen GROUP BY person_id, day
