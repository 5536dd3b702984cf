/*
code        = "BIL12"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution"]
basis       = ["条例 16", "条例 39(3)", "GZ10000201002000"]
prior       = 0.25
needs       = ["fee_item"]
[title]
zh = "结算总额与明细合计不符"
en = "Total of a settlement against its lines"
[message]
zh = "结算总额 {total} 元，明细 {lines} 条合计 {lines_charge} 元，总额多出 {difference} 元（本机构这样的结算占 {place_percent}%）"
en = "The settlement says {total} yuan, its {lines} lines add up to {lines_charge}; {difference} more in the total ({place_percent} % of the institution's settlements differ)"
[benign]
zh = "明细提取不全（按费用日期截断、漏表、漏月）；打包付费或一条打包行；四舍五入、优惠减免计在总额；退费只冲总额或只冲明细"
en = "Lines missing from the delivery (cut by date, a table or month left out); a package price; rounding or rebates booked on the total; a refund booked on one side only"
[next]
zh = "先向提供方核实明细是否提全，再调收费票据与明细清单逐项比对"
en = "Ask first whether the lines were delivered in full, then compare the invoice with the list of charges"
[params.tolerance]
default = 1
unit = "yuan"
help = { zh = "相差不超过此数的不报（逐条四舍五入）", en = "A difference up to this much is rounding of the lines" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.fault_share]
default = 0.05
unit = "share"
help = { zh = "一家机构（或其一个月）超过这一比例的结算不符时，视为数据没有提全，不报", en = "Where more than this share of an institution's settlements, or of its month's, differ, lines are missing from the data and nothing is reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH summed AS (
    SELECT setl_id, sum(charge) AS lines_charge, count(*) AS lines, min(day) AS first_day, max(day) AS last_day FROM line GROUP BY setl_id
),
span AS (       -- what dates the delivered lines cover, by institution
    SELECT v.fixmedins_code, min(s.first_day) AS since, max(s.last_day) AS until
    FROM summed s JOIN visit v ON v.setl_id = s.setl_id GROUP BY v.fixmedins_code
),
compared AS (
    SELECT v.*, s.lines_charge, s.lines, v.charge - s.lines_charge AS gap, substr(CAST(v.enddate AS VARCHAR), 1, 7) AS month,
           CASE WHEN abs(v.charge - s.lines_charge) > $tolerance THEN 1 ELSE 0 END AS differs
    FROM summed s
    JOIN visit v ON v.setl_id = s.setl_id
    JOIN span p ON p.fixmedins_code = v.fixmedins_code
    WHERE NOT v.is_stay OR v.begndate >= p.since  -- 住院从明细数据起点之后开始 | a stay begun before the lines delivered is left out
),
place AS (SELECT fixmedins_code, count(*) AS settlements, sum(differs) AS differing FROM compared GROUP BY fixmedins_code),
of_month AS (SELECT fixmedins_code, month, count(*) AS settlements, sum(differs) AS differing FROM compared GROUP BY fixmedins_code, month)
SELECT c.setl_id, c.psn_no, c.fixmedins_code, c.dr_codg, c.enddate AS occurred_on,
       CAST(greatest(c.gap, 0) AS DECIMAL(16,2)) AS charge_amount,
       CASE WHEN c.gap > 0 THEN least(0.7, 0.3 + 0.4 * (CAST(c.gap AS DOUBLE) / nullif(c.charge, 0))) ELSE 0.2 END AS strength,
       CASE WHEN c.gap < 0 THEN 'lead' END AS level,
       c.charge AS total, CAST(c.lines_charge AS DECIMAL(16,2)) AS lines_charge, CAST(c.lines AS INTEGER) AS lines,
       CAST(c.gap AS DECIMAL(16,2)) AS difference,
       CAST(CAST(100 * q.differing AS DOUBLE) / nullif(q.settlements, 0) AS DECIMAL(6,2)) AS place_percent
FROM compared c
JOIN place q ON q.fixmedins_code = c.fixmedins_code
JOIN of_month m ON m.fixmedins_code = c.fixmedins_code AND m.month = c.month
WHERE c.differs = 1    -- 总额与明细合计相差超过容差 | total and lines differ by more than the tolerance
  AND q.differing <= greatest($fault_share * CAST(q.settlements AS DOUBLE), 1.0)  -- 这家机构的结算大多相符，不是明细没有提全 | most of the institution's settlements agree: lines are not missing from the data
  AND m.differing <= greatest($fault_share * CAST(m.settlements AS DOUBLE), 2.0)  -- 这个月也是 | and most of that month's
