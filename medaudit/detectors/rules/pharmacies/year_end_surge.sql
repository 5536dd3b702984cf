/*
code        = "PHA03"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "year"]
responsible = ["institution", "patient"]
basis       = ["条例 19", "条例 38(5)"]
prior       = 0.7
needs       = ["settlement.acct_pay"]
[title]
zh = "年底集中刷个人账户"
en = "Personal accounts drained at the year's end"
[message]
zh = "{year} 年 11–12 月月均刷个人账户 {late_month} 元，是此前月均 {early_month} 元的 {ratio} 倍；其他 {peers} 家药店同期为 {peer_ratio} 倍；列出金额最大、合计为多出部分的各笔"
en = "In November and December {year} personal accounts paid {late_month} yuan a month, {ratio} times the {early_month} of the months before; {peer_ratio} times in {peers} other pharmacies; named are the largest sales that make up the excess"
[benign]
zh = "冬季呼吸道疾病用药增加；新开业后客流上升或附近药店关停；年底促销；账户资金在年底集中划入"
en = "Winter illness; a growing new shop, or one nearby closed; a sale; account money paid in late in the year"
[next]
zh = "看大额、恰好刷尽余额的结算，核对小票和实物，询问是否兑现、囤卡或换购其他商品"
en = "Look at large sales and those that empty the account; compare receipts and goods; ask about cash, stored value or other goods"
[params.surge]
default = 1.5
unit = "times"
help = { zh = "11–12 月月均与此前月均之比，除以其他药店的同一比值，至少为此数", en = "Own ratio of November–December to the months before, over the others' ratio, at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_months]
default = 6
unit = "month"
help = { zh = "11 月以前至少有这么多个月有销售", en = "Months with sales before November at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_sales]
default = 50
unit = "settlement"
help = { zh = "11–12 月至少有这么多笔刷个人账户", en = "Sales paid from accounts in November and December at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_peers]
default = 3
unit = ""
help = { zh = "至少有这么多家其他药店可比", en = "Other pharmacies needed for comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH monthly AS (
    SELECT fixmedins_code, substr(month, 1, 4) AS year, month, substr(month, 6, 2) >= '11' AS is_late, sum(account_money) AS account,
           sum(CASE WHEN account_money > 0 THEN 1 ELSE 0 END) AS sales,
           sum(CASE WHEN account_money > 0 AND cash > 0 THEN 1 ELSE 0 END) AS drained
    FROM pharmacy_sale GROUP BY fixmedins_code, substr(month, 1, 4), month, substr(month, 6, 2) >= '11'
),
yearly AS (
    SELECT fixmedins_code, year, sum(CASE WHEN is_late THEN 1 ELSE 0 END) AS late_months, sum(CASE WHEN is_late THEN 0 ELSE 1 END) AS early_months,
           CAST(sum(CASE WHEN is_late THEN account ELSE 0 END) AS DOUBLE) / nullif(sum(CASE WHEN is_late THEN 1 ELSE 0 END), 0) AS late_month,
           CAST(sum(CASE WHEN is_late THEN 0 ELSE account END) AS DOUBLE) / nullif(sum(CASE WHEN is_late THEN 0 ELSE 1 END), 0) AS early_month,
           sum(CASE WHEN is_late THEN sales ELSE 0 END) AS late_sales, sum(CASE WHEN is_late THEN drained ELSE 0 END) AS late_drained
    FROM monthly GROUP BY fixmedins_code, year
),
town AS (
    SELECT year, count(*) AS shops, sum(late_month) AS late_month, sum(early_month) AS early_month
    FROM yearly WHERE early_months >= $min_months AND late_months > 0 GROUP BY year
),
compared AS (     -- each shop against all others together
    SELECT y.*, t.shops - 1 AS peers, CAST(y.late_month AS DOUBLE) / nullif(y.early_month, 0) AS ratio,
           CAST(t.late_month - y.late_month AS DOUBLE) / nullif(t.early_month - y.early_month, 0) AS peer_ratio
    FROM yearly y JOIN town t ON t.year = y.year
    WHERE y.early_months >= $min_months AND y.late_months > 0  -- 此前有足够月份可比 | enough months before to compare with
),
late_sale AS (    -- the largest sales come first
    SELECT s.setl_id, s.psn_no, s.fixmedins_code, s.day, s.account_money, s.charge, c.year, c.late_month, c.early_month, c.ratio, c.peer_ratio, c.peers,
           c.late_sales, c.late_drained,
           CAST(c.late_months AS DOUBLE) * c.late_month * (CAST(1 AS DOUBLE) - CAST(c.peer_ratio AS DOUBLE) / nullif(c.ratio, 0)) AS excess,
           sum(s.account_money) OVER (PARTITION BY s.fixmedins_code, c.year ORDER BY s.account_money DESC, s.setl_id
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - s.account_money AS larger
    FROM compared c
    JOIN pharmacy_sale s ON s.fixmedins_code = c.fixmedins_code AND substr(s.month, 1, 4) = c.year AND substr(s.month, 6, 2) >= '11'
    WHERE s.account_money > 0         -- 11–12 月用个人账户支付 | paid from a personal account in November or December
      AND c.late_sales >= $min_sales  -- 笔数够多 | enough sales
      AND c.ratio >= $surge * CAST(c.peer_ratio AS DOUBLE)  -- 涨幅远高于其他药店 | a rise far above the other pharmacies'
      AND c.ratio >= $surge           -- 也远高于本店此前 | and above its own months before
      AND c.peers >= $min_peers       -- 有足够的药店可比 | enough pharmacies to compare with
)
SELECT setl_id, psn_no, fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, day AS occurred_on,
       CAST(floor(least(CAST(account_money AS DOUBLE), CAST(excess AS DOUBLE) - larger) / nullif(account_money, 0) * charge * 100 + 0.5)
            / CAST(100 AS DOUBLE) AS DECIMAL(16,2)) AS charge_amount,
       least(0.95, 0.5 + 0.2 * (CAST(ratio AS DOUBLE) / nullif(peer_ratio, 0))) AS strength,
       year, CAST(late_month AS DECIMAL(16,2)) AS late_month, CAST(early_month AS DECIMAL(16,2)) AS early_month,
       CAST(ratio AS DECIMAL(16,2)) AS ratio, CAST(peer_ratio AS DECIMAL(16,2)) AS peer_ratio, CAST(peers AS INTEGER) AS peers,
       CAST(late_sales AS INTEGER) AS late_sales, CAST(late_drained AS INTEGER) AS late_drained
FROM late_sale
WHERE CAST(larger AS DOUBLE) < excess  -- 金额最大、合计等于多出部分的几笔 | the largest sales, as many as make up the excess
