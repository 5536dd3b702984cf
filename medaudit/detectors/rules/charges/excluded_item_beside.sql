/*
code        = "BIL06"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "paid_item", "med_list_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.9
needs       = ["fee_item", "item_conflict"]
excludes    = ["newborn", "maternity"]
subsumes    = ["BIL07", "BIL10", "BIL11"]
[title]
zh = "收取互斥项目（按互斥表）"
en = "Item charged beside one that excludes it"
[message]
zh = "{occurred_on} 已收 {paid_name}，又收不得同收的 {item_name} {charge_amount} 元"
en = "{item_name} was charged for {charge_amount} yuan on {occurred_on} beside {paid_name}, which excludes it"
[benign]
zh = "两项做在不同部位、不同时段，价格规定允许分别收取；当天两次就诊各做一次的复查；转科、变更护理等级当天两项各记一次；明细日期是记账日而不是执行日；互斥表与本地现行价格说明不一致"
en = "Done at another site or time, where the price document lets both stand; a check repeated at a second visit that day; the day of a ward change or of a change of nursing grade; the date is of booking, not of performance; the table of pairs is behind the local price document"
[next]
zh = "先对照互斥表所引文件和本地价格项目内涵，再查两项的医嘱、执行时间和部位"
en = "Check the document behind the pair and the local contents of the item; then orders, times and sites of both"
[params.change_days]
default = 2
unit = "day"
help = { zh = "床位或护理两项同收不超过这么多天时，可能是转科或变更等级，只列可疑", en = "Two kinds of bed or nursing on no more days than this may be a change of ward or grade: suspected only" }
source = { zh = "本工具的设定，无全国依据：一次转入、一次转出各一天", en = "set by this tool; no national source: one day in, one day out" }
[params.day_hours]
default = 24
unit = "hour"
help = { zh = "两项按时间计价且当日合计不超过此数时，可能先后使用，只列可疑", en = "Both charged by time and no more hours a day than this may have followed each other: suspected only" }
source = { zh = "一天的物理上限", en = "a day has no more" }
[params.apart_hours]
default = 4
unit = "hour"
help = { zh = "各有医嘱、记账钟点相差至少这么多小时的，可能是另一次检查或治疗，只列可疑", en = "With orders of their own and so many hours between them they may be separate tests or treatments: suspected only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH pair AS (  -- at different hours, on orders or at visits of their own, each may stand for itself
    SELECT c.*, c.hours <= $day_hours OR (c.drord_no <> c.paid_drord_no AND c.hours_apart >= $apart_hours)
                OR (c.is_test AND NOT c.same_visit) AS may_be_apart
    FROM charged_beside c
)
SELECT b.setl_id, b.psn_no, b.fixmedins_code, b.dr_codg, b.feedetl_sn, b.day AS occurred_on, b.charge AS charge_amount,
       CASE WHEN b.bypass = '1' THEN 0.4
            WHEN b.both_states AND b.days_together <= $change_days THEN 0.5
            WHEN b.may_be_apart THEN 0.5
            ELSE 0.9 END AS strength,
       CASE WHEN b.bypass = '1' OR b.may_be_apart OR (b.both_states AND b.days_together <= $change_days) THEN 'suspected' END AS level,
       b.stay_id, b.paid_item, b.paid_name, b.paid_feedetl_sn, b.med_list_codg, b.item_name, b.cnt, b.scope, b.bypass,
       b.same_visit, b.hours, b.hours_apart, b.days_together, b.source
FROM pair b
WHERE b.origin = 'item_conflict'  -- 互斥表列明两项不得同收 | the table of conflicting items names the pair
  AND b.scope_amount > 0          -- 进入医保范围 | within the insured scope
