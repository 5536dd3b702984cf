/*
code        = "PHA02"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code"]
responsible = ["institution"]
basis       = ["条例 38(4)", "条例 20"]
prior       = 0.6
[title]
zh = "药店整数金额结算偏多"
en = "Round sums at a pharmacy"
[message]
zh = "{rounds} 笔购药金额恰为整 {step} 元的倍数，按其他 {peers} 家药店的比例应约 {expected} 笔"
en = "{rounds} purchases come to whole multiples of {step} yuan; about {expected} would by the share of {peers} other pharmacies"
[benign]
zh = "店内商品标价多为整数；满额优惠后的金额；饮片按整付定价；代煎、配送费凑整"
en = "Price tags in whole yuan; amounts after a discount; herbal pieces priced by the dose; fees that round the sum"
[next]
zh = "调这些结算的小票、进销存和监控，核对是否以医保药品名义卖了其他商品或空刷"
en = "Take receipts, stock records and camera footage of these sales: were other goods, or nothing, sold under the names of covered drugs?"
[params.step]
default = 10
unit = "yuan"
help = { zh = "几元的整倍数算整数", en = "What counts as a round sum: multiples of" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_amount]
default = 50
unit = "yuan"
help = { zh = "小于此数的不看", en = "Smaller sums are left out" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.usual_ratio]
default = 0.2
unit = "share"
help = { zh = "同样的组合在其他药店也有本店这么大比例的，是常见组合，不计", en = "A basket that the others sell at this share of the pharmacy's own rate is an ordinary one and not counted" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_rounds]
default = 8
unit = "settlement"
help = { zh = "整数金额至少这么多笔", en = "Round sums at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.ratio]
default = 4
unit = "times"
help = { zh = "至少是按其他药店比例应有笔数的这么多倍", en = "At least so many times what the others' share gives" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_z]
default = 4
unit = ""
help = { zh = "超出应有笔数的标准差倍数（应有笔数加一的平方根）", en = "Standard deviations above what is expected (root of the expected number plus one)" }
source = { zh = "通行的三倍标准差之上再严一档", en = "one above the usual three standard deviations" }
[params.min_peers]
default = 3
unit = ""
help = { zh = "至少有这么多家其他药店可比", en = "Other pharmacies needed for comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH told AS (    -- a single drug at its price, or a basket that sells everywhere, is round by its price tags
    SELECT s.*, CASE WHEN s.charge >= $min_amount AND floor(CAST(s.charge AS DOUBLE) / nullif($step, 0)) * $step = CAST(s.charge AS DOUBLE)
                      AND NOT coalesce(s.items = 1 AND s.pieces_charge = 0, FALSE)
                      AND NOT coalesce(s.elsewhere_share >= $usual_ratio * CAST(s.basket_share AS DOUBLE), FALSE) THEN 1 ELSE 0 END AS is_round
    FROM pharmacy_sale s
    WHERE s.setting = 'pharmacy'  -- 药店购药结算 | a purchase at a pharmacy
),
shop AS (SELECT fixmedins_code, count(*) AS sales, sum(is_round) AS rounds FROM told GROUP BY fixmedins_code),
town AS (SELECT count(*) AS shops, sum(sales) AS sales, sum(rounds) AS rounds FROM shop),
compared AS (
    SELECT s.*, t.shops - 1 AS peers, CAST(s.sales AS DOUBLE) * (CAST(t.rounds - s.rounds AS DOUBLE) / nullif(t.sales - s.sales, 0)) AS expected
    FROM shop s CROSS JOIN town t
)
SELECT t.setl_id, t.psn_no, t.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, t.day AS occurred_on,
       CAST(floor(CAST(t.charge AS DOUBLE) * (CAST(c.rounds - c.expected AS DOUBLE) / nullif(c.rounds, 0)) * 100 + 0.5) / CAST(100 AS DOUBLE)
            AS DECIMAL(16,2)) AS charge_amount,
       greatest(0.2, 0.8 - (CAST(c.expected AS DOUBLE) + 1) / nullif(c.rounds, 0)) AS strength,
       CAST(c.rounds AS INTEGER) AS rounds, CAST(c.expected AS DECIMAL(16,1)) AS expected, CAST(c.sales AS INTEGER) AS sales,
       CAST(c.peers AS INTEGER) AS peers, $step AS step
FROM compared c
JOIN told t ON t.fixmedins_code = c.fixmedins_code
WHERE t.is_round = 1               -- 金额为整数，且不是单品标价或常见组合 | a round sum, no single drug at its price, no ordinary basket
  AND c.rounds >= $min_rounds      -- 整数金额的笔数够多 | enough round sums
  AND c.rounds >= $ratio * CAST(c.expected AS DOUBLE)  -- 是应有笔数的几倍 | several times what the others' share gives
  AND CAST(c.rounds AS DOUBLE) - c.expected >= $min_z * sqrt(CAST(c.expected AS DOUBLE) + 1)  -- 不是偶然波动 | no accident
  AND c.peers >= $min_peers        -- 有足够的药店可比 | enough pharmacies to compare with
