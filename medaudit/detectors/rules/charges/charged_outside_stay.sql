/*
code        = "BIL05"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution"]
basis       = ["条例 38(7)", "GZ10000201008000"]
prior       = 0.5
needs       = ["fee_item"]
[title]
zh = "计费日期在住院期之外"
en = "Charged outside the stay"
[message]
zh = "{item_name} 等计费日期 {occurred_on} 不在住院期 {admitted} 至 {discharged} 内，涉及 {charge_amount} 元"
en = "{item_name} and the like dated {occurred_on}, outside the stay from {admitted} to {discharged}, worth {charge_amount} yuan"
[benign]
zh = "急诊或入院前检查并入住院结算；出院带药；外送检验报告晚于出院；跨零点记账；住院日期登记有误或费用批量补传"
en = "Emergency care or tests before admission billed with the stay; drugs to take home; reports of outside laboratories after discharge; posting after midnight; wrong dates of the stay or fees uploaded in a batch"
[next]
zh = "先核对入出院时间和费用日期是否登记准确，再对照医嘱停止时间、检查报告时间和出院小结"
en = "First check the dates of stay and fees, then compare with the end of orders, report times and the discharge summary"
[params.pre_admission_days]
default = 3
unit = "day"
help = { zh = "入院前几天内的检查化验（急诊入院为全部费用）可并入住院", en = "Tests this many days before admission (all fees for an emergency) may be billed with the stay" }
source = { zh = "部分省份以入院前 72 小时为界", en = "72 h window in some provinces" }
[params.grace_days]
default = 1
unit = "day"
help = { zh = "出院后几天内、凌晨入账或只有日期的费用视为跨零点记账", en = "Fees up to this many days after discharge, posted in the small hours or with a date only, are posting after midnight" }
source = { zh = "本系统取值：次日入账与过零点记账难以区分", en = "medaudit's own default: a fee dated the day after cannot be told from posting after midnight" }
[params.night_hours]
default = 6
unit = "hour"
help = { zh = "零点后几小时内入账算跨零点", en = "Hours after midnight that count as posting after midnight" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH outside AS (
    SELECT l.*, s.admitted, s.discharged, s.adm_way, s.med_type,
           date_diff('day', l.day, s.admitted) AS days_before, date_diff('day', s.discharged, l.day) AS days_after,
           CAST(substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 2) AS INTEGER) AS posted_hour
    FROM line l
    JOIN stay s ON s.stay_id = l.stay_id
    WHERE l.day < s.admitted OR l.day > s.discharged  -- 费用日期早于入院或晚于出院 | dated before admission or after discharge
),
inside AS (     -- a stay without any fee inside it has wrong dates rather than wrong fees
    SELECT d.stay_id, sum(d.lines) AS lines
    FROM stay_day d
    WHERE EXISTS (SELECT 1 FROM outside o WHERE o.stay_id = d.stay_id)
    GROUP BY d.stay_id
)
SELECT o.setl_id, o.psn_no, o.fixmedins_code, o.dr_codg, o.feedetl_sn, o.day AS occurred_on, o.charge AS charge_amount,
       CASE WHEN coalesce(i.lines, 0) = 0 THEN 0.2 WHEN o.etip_flag = '1' THEN 0.3
            WHEN o.med_chrgitm_type IN ('03', '04') THEN 0.6 ELSE 0.85 END AS strength,
       CASE WHEN coalesce(i.lines, 0) = 0 OR o.etip_flag = '1' THEN 'lead' END AS level,
       o.stay_id, o.med_list_codg, o.item_name, o.admitted, o.discharged, o.days_before, o.days_after,
       coalesce(i.lines, 0) AS lines_inside
FROM outside o
LEFT JOIN inside i ON i.stay_id = o.stay_id
WHERE o.scope_amount > 0                         -- 进入医保范围 | within the insured scope
  AND coalesce(o.dscg_tkdrug_flag, '0') <> '1'   -- 不是出院带药 | not drugs to take home
  AND NOT (o.days_before BETWEEN 1 AND $pre_admission_days
           AND (o.med_chrgitm_type IN ('03', '04') OR coalesce(o.adm_way, '') = '1' OR starts_with(o.med_type, '24')))  -- 不是入院前检查或急诊 | not tests or emergency care before admission
  AND NOT (o.days_after BETWEEN 1 AND $grace_days AND o.posted_hour < $night_hours)  -- 不是跨零点记账 | not posted after midnight
