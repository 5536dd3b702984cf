/*
code        = "PHA01"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "item"]
responsible = ["institution"]
basis       = ["条例 38(4)"]
prior       = 0.6
needs       = ["fee_item"]
[title]
zh = "药店销售过于集中"
en = "One item dominates a pharmacy's sales"
[message]
zh = "{item_name} 占本店医保购药金额的 {percent}%，其他 {peers} 家药店合计为 {peer_percent}%"
en = "{item_name} makes {percent} % of the pharmacy's insured sales; {peer_percent} % in {peers} other pharmacies together"
[benign]
zh = "中药饮片专营店、专科药店或双通道药店；附近医院某专科的处方集中外配；季节性用药；该药只有本店有货"
en = "A shop for herbal pieces, a specialty or dual-channel pharmacy; prescriptions of a nearby specialty; a season; the only shop that stocks it"
[next]
zh = "核对该品种的进销存（购进发票、库存）与结算数量，抽查购药人实际所得"
en = "Compare purchases and stock of the item with what was settled; ask buyers what they took home"
[params.min_share]
default = 0.3
unit = "share"
help = { zh = "一个品种（中药饮片合为一种）占本店购药金额的最低比例", en = "Least share of the pharmacy's sales for one item (all herbal pieces are one)" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.ratio]
default = 3
unit = "times"
help = { zh = "至少是其他药店合计比例的这么多倍", en = "At least so many times the share in the other pharmacies together" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_sales]
default = 50
unit = "settlement"
help = { zh = "本店至少卖过这么多笔", en = "Settlements with the item at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_peers]
default = 3
unit = ""
help = { zh = "至少有这么多家其他药店可比", en = "Other pharmacies needed for comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH sold AS (   -- strengths of one drug are one; so are all herbal pieces
    SELECT l.fixmedins_code, CASE WHEN l.med_chrgitm_type = '10' THEN 'pieces' ELSE coalesce(i.generic_code, l.med_list_codg) END AS item,
           max(i.item_name) AS item_name, sum(l.charge) AS charge, count(DISTINCT l.setl_id) AS sales
    FROM line l
    JOIN item i ON i.med_list_codg = l.med_list_codg
    WHERE l.fixmedins_type = '2' AND l.setting = 'pharmacy' AND l.charge > 0  -- 药店的购药结算，门诊慢特病除外 | purchases at a pharmacy, chronic care left out
    GROUP BY l.fixmedins_code, CASE WHEN l.med_chrgitm_type = '10' THEN 'pieces' ELSE coalesce(i.generic_code, l.med_list_codg) END
),
shop AS (SELECT fixmedins_code, sum(charge) AS charge FROM sold GROUP BY fixmedins_code),
town AS (SELECT count(*) AS shops, sum(charge) AS charge FROM shop),
everywhere AS (SELECT item, sum(charge) AS charge FROM sold GROUP BY item),
compared AS (    -- each shop against all others together
    SELECT s.*, CAST(s.charge AS DOUBLE) / nullif(h.charge, 0) AS share, t.shops - 1 AS peers,
           coalesce(CAST(e.charge - s.charge AS DOUBLE) / nullif(t.charge - h.charge, 0), 0) AS peer_share
    FROM sold s
    JOIN shop h ON h.fixmedins_code = s.fixmedins_code
    JOIN everywhere e ON e.item = s.item
    CROSS JOIN town t
    WHERE CAST(s.charge AS DOUBLE) >= $min_share * CAST(h.charge AS DOUBLE)
)
SELECT l.setl_id, l.psn_no, l.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, l.feedetl_sn, l.day AS occurred_on,
       CAST(floor(CAST(l.charge AS DOUBLE) * (CAST(1 AS DOUBLE) - CAST(c.peer_share AS DOUBLE) / nullif(c.share, 0)) * 100 + 0.5)
            / CAST(100 AS DOUBLE) AS DECIMAL(16,2)) AS charge_amount,
       least(0.9, 0.2 + CAST(c.share AS DOUBLE) - c.peer_share) AS strength,
       c.item, CASE WHEN c.item = 'pieces' THEN '中药饮片' ELSE c.item_name END AS item_name, CAST(c.sales AS INTEGER) AS sales,
       CAST(100 * CAST(c.share AS DOUBLE) AS DECIMAL(6,1)) AS percent, CAST(100 * CAST(c.peer_share AS DOUBLE) AS DECIMAL(6,1)) AS peer_percent,
       CAST(c.peers AS INTEGER) AS peers
FROM compared c
JOIN line l ON l.fixmedins_code = c.fixmedins_code AND l.setting = 'pharmacy' AND l.charge > 0
JOIN item i ON i.med_list_codg = l.med_list_codg
WHERE CASE WHEN l.med_chrgitm_type = '10' THEN 'pieces' ELSE coalesce(i.generic_code, l.med_list_codg) END = c.item  -- 卖的就是这一品种 | a sale of that item
  AND c.share >= $min_share              -- 占本店购药金额的比例够高 | a large share of the pharmacy's sales
  AND c.share >= $ratio * CAST(c.peer_share AS DOUBLE)  -- 远高于其他药店 | far above the other pharmacies
  AND c.sales >= $min_sales              -- 卖过的笔数够多 | sold often enough
  AND c.peers >= $min_peers              -- 有足够的药店可比 | enough pharmacies to compare with
