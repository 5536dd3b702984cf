/*
[grain]
zh = "每家机构（含药店）或每位主治医师、每类就诊、每个病例组一行：合计"
en = "one row per institution (pharmacies too) or attending doctor, kind of encounter and case group: sums of encounter"
[columns]
subject_type = { zh = "institution 机构（含药店）、doctor 医师", en = "institution (pharmacies too) or doctor" }
subject_id = { zh = "机构或医师编号", en = "code of the institution or doctor" }
encounters = { zh = "就诊次数", en = "encounters" }
charge_square = { zh = "总费用的平方和（元²），每次至多按 10 亿元", en = "sum of the charges squared, yuan²; each a thousand million at most" }
lines_square = { zh = "明细合计的平方和（元²）", en = "sum of the lines' sums squared, yuan²" }
nights_square = { zh = "天数的平方和", en = "sum of the nights squared" }
items_square = { zh = "项目数的平方和", en = "sum of the items squared" }
*/
WITH keyed AS (
  SELECT 'institution' AS subject_type, fixmedins_code AS subject_id, e.* FROM encounter e
  UNION ALL
  SELECT 'doctor', dr_codg, e.* FROM encounter e WHERE dr_codg IS NOT NULL
)
SELECT subject_type, subject_id, kind, case_group,
         count(*) AS encounters, sum(charge) AS charge, sum(CAST(least(CAST(charge AS DOUBLE), 1000000000) * least(CAST(charge AS DOUBLE), 1000000000) AS DECIMAL(28,2))) AS charge_square, sum(nights) AS nights,
         sum(CAST(CAST(nights AS DOUBLE) * nights AS INTEGER)) AS nights_square, sum(items) AS items, sum(CAST(CAST(items AS DOUBLE) * items AS INTEGER)) AS items_square,
         sum(lines_charge) AS lines_charge, sum(CAST(least(CAST(lines_charge AS DOUBLE), 1000000000) * least(CAST(lines_charge AS DOUBLE), 1000000000) AS DECIMAL(28,2))) AS lines_square,
         sum(drug) AS drug, sum(exam) AS exam, sum(test) AS test, sum(treatment) AS treatment, sum(consumable) AS consumable, sum(self_pay) AS self_pay
FROM keyed
GROUP BY subject_type, subject_id, kind, case_group
