/*
code        = "STY07"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution"]
basis       = ["条例 38(1)"]
prior       = 0.4
needs       = ["settlement.dise_codg|diagnosis"]
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "transfer", "planned_readmission", "emergency", "psychiatric",
               "per_diem", "hospice", "rehabilitation", "newborn", "maternity", "day_surgery", "staged_surgery"]
bands       = { column = "gap", at_most = ["core_gap_days", "gap_days"] }

[title]
zh = "转院式分解住院"
en = "Split admission over two institutions"

[message]
zh = "{prior_discharged} 从 {prior_institution} 出院，{gap} 天后因同类疾病（{disease}）住进 {institution}，没有转院记录，级别也不更高"
en = "Left {prior_institution} on {prior_discharged} and entered {institution}, of no higher level, {gap} days later for the same kind of illness ({disease}); no transfer is on record"

[benign]
zh = "患者或家属不满意疗效，自行换院；实为转院而未填离院方式；后一家有前一家没有的专科、设备或中医治疗；出院后病情变化，就近入院；回家附近的机构继续治疗"
en = "The patient chose another hospital for want of improvement; a transfer entered without its code; the second has a specialty, a machine or traditional treatment the first lacks; the illness changed and the nearest hospital was taken; treatment goes on nearer home"

[next]
zh = "对照前一家的出院小结与后一家的入院记录：出院时是否达到出院标准，诊断和治疗是否接续；问清由谁联系、谁接送；看两家机构之间同样去向的患者有多少，有无共同的举办人或医师"
en = "Compare the first discharge summary with the second admission note: were discharge criteria met, does treatment simply go on; ask who arranged the move; see how many patients went the same way and whether the two share an owner or doctors"

[params.gap_days]
default = 15
unit = "day"
help = { zh = "前次出院到住进另一家机构最多相隔的天数", en = "Longest gap between leaving one institution and entering the other" }
source = { zh = "取自多地协议对同种疾病再住院的 15 日；跨机构情形无全国依据", en = "the 15 days of several local agreements for the same illness; there is no national source for two institutions" }

[params.core_gap_days]
default = 3
unit = "day"
help = { zh = "核心区间：不超过这个天数视为治疗接续，超过的只作线索", en = "Core band: up to this the treatment was carried straight on, beyond it the finding is a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH
sequence AS (
    SELECT stay_id, lag(stay_id) OVER (PARTITION BY person_id ORDER BY admitted, discharged, stay_id) AS prior_stay_id
    FROM stay
),
-- What makes a further admission natural may be marked on the earlier stay only.
excused AS (
    SELECT setl_id, min(reason) AS reason
    FROM exclusion
    WHERE reason NOT IN ('emergency', 'transfer')
    GROUP BY setl_id
),
operated AS (SELECT stay_id FROM line WHERE is_stay AND med_chrgitm_type = '06' GROUP BY stay_id),
moves AS (
    SELECT
        s.stay_id, s.psn_no, s.fixmedins_code, coalesce(s.fixmedins_name, s.fixmedins_code) AS institution, s.dr_codg,
        s.admitted, s.discharged, s.icd3, s.main_dx, coalesce(s.dise_name, s.main_dx) AS disease, s.hosp_lv,
        p.stay_id AS prior_stay_id, p.setl_id AS prior_setl_id, p.fixmedins_code AS prior_fixmedins_code,
        coalesce(p.fixmedins_name, p.fixmedins_code) AS prior_institution, p.admitted AS prior_admitted,
        p.discharged AS prior_discharged, p.icd3 AS prior_icd3, p.main_dx AS prior_main_dx, p.hosp_lv AS prior_hosp_lv,
        p.dscg_way AS prior_dscg_way, e.reason AS prior_reason, o.stay_id AS operated_stay_id,
        date_diff('day', p.discharged, s.admitted) AS gap,
        -- Stepping down to a smaller institution is policy, leaving against advice the patient's own wish.
        coalesce(s.hosp_lv = p.hosp_lv, FALSE) AND coalesce(p.dscg_way, '1') <> '4' AS is_sideways
    FROM sequence q
    JOIN stay s ON s.stay_id = q.stay_id
    JOIN stay p ON p.stay_id = q.prior_stay_id AND p.person_id = s.person_id AND p.fixmedins_code <> s.fixmedins_code  -- 前一次住在另一家机构 | The stay before was at another institution
    LEFT JOIN excused e ON e.setl_id = p.setl_id
    LEFT JOIN operated o ON o.stay_id = s.stay_id
)
SELECT
    v.setl_id, m.stay_id, m.psn_no, m.fixmedins_code, m.dr_codg,
    m.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN m.gap > $core_gap_days THEN 0.2 WHEN m.is_sideways THEN 0.7 ELSE 0.3 END AS DOUBLE) AS strength,
    CASE WHEN m.gap <= $core_gap_days AND m.is_sideways THEN 'suspected' ELSE 'lead' END AS level,
    m.gap, m.disease, m.institution, m.hosp_lv, m.admitted, m.discharged, m.main_dx,
    m.prior_stay_id, m.prior_setl_id, m.prior_fixmedins_code, m.prior_institution, m.prior_hosp_lv, m.prior_admitted,
    m.prior_discharged, m.prior_main_dx
FROM moves m
JOIN visit v ON v.stay_id = m.stay_id
WHERE m.gap >= 0                                           -- 前次已出院 | The earlier stay had ended
  AND m.gap <= $gap_days                                   -- 间隔不超过设定天数 | The gap is within the limit
  AND m.icd3 = m.prior_icd3                                -- 两次主诊断同类 | Both main diagnoses are of one group
  AND coalesce(m.hosp_lv <= m.prior_hosp_lv, TRUE)         -- 不是转到更高级别的机构 | Not on to an institution of a higher level
  AND coalesce(m.prior_dscg_way, '') NOT IN ('2', '3')     -- 前次不是转院离开 | The earlier stay did not end in a transfer
  AND m.operated_stay_id IS NULL                           -- 后一家没有做手术 | The later one did not operate
  AND m.prior_reason IS NULL                               -- 前次没有需要再住院的理由（放化疗、计划再住院等） | The earlier stay gives no reason for another (chemotherapy, a planned readmission ...)
