/*
[grain]
zh = "每家机构（含药店）、每位开单医师、每个人一行：可带走药品的发放（见 dispensed）"
en = "one row per institution (pharmacies too), ordering doctor and person: drugs to take home (see dispensed)"
[columns]
subject_type = { zh = "institution 机构（含药店）、doctor 医师、patient 参保人", en = "institution (pharmacies too), doctor or patient" }
subject_id = { zh = "编号", en = "code" }
fills = { zh = "发药次数：结算 × 药品", en = "fills: settlements × drugs" }
drugs = { zh = "药品种数", en = "different drugs" }
charge = { zh = "金额（元）", en = "charge, yuan" }
supply = { zh = "可用天数合计", en = "days of supply" }
supplied = { zh = "其中知道天数的发药次数", en = "fills whose days are known" }
rx_fills = { zh = "有处方号的发药次数", en = "fills with a prescription number" }
pieces_charge = { zh = "其中中药饮片（元）", en = "of which herbal pieces, yuan" }
top_charge = { zh = "金额最多的一种药（元）", en = "charge of the drug that makes up most, yuan" }
excess_days = { zh = "各药超出首末次间隔的可用天数之和，不计最后一次", en = "days of supply beyond the time between the first and the last fill, the last one aside, over all drugs" }
*/
WITH keyed AS (
  SELECT 'institution' AS subject_type, fixmedins_code AS subject_id, d.* FROM dispensed d
  UNION ALL
  SELECT 'doctor', d.dr_codg, d.* FROM dispensed d
  LEFT JOIN placeholder_doctor p ON p.dr_codg = d.dr_codg WHERE d.dr_codg IS NOT NULL AND p.dr_codg IS NULL
  UNION ALL
  SELECT 'patient', person_id, d.* FROM dispensed d
), of_drug AS (
  SELECT subject_type, subject_id, drug, count(*) AS fills, sum(charge) AS charge,
         CAST(sum(CAST(supply AS DECIMAL(18,2))) AS DECIMAL(18,2)) AS supply, sum(CASE WHEN supply IS NULL THEN 0 ELSE 1 END) AS supplied,
         sum(CASE WHEN rx_lines > 0 THEN 1 ELSE 0 END) AS rx_fills,
         sum(CASE WHEN med_chrgitm_type = '10' THEN charge ELSE 0 END) AS pieces_charge, date_diff('day', min(day), max(day)) AS span
  FROM keyed GROUP BY subject_type, subject_id, drug
), ranked AS (
  SELECT o.*,
         CAST(greatest(CAST(supply AS DOUBLE) * (1 - CAST(1 AS DOUBLE) / nullif(supplied, 0)) - span, 0) AS DECIMAL(18,1)) AS excess_days
  FROM of_drug o
)
SELECT subject_type, subject_id, CAST(sum(fills) AS INTEGER) AS fills, CAST(count(*) AS INTEGER) AS drugs, CAST(sum(charge) AS DECIMAL(18,2)) AS charge,
       CAST(coalesce(sum(supply), 0) AS DECIMAL(18,2)) AS supply, CAST(sum(supplied) AS INTEGER) AS supplied, CAST(sum(rx_fills) AS INTEGER) AS rx_fills,
       CAST(sum(pieces_charge) AS DECIMAL(18,2)) AS pieces_charge, CAST(max(charge) AS DECIMAL(18,2)) AS top_charge,
       CAST(coalesce(sum(excess_days), 0) AS DECIMAL(18,1)) AS excess_days
FROM ranked
GROUP BY subject_type, subject_id
