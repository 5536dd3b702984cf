/*
code        = "STY12"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id", "pair"]
responsible = ["institution"]
basis       = ["条例 38(1)"]
prior       = 0.35
needs       = ["settlement.dise_codg|diagnosis"]
# A transfer on paper is no excuse here: whether it was called for is the question.
excludes    = ["chemotherapy", "radiotherapy", "dialysis", "planned_readmission", "emergency", "psychiatric", "per_diem",
               "hospice", "rehabilitation", "newborn", "maternity", "day_surgery", "staged_surgery"]
subsumes    = ["STY02", "STY07"]
bands       = { column = "longest_gap", at_most = ["core_gap_days", "gap_days"] }

[title]
zh = "可疑转院：两家机构之间来回住院"
en = "Doubtful transfers to and fro between two institutions"

[message]
zh = "{first_admitted} 至 {last_admitted} 在 {institution} 与 {other_institution} 之间来回住院，转换 {moves} 次，诊断同类（{disease}），两家级别相同，没有手术"
en = "Moved {moves} times between {institution} and {other_institution} from {first_admitted} to {last_admitted} for the same kind of illness ({disease}); the two are of one level and none operated after the first stay"

[benign]
zh = "另一家有本院没有的检查、专科或中医治疗，做完回来；患者自行换院后又返回；医共体、医联体内部按病情安排的上下转诊而级别登记相同；床位紧张"
en = "The other has a test, specialty or traditional treatment that this one lacks, and the patient came back after it; the patient changed hospitals and returned; referral inside a network whose members are registered at one level; no bed free"

[next]
zh = "调取各次的转院审批、出院小结和入院记录：每次转院的医学理由是什么，治疗有无不同；统计两家之间来回的患者数；看两家是否同一举办人、是否按人次付费"
en = "Read the transfer papers, discharge summaries and admission notes: what was the medical reason each time and did treatment differ; count the patients who go to and fro between the two; see whether they share an owner and are paid by the stay"

[params.gap_days]
default = 7
unit = "day"
help = { zh = "每次转换从出院到住进另一家最多相隔的天数", en = "Longest gap between leaving one and entering the other, at each move" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.core_gap_days]
default = 3
unit = "day"
help = { zh = "核心区间：每次间隔都不超过这个天数才算可疑，超过的只作线索", en = "Core band: suspected only where no gap is longer, beyond it a lead" }
source = { zh = "本工具的设定，与 STY07 相同", en = "set by this tool, as for STY07" }
*/
WITH sequence AS (
    SELECT stay_id, lag(stay_id, 1) OVER (PARTITION BY person_id ORDER BY admitted, discharged, stay_id) AS second_id,
        lag(stay_id, 2) OVER (PARTITION BY person_id ORDER BY admitted, discharged, stay_id) AS first_id
    FROM stay
),
excused AS (
    SELECT setl_id, max(CASE WHEN reason = 'emergency' THEN 0 ELSE 1 END) AS even_first
    FROM exclusion
    WHERE reason <> 'transfer'
    GROUP BY setl_id
),
operated AS (SELECT stay_id FROM line WHERE is_stay AND med_chrgitm_type = '06' GROUP BY stay_id),
-- Three stays in a row, out of the house and back. The person is in each join, or a planner begins with every stay of the place and illness.
returned AS (
    SELECT
        c.stay_id, c.person_id, q.second_id, a.admitted AS first_admitted, c.admitted AS last_admitted,
        least(a.fixmedins_code, b.fixmedins_code) || '-' || greatest(a.fixmedins_code, b.fixmedins_code) AS pair,
        coalesce(a.fixmedins_name, a.fixmedins_code) AS home, coalesce(b.fixmedins_name, b.fixmedins_code) AS other,
        a.hosp_lv IS NULL OR b.hosp_lv IS NULL AS is_unlevelled,
        greatest(date_diff('day', a.discharged, b.admitted), date_diff('day', b.discharged, c.admitted)) AS longest_gap
    FROM sequence q
    JOIN stay c ON c.stay_id = q.stay_id
    JOIN stay b ON b.stay_id = q.second_id AND b.person_id = c.person_id AND b.fixmedins_code <> c.fixmedins_code AND b.icd3 = c.icd3  -- 前一次住在另一家机构，主诊断同类 | The stay before was at another institution, for the same kind of illness
    JOIN stay a ON a.stay_id = q.first_id AND a.person_id = c.person_id AND a.fixmedins_code = c.fixmedins_code AND a.icd3 = c.icd3    -- 再前一次就住在这家机构，主诊断同类 | The one before that was here, for the same kind of illness
    LEFT JOIN excused ea ON ea.setl_id = a.setl_id AND ea.even_first = 1
    LEFT JOIN excused eb ON eb.setl_id = b.setl_id
    LEFT JOIN excused ec ON ec.setl_id = c.setl_id
    LEFT JOIN operated ob ON ob.stay_id = b.stay_id
    LEFT JOIN operated oc ON oc.stay_id = c.stay_id
    WHERE a.discharged <= b.admitted AND b.discharged <= c.admitted                       -- 每次都已出院 | Each stay had ended
      AND coalesce(a.hosp_lv = b.hosp_lv, TRUE)                                            -- 两家级别相同 | The two are of one level
      AND ea.setl_id IS NULL AND eb.setl_id IS NULL AND ec.setl_id IS NULL                 -- 没有需要再住院的理由（急诊、放化疗、计划再住院等） | Nothing makes the moves natural (emergency, chemotherapy, a planned readmission ...)
      AND ob.stay_id IS NULL AND oc.stay_id IS NULL                                        -- 后两次都没有手术 | Neither of the later stays operated
),
-- Both moves of it: out (0) and back (1). A stay in the middle of a longer series belongs to several.
leg AS (SELECT 0 AS way UNION ALL SELECT 1 AS way),
moved AS (
    SELECT CASE WHEN l.way = 0 THEN r.second_id ELSE r.stay_id END AS stay_id, r.person_id, r.pair,
        CASE WHEN l.way = 0 THEN r.other ELSE r.home END AS institution, CASE WHEN l.way = 0 THEN r.home ELSE r.other END AS other_institution,
        r.longest_gap, r.is_unlevelled, r.first_admitted, r.last_admitted
    FROM returned r JOIN leg l ON l.way >= 0
    WHERE r.longest_gap <= $gap_days  -- 每次转换的间隔不超过设定天数 | No gap at a move is longer than the limit
),
told AS (
    SELECT stay_id, person_id, pair, max(institution) AS institution, max(other_institution) AS other_institution,
        min(longest_gap) AS longest_gap, bool_or(is_unlevelled) AS is_unlevelled, count(*) OVER (PARTITION BY person_id, pair) AS moves,
        min(min(first_admitted)) OVER (PARTITION BY person_id, pair) AS first_admitted,
        max(max(last_admitted)) OVER (PARTITION BY person_id, pair) AS last_admitted
    FROM moved GROUP BY stay_id, person_id, pair
)
SELECT v.setl_id, m.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.admitted AS occurred_on,
    CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN m.longest_gap > $core_gap_days OR m.is_unlevelled THEN 0.3 WHEN m.moves > 2 THEN 0.9 ELSE 0.7 END AS DOUBLE) AS strength,
    CASE WHEN m.longest_gap > $core_gap_days OR m.is_unlevelled THEN 'lead' ELSE 'suspected' END AS level,
    m.person_id, m.pair, m.moves, m.longest_gap, m.first_admitted, m.last_admitted, m.institution, m.other_institution,
    coalesce(s.dise_name, s.main_dx) AS disease, s.main_dx, s.adm_way, s.dscg_way
FROM told m
JOIN stay s ON s.stay_id = m.stay_id
JOIN visit v ON v.stay_id = m.stay_id
WHERE m.longest_gap <= $gap_days  -- 每次转换的间隔不超过设定天数 | No gap at a move is longer than the limit
