/*
[grain]
zh = "每次住院、每个指标一行：指标的分子与分母，占比为二者之和的比"
en = "one row per stay and indicator: numerator and denominator; a share is the ratio of their sums"
[columns]
indicator = { zh = "指标：drug 药品、exam 检查、exam_test 检查化验、consumable 耗材、treatment 治疗、ct、mr、self_pay 自负、self_drug 自费药品、large_exam 大型检查使用、readmission 31 天内非计划再住院、visits 人次人头比、case_cost 次均费用", en = "drug, exam, exam_test, consumable, treatment, ct, mr, self_pay, self_drug, large_exam, readmission, visits (stays per head) or case_cost (cost of a stay)" }
part = { zh = "分子", en = "numerator" }
whole = { zh = "分母", en = "denominator" }
*/
WITH lined_up AS (
  SELECT c.*, e.setl_id IS NOT NULL AS is_special, s.dscg_way, max(c.discharged) OVER (PARTITION BY c.fixmedins_code) AS last_day,
         lead(c.admitted) OVER (PARTITION BY c.person_id, c.fixmedins_code ORDER BY c.admitted, c.discharged, c.stay_id) AS next_admitted,
         lead(e.setl_id) OVER (PARTITION BY c.person_id, c.fixmedins_code ORDER BY c.admitted, c.discharged, c.stay_id) AS next_special,
         row_number() OVER (PARTITION BY c.person_id, c.fixmedins_code, c.year, c.case_group ORDER BY c.admitted, c.discharged, c.stay_id) AS turn
  FROM stay_cost c
  JOIN stay s ON s.stay_id = c.stay_id
  -- What brings people back by itself: courses, cycles, newborns and mothers, long psychiatric care.
  LEFT JOIN (SELECT setl_id FROM exclusion WHERE reason <> 'emergency' GROUP BY setl_id) e ON e.setl_id = c.setl_id
), told AS (
  -- A stay of the last month may still be followed by another; the dead and those handed on cannot come back.
  SELECT l.*, substr(CAST(discharged AS VARCHAR), 6, 5) = '12-31' AND date_diff('day', discharged, next_admitted) <= 1 AS is_cut,
         CASE WHEN next_admitted IS NOT NULL AND next_special IS NULL AND date_diff('day', discharged, next_admitted) BETWEEN 0 AND 31
              THEN 1 ELSE 0 END AS came_back,
         NOT is_special AND coalesce(dscg_way, '1') NOT IN ('2', '3', '5') AND date_diff('day', discharged, last_day) >= 31 AS is_followed
  FROM lined_up l
), listed AS (
  SELECT 'drug' AS indicator, stay_id, drug AS part, lines_charge AS whole FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'exam', stay_id, exam, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'exam_test', stay_id, exam + test, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'consumable', stay_id, consumable, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'treatment', stay_id, treatment, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'ct', stay_id, ct, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'mr', stay_id, mr, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'self_pay', stay_id, self_pay, lines_charge FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'self_drug', stay_id, self_drug, drug FROM told WHERE drug > 0
  UNION ALL SELECT 'large_exam', stay_id, CASE WHEN large_exams > 0 THEN 1 ELSE 0 END, 1 FROM told WHERE lines_charge > 0
  UNION ALL SELECT 'readmission', stay_id, came_back, 1 FROM told WHERE is_followed AND NOT coalesce(is_cut, FALSE)
  UNION ALL SELECT 'visits', stay_id, 1, CASE WHEN turn = 1 THEN 1 ELSE 0 END FROM told WHERE NOT is_special
  UNION ALL SELECT 'case_cost', stay_id, coalesce(lines_charge, charge), 1 FROM told WHERE NOT is_special
)
SELECT l.indicator, c.stay_id, c.setl_id, c.person_id, c.psn_no, c.fixmedins_code, c.hosp_lv, c.dr_codg, c.discharged, c.month, c.year,
       c.peer_group, c.case_group, CAST(l.part AS DECIMAL(18,2)) AS part, CAST(l.whole AS DECIMAL(18,2)) AS whole
FROM listed l
JOIN stay_cost c ON c.stay_id = l.stay_id
