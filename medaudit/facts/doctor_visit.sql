/*
[grain]
zh = "每位医师与每笔结算一行：主治或开单"
en = "one row per doctor and settlement: attending or ordering"
[columns]
dr_codg = { zh = "医师", en = "the doctor" }
charge = { zh = "本人所开明细金额，无明细时为结算金额（元）", en = "charge of their own lines, of the settlement where it has none, yuan" }
fund_money = { zh = "按金额分摊的基金支付（元）", en = "their share of the money paid, yuan" }
*/
WITH ordered AS (
  SELECT dr_codg, setl_id, sum(charge) AS charge FROM line WHERE dr_codg IS NOT NULL GROUP BY dr_codg, setl_id
), attending AS (
  SELECT v.dr_codg, v.setl_id, CAST(0 AS DECIMAL(16,2)) AS charge
  FROM visit v WHERE v.dr_codg IS NOT NULL
), both_ways AS (
  SELECT dr_codg, setl_id, sum(charge) AS charge
  FROM (SELECT dr_codg, setl_id, charge FROM ordered UNION ALL SELECT dr_codg, setl_id, charge FROM attending) o
  GROUP BY dr_codg, setl_id
)
SELECT b.dr_codg, b.setl_id, v.fixmedins_code, v.fixmedins_name, v.hosp_lv, v.person_id,
       CAST(b.charge AS DECIMAL(16,2)) AS charge,
       CAST(CASE WHEN v.charge > 0
                 THEN floor(CAST(v.fund_money AS DOUBLE) * least(CAST(b.charge AS DOUBLE) / CAST(nullif(v.charge, 0) AS DOUBLE), 1)
                            * 100 + 0.5) / CAST(100 AS DOUBLE)
                 ELSE 0 END AS DECIMAL(16,2)) AS fund_money
FROM both_ways b
JOIN visit v ON v.setl_id = b.setl_id
LEFT JOIN placeholder_doctor p ON p.dr_codg = b.dr_codg
WHERE p.dr_codg IS NULL
