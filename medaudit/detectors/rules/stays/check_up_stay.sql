/*
code        = "STY09"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000204005000"]
prior       = 0.7
needs       = ["fee_item", "settlement.brdy|person.brdy"]
excludes    = ["newborn", "maternity", "day_surgery", "transfer", "emergency", "chemotherapy", "radiotherapy", "dialysis",
               "psychiatric", "per_diem", "rehabilitation", "hospice", "planned_readmission", "staged_surgery"]
subsumes    = ["STY06"]

[title]
zh = "体检式住院"
en = "A stay that is a check-up"

[message]
zh = "住院 {nights} 天共 {charge} 元，检查化验占 {exam_percent}%，治疗费 {treatment_charge} 元，无手术（诊断：{disease}）"
en = "{nights} nights and {charge} yuan: {exam_percent}% examinations and tests, {treatment_charge} yuan of treatment, no operation (diagnosis: {disease})"

[benign]
zh = "疑难病住院查因，查明后转门诊或他院；肿瘤分期、外伤观察而主诊断未写明；检查后患者自行离院；治疗和药品记在别处或明细不全；当地门诊不开展该检查"
en = "An unclear illness was worked up and then treated elsewhere; staging of a tumour or observation after an injury that the diagnosis does not tell; the patient left once the tests were done; treatment was billed elsewhere or lines are missing; the test is not offered to outpatients there"

[next]
zh = "审阅病历：入院指征是什么，检查有没有阳性发现，结果出来后做了什么；看检查是否套餐式、同科室多名患者是否相同；门诊能否完成"
en = "Read the record: why was the patient admitted, did the tests find anything and what followed; see whether the tests come as one package for many patients of the department and could be done as an outpatient"

[params.exam_share]
default = 0.8
unit = "share"
help = { zh = "检查化验费占总费用的比例达到多少", en = "Share of examinations and tests in the charges from which a stay is reported" }
source = { zh = "某地公布的稽核标准为 80%；无全国依据", en = "80% in one published local audit standard; no national source" }

[params.treatment_share]
default = 0.05
unit = "share"
help = { zh = "治疗费占比不超过多少视为没有实质治疗", en = "Largest share of treatment charges that counts as no real treatment" }
source = { zh = "本工具的设定，无全国依据：一次输液或换药不算治疗过程", en = "set by this tool; no national source: one infusion or dressing is no course of treatment" }

[params.detail_share]
default = 0.9
unit = "share"
help = { zh = "明细金额至少占住院总费用的比例，低于此视为明细不全，不判断", en = "Least share of the bill that the lines must explain; below it nothing is said" }
source = { zh = "本工具的设定，与 STY04 相同", en = "set by this tool, as for STY04" }

[params.min_age]
default = 3
unit = "year"
help = { zh = "年龄下限，更小的儿童住院观察多有必要", en = "Youngest age judged; observation of younger children is usually justified" }
source = { zh = "幼儿收治从宽的通常做法", en = "usual admission practice for small children" }

[params.max_age]
default = 80
unit = "year"
help = { zh = "年龄上限，更高龄的患者住院观察多有必要", en = "Oldest age judged; observation of older people is usually justified" }
source = { zh = "高龄老人收治从宽的通常做法", en = "usual admission practice for the very old" }
*/
WITH
-- A line of a class that nobody knows might be the operation, so it counts as one.
content AS (
    SELECT
        stay_id, sum(charge) AS line_charge,
        sum(CASE WHEN med_chrgitm_type BETWEEN '01' AND '14' AND med_chrgitm_type <> '06' THEN 0 ELSE 1 END) AS operation_lines,
        sum(CASE WHEN med_chrgitm_type = '05' THEN charge ELSE 0 END) AS treatment_charge,
        CAST(sum(CASE WHEN med_chrgitm_type IN ('03', '04') THEN charge ELSE 0 END) AS DOUBLE) / nullif(sum(charge), 0) AS exam_share
    FROM line
    WHERE stay_id IS NOT NULL
    GROUP BY stay_id
),
judged AS (
    SELECT
        s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted, s.discharged, s.nights, s.age, s.charge, s.main_dx,
        s.icd3, coalesce(s.dise_name, s.main_dx) AS disease, s.dscg_way, c.line_charge, c.operation_lines, c.treatment_charge,
        c.exam_share,
        CAST(c.treatment_charge AS DOUBLE) / nullif(c.line_charge, 0) AS treatment_share
    FROM content c
    JOIN stay s ON s.stay_id = c.stay_id
    WHERE c.operation_lines = 0  -- 没有手术 | Nothing was operated
)
SELECT
    v.setl_id, j.stay_id, j.psn_no, j.fixmedins_code, j.dr_codg,
    j.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    -- Without a diagnosis, or for a mere symptom, the tests may have been the question: a lead.
    CAST(CASE WHEN j.icd3 IS NULL OR starts_with(j.icd3, 'R') THEN 0.4 WHEN j.treatment_charge > 0 THEN 0.6 ELSE 0.8 END
        AS DOUBLE) AS strength,
    CASE WHEN j.icd3 IS NULL OR starts_with(j.icd3, 'R') THEN 'lead' ELSE 'suspected' END AS level,
    j.disease, j.main_dx, j.admitted, j.discharged, j.nights, j.age, j.charge,
    CAST(j.treatment_charge AS DECIMAL(16,2)) AS treatment_charge,
    CAST(floor(100 * j.exam_share + 0.5) AS INTEGER) AS exam_percent
FROM judged j
JOIN visit v ON v.stay_id = j.stay_id
WHERE j.exam_share >= $exam_share                                              -- 检查化验占比达到限度 | Examinations and tests reach the share
  AND j.treatment_share <= $treatment_share                                    -- 几乎没有治疗费 | Hardly any treatment
  AND CAST(j.line_charge AS DOUBLE) / nullif(j.charge, 0) >= $detail_share     -- 明细基本完整 | The lines explain the bill
  AND NOT coalesce(j.icd3 BETWEEN 'C00' AND 'D48' OR j.icd3 BETWEEN 'S00' AND 'T98', FALSE)  -- 不是肿瘤分期或外伤观察 | No tumour to be staged, no injury to be watched
  AND j.age >= $min_age                                                        -- 不是幼儿 | Not a small child
  AND j.age <= $max_age                                                        -- 不是高龄 | Not very old
  AND j.nights >= 1                                                            -- 过夜 | The patient stayed overnight
  AND coalesce(j.dscg_way, '') NOT IN ('4', '5')                               -- 没有自行离院或死亡 | The patient neither left against advice nor died
