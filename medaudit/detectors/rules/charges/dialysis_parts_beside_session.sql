/*
code        = "BIL11"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.7
needs       = ["fee_item", "fee_item.med_list_name|fee_item.medins_list_name|catalogue.med_list_name"]
[title]
zh = "血液净化之外另收所含耗材"
en = "Consumables charged besides dialysis"
[message]
zh = "{occurred_on} 已收 {paid_name}，又收耗材共 {charge_amount} 元（{item_name} 等）；公开清单把这类耗材列为治疗费所含"
en = "Consumables for {charge_amount} yuan ({item_name} …) beside {paid_name} on {occurred_on}; a published list counts them in the treatment"
[benign]
zh = "本地价格项目把透析器或管路列为除外内容，可以另收；特殊通路（如高通量、吸附柱）按规定另收；治疗中途更换器材"
en = "The local price leaves dialysers or lines outside the treatment; special devices are charged apart by rule; a device replaced during treatment"
[next]
zh = "先查本地血液透析价格项目的内涵和除外内容；所含的，按透析次数和耗材领用记录逐次核对"
en = "See what the local price of dialysis contains and leaves out; what it contains, check session by session against the consumables issued"
[params.habit_share]
default = 0.5
unit = "share"
help = { zh = "其他机构收取这项治疗时有这么大比例也另收这种耗材，多半是本地规定的除外内容，只作线索", en = "Where other institutions charge the consumable on this share of treatments the local price probably leaves it out: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.habit_times]
default = 30
unit = "visit"
help = { zh = "其他机构至少做过这么多次治疗，上述比例才作数", en = "Treatments elsewhere needed before that share counts" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
SELECT b.setl_id, b.psn_no, b.fixmedins_code, b.dr_codg, b.feedetl_sn, b.day AS occurred_on, b.charge AS charge_amount,
       CASE WHEN b.elsewhere_times >= $habit_times
             AND CAST(b.elsewhere_together AS DOUBLE) / nullif(b.elsewhere_times, 0) >= $habit_share THEN 0.1
            ELSE 0.6 END AS strength,
       CASE WHEN b.elsewhere_times >= $habit_times
             AND CAST(b.elsewhere_together AS DOUBLE) / nullif(b.elsewhere_times, 0) >= $habit_share THEN 'lead' END AS level,
       b.stay_id, b.paid_item, b.paid_name, b.paid_feedetl_sn, b.med_list_codg, b.item_name, b.cnt,
       b.elsewhere_times, b.elsewhere_together, b.source
FROM charged_beside b
WHERE b.origin = 'conflict_name'  -- 治疗与耗材的名称在公开清单之列 | the names of treatment and consumable are a pair of a published list
  AND b.is_dialysis_part          -- 随血液净化另收的耗材 | a consumable charged beside blood purification
  AND b.scope_amount > 0          -- 进入医保范围 | within the insured scope
