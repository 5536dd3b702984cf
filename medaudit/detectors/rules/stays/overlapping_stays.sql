/*
code        = "STY01"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id", "other_stay_id"]
responsible = ["institution", "patient"]
basis       = ["条例 38(1)", "条例 41(1)"]
prior       = 0.7
needs       = []
excludes    = ["transfer", "newborn", "maternity"]

[title]
zh = "住院时间重叠"
en = "Overlapping stays"

[message]
zh = "本次住院 {admitted} 至 {discharged}，同期 {other_institution} 又有本人的另一次住院（{other_admitted} 至 {other_discharged}），重合 {shared_days} 天"
en = "In hospital here from {admitted} to {discharged}; {other_institution} has another stay of the same person on {shared_days} of those days ({other_admitted} to {other_discharged})"

[benign]
zh = "出院登记晚于实际离院；转院但未填转院方式；住院期间经批准到外院手术，医院未办出院；按住院结算的长期血透与另一次住院并存；同一机构内转科时重新登记入院，或改正登记时旧的一条没有撤销"
en = "Discharge registered later than the patient left; a transfer entered without its code; surgery elsewhere with approval while the first bed was kept; long-term dialysis settled as a stay; within one institution, a change of ward entered as a new admission, or a registration corrected without withdrawing the old one"

[next]
zh = "调取两次住院的体温单、护理记录和医嘱执行记录，核对重合日期本人在哪里；询问患者，查看刷卡或人脸核验记录"
en = "Compare the temperature charts, nursing notes and executed orders of both stays for the shared days; ask the patient; look at the card or face check records"

[params.tolerance_days]
default = 1
unit = "day"
help = { zh = "允许重合的首尾日期天数：1 表示一家出院当天住进另一家不算重叠", en = "Shared edge days that are tolerated: 1 means leaving one institution and entering another on one date is no overlap" }
source = { zh = "转院的通常做法；结算数据只有日期没有钟点", en = "usual practice for transfers; settlement data know dates, not hours" }
*/
WITH
-- A transfer or a birth explains both stays of a pair, even when only one of the two carries the mark.
excused AS (
    SELECT setl_id, min(reason) AS reason
    FROM exclusion
    WHERE reason IN ('transfer', 'newborn', 'maternity')
    GROUP BY setl_id
),
pairs AS (
    SELECT
        a.stay_id, a.psn_no, a.fixmedins_code, a.dr_codg, a.admitted, a.discharged,
        b.stay_id AS other_stay_id, b.setl_id AS other_setl_id, b.psn_no AS other_psn_no,
        b.fixmedins_code AS other_fixmedins_code, coalesce(b.fixmedins_name, b.fixmedins_code) AS other_institution,
        b.admitted AS other_admitted, b.discharged AS other_discharged, e.reason AS other_reason,
        greatest(a.admitted, b.admitted) AS overlap_began,
        date_diff('day', greatest(a.admitted, b.admitted), least(a.discharged, b.discharged)) + 1 AS shared_days,
        -- By how many days the register would have to be wrong for the two stays to come apart.
        least(date_diff('day', a.admitted, b.discharged), date_diff('day', b.admitted, a.discharged)) AS misfit_days,
        CASE WHEN a.fund_money < b.fund_money OR (a.fund_money = b.fund_money AND a.setl_id > b.setl_id)
            THEN 1 ELSE 0 END AS is_weaker_leg
    FROM stay a
    JOIN stay b ON b.person_id = a.person_id AND b.stay_id <> a.stay_id  -- 同一人还有另一次住院 | The person also had another stay
    LEFT JOIN excused e ON e.setl_id = b.setl_id
)
SELECT
    v.setl_id, p.stay_id, p.psn_no, p.fixmedins_code, p.dr_codg,
    p.overlap_began AS occurred_on,
    CAST(CASE WHEN p.is_weaker_leg = 1 THEN v.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
    -- 0 is one date shared, which only a tolerance of 0 lets through
    CAST(CASE WHEN p.fixmedins_code = p.other_fixmedins_code THEN 0.6 WHEN p.misfit_days >= 3 THEN 1.0 WHEN p.misfit_days = 2 THEN 0.8 WHEN p.misfit_days = 1 THEN 0.6 ELSE 0.4 END
        AS DOUBLE) AS strength,
    p.admitted, p.discharged, p.shared_days, p.other_stay_id, p.other_setl_id, p.other_psn_no,
    p.other_fixmedins_code, p.other_institution, p.other_admitted, p.other_discharged
FROM pairs p
JOIN visit v ON v.stay_id = p.stay_id
WHERE date_diff('day', p.admitted, p.other_discharged) >= $tolerance_days  -- 本次入院时另一家尚未出院 | The other stay had not ended when this one began
  AND date_diff('day', p.other_admitted, p.discharged) >= $tolerance_days  -- 另一家入院时本次尚未出院 | This stay had not ended when the other began
  -- In one hospital a day too many is STY02's, and stays from the same day are one, settled in parts or again for another insurance.
  AND (p.fixmedins_code <> p.other_fixmedins_code OR (p.misfit_days >= 2 AND p.admitted <> p.other_admitted))  -- 同一机构的，错开不止一天，也不是同日入院 | Within one institution, apart by more than a day and not admitted on one date
  AND p.other_reason IS NULL                                               -- 另一次住院不属转院、新生儿或分娩 | The other stay is no transfer, newborn or birth
