/*
code        = "BIL07"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "paid_item", "med_list_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.4
needs       = ["fee_item", "fee_item.med_list_name|fee_item.medins_list_name|catalogue.med_list_name"]
excludes    = ["newborn", "maternity"]
subsumes    = ["BIL10"]
[title]
zh = "收取互斥项目（按名称）"
en = "Item charged beside one that excludes it, by name"
[message]
zh = "{occurred_on} 已收 {paid_name}，又收 {item_name} {charge_amount} 元；公开清单把这两项同收列为问题（{source}）"
en = "{item_name} was charged for {charge_amount} yuan on {occurred_on} beside {paid_name}; a published list names the pair as a problem ({source})"
[benign]
zh = "本地价格规定允许另收；两项做在不同部位、不同病变、不同时段；名称相近而内涵不同；明细日期是记账日而不是执行日"
en = "The local price document lets both stand; another site, lesion or time; a like name with other contents; the date is of booking, not of performance"
[next]
zh = "先查本地价格项目说明是否允许另收，再查医嘱、操作记录的时间和部位；确认后把这一对编码写入互斥表（item_conflict）"
en = "See whether the local price document allows both, then times and sites in orders and records; once confirmed, put the pair's codes into item_conflict"
[params.habit_share]
default = 0.5
unit = "share"
help = { zh = "其他机构收取前一项时有这么大比例也收后一项，多半是本地规定允许，只作线索", en = "Where other institutions charge both on this share of occasions the local price document probably allows it: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.habit_times]
default = 30
unit = "visit"
help = { zh = "其他机构至少收取前一项这么多次，上述比例才作数", en = "Occasions elsewhere needed before that share counts" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.day_hours]
default = 24
unit = "hour"
help = { zh = "两项按时间计价且当日合计不超过此数时，可能先后使用，只作线索", en = "Both charged by time and no more hours a day than this may have followed each other: a lead only" }
source = { zh = "一天的物理上限", en = "a day has no more" }
[params.apart_hours]
default = 4
unit = "hour"
help = { zh = "各有医嘱、记账钟点相差至少这么多小时的，可能是另一次检查或治疗，只作线索", en = "With orders of their own and so many hours between them they may be separate tests or treatments: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH pair AS (  -- at different hours, on orders or at visits of their own, each may stand for itself
    SELECT c.*, c.hours <= $day_hours OR (c.drord_no <> c.paid_drord_no AND c.hours_apart >= $apart_hours)
                OR (c.is_test AND NOT c.same_visit) AS may_be_apart
    FROM charged_beside c
)
SELECT b.setl_id, b.psn_no, b.fixmedins_code, b.dr_codg, b.feedetl_sn, b.day AS occurred_on, b.charge AS charge_amount,
       CASE WHEN b.bypass = '1' OR b.may_be_apart THEN 0.2
            WHEN b.elsewhere_times >= $habit_times
             AND CAST(b.elsewhere_together AS DOUBLE) / nullif(b.elsewhere_times, 0) >= $habit_share THEN 0.1
            ELSE 0.6 END AS strength,
       CASE WHEN b.bypass = '1' OR b.may_be_apart
             OR (b.elsewhere_times >= $habit_times
                 AND CAST(b.elsewhere_together AS DOUBLE) / nullif(b.elsewhere_times, 0) >= $habit_share)
            THEN 'lead' END AS level,
       b.stay_id, b.paid_item, b.paid_name, b.paid_feedetl_sn, b.med_list_codg, b.item_name, b.cnt, b.scope, b.bypass,
       b.same_visit, b.hours, b.hours_apart, b.elsewhere_times, b.elsewhere_together, b.source
FROM pair b
WHERE b.origin = 'conflict_name'  -- 两项的名称在公开清单的互斥项目之列 | the names of both are a pair of a published list
  AND NOT b.is_dialysis_part      -- 不是随血液净化另收的耗材 | not a consumable of blood purification
  AND b.scope_amount > 0          -- 进入医保范围 | within the insured scope
