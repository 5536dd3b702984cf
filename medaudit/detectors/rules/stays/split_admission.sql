/*
code        = "STY02"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)", "GZ10000204001000"]
prior       = 0.7
needs       = []
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "transfer", "planned_readmission", "emergency", "psychiatric",
               "per_diem", "hospice", "rehabilitation", "newborn", "maternity", "day_surgery", "staged_surgery"]
bands       = { column = "gap", at_most = ["core_gap_days", "gap_days"] }

[title]
zh = "分解住院"
en = "Split admission"

[message]
zh = "{prior_discharged} 出院，间隔 {gap} 天再次住进同一机构（诊断：{disease}）"
en = "Left on {prior_discharged}, back in the same institution after {gap} days (diagnosis: {disease})"

[benign]
zh = "出院后病情变化或出现并发症；患者自行要求提前出院后返院；分次手术或计划性再入院未在清单上标明"
en = "The illness changed or a complication followed; the patient had left early at their own wish; staged surgery or a planned return not marked on the settlement list"

[next]
zh = "对照两次住院的出院小结和入院记录：前次是否达到出院标准，两次诊断、科室、治疗是否基本相同；询问患者是否真正离院；查该科室同类情形的比例"
en = "Compare discharge summary and admission note: were discharge criteria met, are diagnosis, department and treatment much the same; ask whether the patient really left; see how often the department does this"

[params.gap_days]
default = 15
unit = "day"
help = { zh = "前次出院到本次入院最多相隔的天数", en = "Longest gap between the earlier discharge and this admission" }
source = { zh = "多地协议：同种疾病 15 日内；也有 7、10、14 日的", en = "15 days for the same illness in several local agreements; others use 7, 10 or 14" }

[params.core_gap_days]
default = 7
unit = "day"
help = { zh = "核心区间：不超过这个天数的证据强度高，超过的只作观察", en = "Core band: gaps up to this are strong evidence, longer ones only worth watching" }
source = { zh = "连云港协议为 7 日", en = "7 days in the Lianyungang agreement" }
*/
WITH
sequence AS (
    SELECT
        stay_id,
        lag(stay_id) OVER (PARTITION BY person_id, fixmedins_code ORDER BY admitted, discharged, stay_id) AS prior_stay_id
    FROM stay
),
-- What makes a return natural may be marked on the earlier stay only (the plan to come back is written at discharge).
-- An earlier emergency excuses nothing, and an earlier transfer only when the patient left by it (dscg_way below).
excused AS (
    SELECT setl_id, min(reason) AS reason
    FROM exclusion
    WHERE reason NOT IN ('emergency', 'transfer')
    GROUP BY setl_id
),
returns AS (
    SELECT
        s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted, s.discharged, s.icd3, s.main_dx, s.dept,
        coalesce(s.dise_name, s.main_dx) AS disease,
        p.stay_id AS prior_stay_id, p.setl_id AS prior_setl_id, p.admitted AS prior_admitted,
        p.discharged AS prior_discharged, p.icd3 AS prior_icd3, p.main_dx AS prior_main_dx, p.dept AS prior_dept,
        p.dscg_way AS prior_dscg_way, e.reason AS prior_reason,
        -- A discharge registered the day after the return is a return on the same day.
        greatest(date_diff('day', p.discharged, s.admitted), 0) AS gap,
        date_diff('day', p.discharged, s.admitted) >= CASE WHEN s.admitted > p.admitted THEN -1 ELSE 0 END AS has_ended,
        -- Everybody in hospital is settled on the last day of the year, some under a new visit number.
        substr(CAST(p.discharged AS VARCHAR), 6, 5) AS prior_ended,
        -- Without both diagnoses the department decides; unknown departments count as the same, as a weak lead only.
        coalesce(s.icd3 = p.icd3, s.dept = p.dept, TRUE) AS is_alike,
        CASE WHEN s.icd3 IS NULL OR p.icd3 IS NULL THEN 'lead' ELSE 'suspected' END AS level
    FROM sequence q
    JOIN stay s ON s.stay_id = q.stay_id
    JOIN stay p ON p.stay_id = q.prior_stay_id  -- 此前在同一机构住过院 | The person had stayed at this institution before
    LEFT JOIN excused e ON e.setl_id = p.setl_id
)
SELECT
    v.setl_id, r.stay_id, r.psn_no, r.fixmedins_code, r.dr_codg,
    r.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN r.level = 'lead' THEN (CASE WHEN r.gap <= $core_gap_days THEN 0.2 ELSE 0.1 END)
              WHEN r.gap > $core_gap_days THEN 0.4
              WHEN r.gap > 2 THEN 0.8
              ELSE 1.0 END AS DOUBLE) AS strength,
    r.level, r.gap, r.disease, r.admitted, r.discharged, r.main_dx, r.dept,
    r.prior_stay_id, r.prior_setl_id, r.prior_admitted, r.prior_discharged, r.prior_main_dx, r.prior_dept
FROM returns r
JOIN visit v ON v.stay_id = r.stay_id
WHERE r.has_ended                                                     -- 前次已出院，登记晚一天的也算 | The earlier stay had ended, one registered a day late included
  AND r.gap <= $gap_days                                              -- 间隔不超过设定天数 | The gap is within the limit
  AND r.is_alike                                                      -- 主诊断同类，缺诊断时科室相同 | Same disease group, or the same department where a diagnosis is missing
  AND NOT (r.gap <= 1 AND r.prior_ended = '12-31')                    -- 不是年终结算后接续住院 | Not one stay cut by the settlement at the year's end
  AND coalesce(r.prior_dscg_way, '') NOT IN ('2', '3')                -- 前次不是转院离开 | The earlier stay did not end in a transfer
  AND r.prior_reason IS NULL                                          -- 前次没有需要再来的理由（放化疗、计划再住院等） | The earlier stay gives no reason to return (chemotherapy, a planned readmission ...)
