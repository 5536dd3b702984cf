/*
code        = "STY06"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000204005000"]
prior       = 0.25
needs       = ["fee_item", "settlement.brdy|person.brdy"]
excludes    = ["newborn", "maternity", "day_surgery", "transfer", "emergency", "chemotherapy", "radiotherapy", "dialysis",
               "psychiatric", "per_diem", "rehabilitation", "hospice", "planned_readmission", "staged_surgery"]

[title]
zh = "低标准入院线索"
en = "Possible low-standard admission"

[message]
zh = "因轻症（{disease}）住院 {nights} 天，总费用 {charge} 元，检查化验占 {exam_percent}%，无手术"
en = "Admitted for {disease}, a mild illness: {nights} nights, {charge} yuan in all, {exam_percent}% of it tests, no operation"

[benign]
zh = "基础病多或病情不稳，需要住院观察；入院待查后排除重症；当地门诊不能输液或做该检查"
en = "Other illnesses or an unstable state called for observation; a serious disease was ruled out after admission; the test or infusion is not available to outpatients there"

[next]
zh = "审阅病历，对照该病种入院标准和生命体征；看检查结果是否足以在门诊处理；统计该科室同类轻症住院的比例"
en = "Read the record against the admission criteria and vital signs; ask whether the same could be done as an outpatient; see what share of the department's stays are of this kind"

[params.exam_share]
default = 0.8
unit = "share"
help = { zh = "检查化验费占总费用的比例达到多少算以检查为目的", en = "Share of examinations and tests from which the stay looks like a check-up" }
source = { zh = "某地公布的稽核标准为 80%", en = "80% in one published local audit standard" }

[params.max_charge]
default = 500
unit = "yuan"
help = { zh = "总费用低于多少元视为无需住院", en = "Total charge below which a stay looks unnecessary" }
source = { zh = "某稽核系统为 500 元", en = "500 yuan in one audit system" }

[params.max_nights]
default = 3
unit = "day"
help = { zh = "没有治疗项目的住院，不超过多少天算短住院", en = "Longest stay without any treatment item that counts as short" }
source = { zh = "本系统取值", en = "medaudit's own default" }

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
mild AS (
    SELECT s.stay_id, max(m.name) AS mild_name
    FROM stay s
    JOIN mild_diagnosis m ON starts_with(s.main_dx, m.prefix)
    GROUP BY s.stay_id
),
-- A line of unknown class might be the operation or treatment, so it counts as one.
content AS (
    SELECT
        stay_id, count(*) AS lines,
        sum(CASE WHEN coalesce(med_chrgitm_type, '06') = '06' THEN 1 ELSE 0 END) AS operation_lines,
        sum(CASE WHEN coalesce(med_chrgitm_type, '05') = '05' THEN 1 ELSE 0 END) AS treatment_lines,
        CAST(sum(CASE WHEN med_chrgitm_type IN ('03', '04') THEN charge ELSE 0 END) AS DOUBLE) / nullif(sum(charge), 0) AS exam_share
    FROM line
    WHERE stay_id IS NOT NULL
    GROUP BY stay_id
),
judged AS (
    SELECT
        s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted, s.discharged, s.nights, s.age, s.charge, s.main_dx,
        s.dscg_way, m.mild_name, coalesce(s.dise_name, m.mild_name) AS disease, c.lines, c.operation_lines, c.treatment_lines,
        c.exam_share,
        CASE WHEN c.exam_share >= $exam_share THEN 1 ELSE 0 END
        + CASE WHEN s.charge < $max_charge THEN 1 ELSE 0 END
        + CASE WHEN c.treatment_lines = 0 AND s.nights <= $max_nights THEN 1 ELSE 0 END AS signs
    FROM stay s
    LEFT JOIN mild m ON m.stay_id = s.stay_id
    LEFT JOIN content c ON c.stay_id = s.stay_id
)
SELECT
    v.setl_id, j.stay_id, j.psn_no, j.fixmedins_code, j.dr_codg,
    j.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN j.signs = 3 THEN 1.0 WHEN j.signs = 2 THEN 0.7 ELSE 0.4 END AS DOUBLE) AS strength,
    j.disease, j.main_dx, j.admitted, j.discharged, j.nights, j.age, j.charge, j.signs, j.treatment_lines,
    CAST(floor(100 * j.exam_share + 0.5) AS INTEGER) AS exam_percent
FROM judged j
JOIN visit v ON v.stay_id = j.stay_id
WHERE j.mild_name IS NOT NULL                         -- 主诊断属轻症 | The main diagnosis is a mild one
  AND j.lines > 0                                     -- 有费用明细 | There are fee lines
  AND j.operation_lines = 0                           -- 没有手术 | No operation
  AND j.signs >= 1                                    -- 以检查为主、费用很低或短住院无治疗，至少占一项 | Mostly tests, very cheap, or short without treatment: at least one
  AND j.age >= $min_age                               -- 不是幼儿 | Not a small child
  AND j.age <= $max_age                               -- 不是高龄 | Not very old
  AND coalesce(j.dscg_way, '') <> '5'                 -- 不是死亡离院 | The patient did not die
