/*
code        = "STY08"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution"]
basis       = ["条例 38(7)"]
prior       = 0.45
needs       = []
excludes    = ["newborn", "maternity", "dialysis", "chemotherapy", "radiotherapy"]

[title]
zh = "住院期间在本院另结门诊"
en = "Outpatient bill at the hospital of the stay"

[message]
zh = "{admitted} 至 {discharged} 在本机构住院，其间 {visit_day} 又在本机构结算门诊费用 {charge} 元"
en = "In hospital here from {admitted} to {discharged}, yet {charge} yuan were settled here as an outpatient on {visit_day}"

[benign]
zh = "家属持卡为本人慢病代取药或为自己看病；住院前的检查、处方延后结算；批准外出期间挂号；新生儿或同名家属的费用误记；住院尚未登记入科前的急诊费用"
en = "A relative fetched long-term drugs or used the card; tests or prescriptions from before the admission settled late; a visit during approved leave; a newborn's or namesake's bill entered under this number; emergency care before the ward took over"

[next]
zh = "对照当日医嘱：门诊开的药品和检查是不是住院医嘱的内容；看该院按病种、按床日付费的患者中这种情形是否更多；询问患者是否被要求另到门诊缴费"
en = "Compare with the ward's orders of the day: were the drugs and tests part of the inpatient treatment; see whether it happens more often where stays are paid by case or by the day; ask whether the patient was sent to pay at the outpatient desk"
*/
WITH
excused AS (
    SELECT setl_id, min(reason) AS reason
    FROM exclusion
    WHERE reason IN ('newborn', 'maternity', 'dialysis', 'chemotherapy', 'radiotherapy')
    GROUP BY setl_id
),
pairs AS (
    SELECT
        v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS visit_day, v.enddate AS visit_end, v.charge,
        v.fund_money, v.account_money, v.acct_mulaid_pay, v.setting, s.stay_id AS during_stay_id, s.setl_id AS stay_setl_id,
        s.admitted, s.discharged, s.payment_way, e.reason AS stay_reason,
        row_number() OVER (PARTITION BY v.setl_id ORDER BY s.admitted, s.stay_id) AS place
    FROM stay s
    JOIN visit v ON v.person_id = s.person_id
        AND v.fixmedins_code = s.fixmedins_code                      -- 在住院的同一家机构 | At the institution of the stay
        AND NOT v.is_stay                                            -- 不是住院结算 | Not settled as an inpatient
        AND v.begndate > s.admitted                                  -- 就诊日晚于入院日 | The visit is after the day of admission
        AND v.enddate < s.discharged                                 -- 就诊日早于出院日 | The visit is before the day of discharge
    LEFT JOIN excused e ON e.setl_id = s.setl_id
),
-- A bill settled late names in its lines the days it is for.
billed AS (
    SELECT p.setl_id, min(l.day) AS first_day, max(l.day) AS last_day
    FROM pairs p
    JOIN line l ON l.setl_id = p.setl_id
    WHERE p.place = 1
    GROUP BY p.setl_id
)
SELECT
    p.setl_id, p.psn_no, p.fixmedins_code, p.dr_codg, p.visit_day AS occurred_on,
    CAST(p.charge AS DECIMAL(16,2)) AS charge_amount,
    -- Where a stay is paid as a whole, what is billed beside it is paid twice.
    CAST(CASE WHEN p.fund_money = p.account_money THEN 0.2 WHEN p.setting = 'chronic' THEN 0.5
              WHEN p.payment_way IN ('case', 'day') THEN 0.9 ELSE 0.7 END AS DOUBLE) AS strength,
    CASE WHEN p.fund_money = p.account_money THEN 'lead' ELSE 'suspected' END AS level,
    p.charge, p.visit_day, p.setting AS visit_setting, p.payment_way, p.during_stay_id, p.stay_setl_id, p.admitted, p.discharged
FROM pairs p
LEFT JOIN billed b ON b.setl_id = p.setl_id
WHERE p.place = 1                                                    -- 每笔门诊只报一次 | Each bill is told once
  AND p.setting IN ('outpatient', 'chronic')                         -- 门诊或门诊慢特病结算 | Settled as outpatient or chronic care
  AND p.fund_money > 0                                               -- 动用了医保资金 | It cost fund money
  AND coalesce(p.acct_mulaid_pay, 0) = 0                             -- 没有用家庭共济账户支付 | No family account paid for it
  AND coalesce(b.first_day > p.admitted, TRUE)                       -- 明细不在入院当日或更早 | No line is of the day of admission or before
  AND coalesce(b.last_day < p.discharged, TRUE)                      -- 明细不在出院当日或更晚 | No line is of the day of discharge or later
  AND p.stay_reason IS NULL                                          -- 住院不属分娩、透析、放化疗等 | The stay is no birth, dialysis, chemo- or radiotherapy
