/*
code        = "BIL08"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["person_id", "fixmedins_code", "whole_item", "place"]
responsible = ["institution"]
basis       = ["条例 38(3)", "GZ10000102013000"]
prior       = 0.65
needs       = ["fee_item", "item_bundle"]
[title]
zh = "组合项目拆成单项收费"
en = "A whole item charged in parts"
[message]
zh = "{occurred_on} 未收 {whole_name}，而收了所含 {parts} 项单项中的 {taken} 项，共 {parts_price} 元，高于组合价 {whole_price} 元"
en = "{taken} of the {parts} parts of {whole_name} were charged singly on {occurred_on}, together {parts_price} yuan; the whole costs {whole_price}"
[benign]
zh = "各单项由不同时间的医嘱分别开出；机构未开展组合项目或组合项目名称、编码已调整；组合价格已变而此处取的是历史收费"
en = "The parts were ordered apart, at different times; the institution does not offer the whole, or its code has changed; the price of the whole has changed since"
[next]
zh = "核对检验申请单和报告：同一申请、同一标本出具全部单项的，按组合项目价格计算差额"
en = "Look at requests and reports: where one request or sample gave all the parts, reckon the difference from the price of the whole"
[params.min_share]
default = 0.75
unit = "share"
help = { zh = "收了组合中这么大比例的单项才算；全收为违规，不全为可疑", en = "Share of the parts that must be charged; all of them is a violation, fewer are suspected" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_parts]
default = 3
unit = ""
help = { zh = "至少收了这么多个单项", en = "Parts charged at least" }
source = { zh = "本工具的设定，无全国依据：一两项是正常的单项检查", en = "set by this tool; no national source: one or two are an ordinary single test" }
[params.tolerance]
default = 0.05
unit = "yuan"
help = { zh = "单项合计高出不超过此数的不报（四舍五入）", en = "An excess up to this much is rounding" }
source = { zh = "几项各一分的四舍五入", en = "a fen of rounding for each of a few parts" }
*/
WITH dear AS (      -- a part of two wholes is told with the one that it exceeds most
    SELECT p.*, row_number() OVER (PARTITION BY p.feedetl_sn
                                   ORDER BY CASE WHEN p.taken >= $min_share * CAST(p.parts AS DOUBLE) AND NOT p.beside_whole THEN 0 ELSE 1 END,
                                            coalesce(p.parts_price - p.whole_price, -1) DESC, p.whole_item, p.scope) AS choice
    FROM bundle_part p
)
SELECT d.setl_id, d.psn_no, d.fixmedins_code, d.dr_codg, d.feedetl_sn, d.day AS occurred_on,
       CAST(floor(CAST(d.unit_charge AS DOUBLE) * (CAST(d.parts_price - d.whole_price AS DOUBLE) / nullif(d.parts_price, 0)) * 100 + 0.5) / CAST(100 AS DOUBLE)
            AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN d.taken < d.parts THEN 0.5 WHEN d.price_from = 'own' THEN 0.9 ELSE 0.7 END AS strength,
       CASE WHEN d.taken < d.parts THEN 'suspected' END AS level,
       d.stay_id, d.person_id, d.place, d.whole_item, d.whole_name, d.med_list_codg, d.item_name, d.parts, d.taken,
       CAST(d.parts_price AS DECIMAL(16,2)) AS parts_price, CAST(d.whole_price AS DECIMAL(16,2)) AS whole_price, d.price_from
FROM dear d
WHERE NOT d.beside_whole      -- 没有收组合项目 | the whole was not charged
  AND d.taken >= $min_parts  -- 收了几项单项 | several parts were charged
  AND d.taken >= $min_share * CAST(d.parts AS DOUBLE)  -- 收了其中大部分单项 | most of its parts were charged
  AND d.parts_price - d.whole_price > $tolerance  -- 单项合计高于组合价 | the parts cost more than the whole
  AND d.scope_amount > 0      -- 进入医保范围 | within the insured scope
  AND d.turn = 1              -- 每个单项只计一次 | each part counts once
  AND d.choice = 1            -- 属于几个组合时取差额最大的 | of several wholes the one exceeded most
