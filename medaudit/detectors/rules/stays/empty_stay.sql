/*
code        = "STY04"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)"]
prior       = 0.5
needs       = ["fee_item"]
subsumes    = ["STY03", "STY06"]
excludes    = ["psychiatric", "per_diem", "hospice", "newborn", "maternity", "transfer"]

[title]
zh = "空床住院：整次住院没有任何诊疗"
en = "Empty stay: nothing was done"

[message]
zh = "住院 {nights} 天、{lines} 条费用全部是床位、护理、诊察一类，没有检查、化验、治疗或药品"
en = "All {lines} charges of a {nights}-night stay are bed, nursing or consultation; no test, treatment or drug"

[benign]
zh = "打包付费只上传床位明细；检查和药品记在门诊账上；入院后本人要求离院；隔离观察"
en = "A package payment of which only the bed is uploaded; tests and drugs billed as outpatient; the patient left of their own accord; isolation for observation"

[next]
zh = "调取病历、医嘱和护理记录，核实患者是否实际住院；核对明细是否上传完整；同时段门诊是否另有费用"
en = "Read the record, orders and nursing notes: was the patient really there; check that all charges were uploaded and whether outpatient bills cover the same days"

[params.min_nights]
default = 1
unit = "day"
help = { zh = "至少住多少天才判断", en = "Shortest stay that is judged" }
source = { zh = "本系统取值：当天出院可能来不及开医嘱", en = "medaudit's own default: a stay of one day may end before anything is ordered" }

[params.detail_share]
default = 0.9
unit = "share"
help = { zh = "明细金额至少占住院总费用的比例，低于此视为明细不全，不判断", en = "Least share of the bill that the lines must explain; below it the detail counts as incomplete and nothing is said" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH
-- Class 14 (other) and unknown classes count as something done: only what is surely bed and board makes a stay empty.
content AS (
    SELECT
        stay_id, count(*) AS lines, sum(charge) AS line_charge,
        sum(CASE WHEN med_chrgitm_type IN ('01', '02', '07', '12', '13') THEN 0 ELSE 1 END) AS done_lines
    FROM line
    WHERE stay_id IS NOT NULL
    GROUP BY stay_id
)
SELECT
    v.setl_id, s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg,
    s.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN s.nights >= 3 THEN 1.0 WHEN s.nights = 2 THEN 0.8 ELSE 0.6 END AS DOUBLE) AS strength,
    s.nights, s.admitted, s.discharged, s.main_dx, s.dept, c.lines, c.line_charge
FROM stay s
LEFT JOIN content c ON c.stay_id = s.stay_id
JOIN visit v ON v.stay_id = s.stay_id
WHERE c.lines > 0                                                          -- 有费用明细 | There are fee lines
  AND CAST(c.line_charge AS DOUBLE) / nullif(s.charge, 0) >= $detail_share  -- 明细基本完整 | The lines explain the bill
  AND c.done_lines = 0                                                     -- 没有检查、化验、治疗、手术、材料或药品 | No examination, test, treatment, operation, material or drug
  AND s.nights >= $min_nights                                              -- 过夜 | The patient stayed overnight
