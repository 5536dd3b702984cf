/*
code        = "BIL09"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["person_id", "fixmedins_code", "whole_item", "place"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102012000"]
prior       = 0.8
needs       = ["fee_item", "item_bundle"]
subsumes    = ["BIL06", "BIL07"]
[title]
zh = "收了组合项目又收其中单项"
en = "Parts charged beside the whole"
[message]
zh = "{occurred_on} 已收 {whole_name}，又收其中的 {item_name} 等 {taken} 项，共 {charge_amount} 元"
en = "{whole_name} was charged on {occurred_on}, and {taken} of its parts again ({item_name} …), together {charge_amount} yuan"
[benign]
zh = "当日复查其中一项（如补钾后复查血钾），另有医嘱和标本；单项用另一种方法或标本检测；组合项目的内涵与对照表不一致"
en = "One part checked again that day (potassium after a drip) on an order and sample of its own; another method or sample; the whole contains other parts than the table says"
[next]
zh = "核对检验申请和报告：同一标本、同一报告内既有组合又有单项的，单项不应另收"
en = "Look at requests and reports: a part in the same sample and report as the whole is not charged apart"
[params.control_hours]
default = 1
unit = "hour"
help = { zh = "单项另有医嘱，且钟点与组合相差超过此数的，视为另一次采样复查，不报", en = "A part with an order of its own, further from the whole than this many hours, is another sample and not reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.certain_parts]
default = 2
unit = ""
help = { zh = "同时另收这么多个单项才列违规；只有一项可能是复查，只列可疑", en = "So many parts beside the whole are a violation; a single one may be a control and is suspected" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH again AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.feedetl_sn ORDER BY CASE WHEN p.beside_whole THEN 0 ELSE 1 END,
                                   p.taken DESC, p.whole_item, p.scope) AS choice
    FROM bundle_part p
)
SELECT a.setl_id, a.psn_no, a.fixmedins_code, a.dr_codg, a.feedetl_sn, a.day AS occurred_on, a.charge AS charge_amount,
       CASE WHEN a.taken < $certain_parts THEN 0.4 WHEN a.part_hour = a.whole_hour THEN 0.95 ELSE 0.85 END AS strength,
       CASE WHEN a.taken < $certain_parts THEN 'suspected' END AS level,
       a.stay_id, a.person_id, a.place, a.whole_item, a.whole_name, a.whole_feedetl_sn, a.med_list_codg, a.item_name, a.cnt, a.parts, a.taken
FROM again a
WHERE a.beside_whole      -- 同日（或同次就诊）已收组合项目 | the whole was charged that day, or in that visit
  AND NOT coalesce(a.drord_no <> a.whole_drord_no AND abs(a.part_hour - a.whole_hour) > $control_hours, FALSE)  -- 不是隔了几小时另开医嘱的复查 | not a control ordered apart, hours away
  AND a.scope_amount > 0  -- 进入医保范围 | within the insured scope
  AND a.choice = 1        -- 属于几个组合时只说一个 | of several wholes one is told
