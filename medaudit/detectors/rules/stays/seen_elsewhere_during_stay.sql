/*
code        = "STY05"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["leg_id", "other_leg_id"]
responsible = ["institution", "patient"]
basis       = ["条例 38(1)", "条例 41(1)"]
prior       = 0.5
needs       = []
# Psychiatric and per-diem stays stay in: a closed or packaged ward makes a visit elsewhere stranger, not more natural.
excludes    = ["newborn", "maternity", "transfer", "dialysis", "chemotherapy", "radiotherapy", "hospice"]

[title]
zh = "住院期间在外就诊购药"
en = "Seen elsewhere during a stay"

[message]
zh = "{admitted} 至 {discharged} 在 {stay_institution} 住院，其间 {visit_day} 在 {visit_institution} 就诊或购药"
en = "In hospital at {stay_institution} from {admitted} to {discharged}, yet a visit or purchase at {visit_institution} on {visit_day}"

[benign]
zh = "家属代购慢病药；外院会诊、外送检查未标外检；双通道药店取院内没有的药；经批准请假外出；门诊费用补录，日期不是就诊日"
en = "A relative fetched long-term drugs; a consultation or test sent out but not marked; a drug the ward lacks bought at a designated pharmacy; approved leave; an outpatient bill entered later under another date"

[next]
zh = "核对当日护理、查房和医嘱执行记录，问清到场人是谁；调取外院或药店的刷卡、人脸、监控记录；确认外出审批和外送检查单"
en = "Check that day's nursing notes, rounds and executed orders; find out who came to the counter from card, face or camera records; look for leave papers and referral slips"
*/
WITH
excused AS (
    SELECT setl_id, min(reason) AS reason
    FROM exclusion
    WHERE reason IN ('newborn', 'maternity', 'transfer', 'dialysis', 'chemotherapy', 'radiotherapy', 'hospice')
    GROUP BY setl_id
),
-- 1 where every line of a visit is an outside test (and, more weakly, any examination or laboratory test).
visit_lines AS (
    SELECT
        setl_id,
        min(CASE WHEN etip_flag = '1' THEN 1 ELSE 0 END) AS all_sent_out,
        min(CASE WHEN med_chrgitm_type IN ('03', '04') THEN 1 ELSE 0 END) AS all_tests
    FROM line
    WHERE NOT is_stay
    GROUP BY setl_id
),
sent_out AS (SELECT DISTINCT stay_id, day FROM line WHERE is_stay AND etip_flag = '1'),
pairs AS (
    SELECT
        s.stay_id, s.person_id, s.setl_id AS stay_setl_id, s.admitted, s.discharged,
        coalesce(s.fixmedins_name, s.fixmedins_code) AS stay_institution, coalesce(es.reason, ev.reason) AS either_reason,
        v.setl_id AS visit_setl_id, v.begndate AS visit_day, v.enddate AS visit_end, v.fund_money, v.acct_mulaid_pay,
        coalesce(v.fixmedins_name, v.fixmedins_code) AS visit_institution, v.setting AS visit_setting,
        coalesce(t.all_sent_out, 0) AS all_sent_out, o.day AS sent_out_on,
        CASE WHEN v.fund_money < s.fund_money OR (v.fund_money = s.fund_money AND v.setl_id > s.setl_id)
            THEN 'visit' ELSE 'stay' END AS weaker_leg,
        -- Relatives can fetch drugs and samples can travel; sitting before a doctor cannot be done for another.
        CASE WHEN v.fixmedins_type = '2' AND v.fund_money = v.account_money THEN 0.2 WHEN t.all_tests = 1 THEN 0.3
             WHEN v.fixmedins_type = '2' OR v.setting <> 'outpatient' THEN 0.6 ELSE 0.9 END AS strength
    FROM stay s
    JOIN visit v ON v.person_id = s.person_id
        AND v.fixmedins_code <> s.fixmedins_code  -- 同一人还到另一家机构就诊或购药 | The person also went to another institution or pharmacy
        AND NOT v.is_stay                         -- 那次不是住院 | Not as an inpatient
    LEFT JOIN visit_lines t ON t.setl_id = v.setl_id
    LEFT JOIN sent_out o ON o.stay_id = s.stay_id AND o.day = v.begndate
    LEFT JOIN excused es ON es.setl_id = s.setl_id
    LEFT JOIN excused ev ON ev.setl_id = v.setl_id
)
SELECT
    e.setl_id, e.psn_no, e.fixmedins_code, e.dr_codg, p.visit_day AS occurred_on,
    CAST(CASE WHEN p.weaker_leg = (CASE WHEN e.is_stay THEN 'stay' ELSE 'visit' END) THEN e.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
    CAST(p.strength AS DOUBLE) AS strength, CASE WHEN p.strength < 0.5 THEN 'lead' ELSE 'suspected' END AS level,
    coalesce(e.stay_id, e.setl_id) AS leg_id, CASE WHEN e.is_stay THEN p.visit_setl_id ELSE p.stay_id END AS other_leg_id,
    CASE WHEN e.is_stay THEN p.visit_setl_id ELSE p.stay_setl_id END AS other_setl_id,
    p.stay_institution, p.admitted, p.discharged, p.visit_institution, p.visit_day, p.visit_setting
FROM pairs p
JOIN visit e ON e.person_id = p.person_id AND (e.setl_id = p.visit_setl_id OR e.stay_id = p.stay_id)  -- 是其中的那次就诊或住院 | It is that visit or that stay
WHERE p.visit_day > p.admitted               -- 就诊日晚于入院日 | The visit is after the day of admission
  AND p.visit_end < p.discharged             -- 就诊日早于出院日 | The visit is before the day of discharge
  AND p.fund_money > 0                       -- 该次就诊动用了医保资金 | The visit cost fund money
  AND coalesce(p.acct_mulaid_pay, 0) = 0     -- 没有用家庭共济账户支付 | No family account paid for it
  AND p.all_sent_out = 0                     -- 不全是外送检查 | Not all of it is outside tests
  AND p.sent_out_on IS NULL                  -- 住院账上当天没有外送检查 | The stay sent no test out that day
  AND p.either_reason IS NULL                -- 两边都不属转院、分娩、透析、放化疗等 | Neither side is a transfer, birth, dialysis, chemo- or radiotherapy
