/*
code        = "PHA07"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code"]
responsible = ["institution"]
basis       = ["条例 38(4)", "条例 20"]
prior       = 0.6
needs       = ["fee_item"]
[title]
zh = "药店相同金额反复结算"
en = "The same amount again and again at a pharmacy"
[message]
zh = "{amounts} 个金额反复出现（最多的 {top_amount} 元有 {top_persons} 人），共 {repeats} 笔，其他药店不这样卖"
en = "{amounts} amounts come again and again ({top_amount} yuan for {top_persons} persons), {repeats} sales in all; other pharmacies do not sell so"
[benign]
zh = "本店自有的套餐、协定方或促销组合；附近诊所固定处方；金额相同只是凑巧"
en = "A bundle, house recipe or offer of the shop; a fixed prescription of a clinic nearby; chance"
[next]
zh = "把同一金额的结算并排看品种和数量，核对进销存，询问购药人所得"
en = "Set the sales of one amount side by side, compare items and counts with stock, ask buyers what they got"
[params.min_amount]
default = 50
unit = "yuan"
help = { zh = "小于此数的不看", en = "Smaller sums are left out" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_persons]
default = 5
unit = "person"
help = { zh = "同一金额至少这么多人", en = "Persons with the same amount at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_days]
default = 4
unit = "day"
help = { zh = "分布在至少这么多天", en = "Days on which it came at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_repeats]
default = 10
unit = "settlement"
help = { zh = "这样的结算合计至少这么多笔", en = "Such sales in all at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.usual_ratio]
default = 0.2
unit = "share"
help = { zh = "同样的组合在其他药店也有本店这么大比例的，是常见组合，不计", en = "A basket that the others sell at this share of the pharmacy's own rate is an ordinary one and not counted" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_peers]
default = 3
unit = ""
help = { zh = "至少有这么多家其他药店可比", en = "Other pharmacies needed for comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH odd AS (     -- the price of one drug, or of a basket that sells everywhere, comes again by itself
    SELECT s.* FROM pharmacy_sale s
    WHERE s.setting = 'pharmacy'      -- 药店购药结算 | a purchase at a pharmacy
      AND s.charge >= $min_amount     -- 金额不小 | no small sum
      AND NOT (s.items = 1 AND s.pieces_charge = 0)  -- 不是单品标价 | not a single drug at its price
      AND s.elsewhere_share < $usual_ratio * CAST(s.basket_share AS DOUBLE)  -- 不是别处也常见的组合 | not a basket that the others sell too
),
repeated AS (
    SELECT fixmedins_code, charge, count(*) AS sales, count(DISTINCT person_id) AS persons
    FROM odd GROUP BY fixmedins_code, charge
    HAVING count(DISTINCT person_id) >= $min_persons AND count(DISTINCT day) >= $min_days  -- 多人、多天都是这一金额 | many persons on many days
),
ranked AS (
    SELECT r.*, row_number() OVER (PARTITION BY fixmedins_code ORDER BY persons DESC, charge DESC) AS place,
           count(*) OVER (PARTITION BY fixmedins_code) AS amounts, sum(sales) OVER (PARTITION BY fixmedins_code) AS repeats
    FROM repeated r
),
shops AS (SELECT count(DISTINCT fixmedins_code) - 1 AS peers FROM pharmacy_sale)
SELECT o.setl_id, o.psn_no, o.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, o.day AS occurred_on, o.charge AS charge_amount,
       least(0.8, 0.3 + 0.02 * CAST(r.repeats AS DOUBLE)) AS strength,
       CAST(r.amounts AS INTEGER) AS amounts, CAST(r.repeats AS INTEGER) AS repeats, t.charge AS top_amount, CAST(t.persons AS INTEGER) AS top_persons,
       CAST(s.peers AS INTEGER) AS peers
FROM ranked r
JOIN ranked t ON t.fixmedins_code = r.fixmedins_code AND t.place = 1
JOIN odd o ON o.fixmedins_code = r.fixmedins_code AND o.charge = r.charge
CROSS JOIN shops s
WHERE r.repeats >= $min_repeats  -- 这样的结算够多 | enough such sales
  AND s.peers >= $min_peers      -- 有足够的药店可比 | enough pharmacies to compare with
