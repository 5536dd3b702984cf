/*
code        = "MED09"
status      = "stable"
level       = "suspected"
subject     = "institution"
key         = ["fixmedins_code", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(4)", "条例 40(3)", "GZ10000202001000"]
prior       = 0.7
needs       = ["fee_item", "stock.fixmedins_code", "stock.med_list_codg", "stock.date", "stock.cnt"]
[title]
zh = "药品销多于进"
en = "More of a drug billed than bought"
[message]
zh = "{since} 至 {until} 结算 {drug_name} 共 {billed}，期初与购进合计 {available}，多出 {excess}"
en = "{billed} of {drug_name} billed from {since} to {until} against {available} in stock and bought: {excess} too many"
[benign]
zh = "进货与结算的计价单位不同（盒与片、公斤与克）；期初库存或调拨、赠药未入账；换码后新旧编码未对应；进货单据补录在期后。"
en = "Bought and billed in different units (box and tablet, kilogram and gram); opening stock, transfers or free samples not entered; old and new codes not matched; purchases entered later."
[next]
zh = "调取购进发票、随货同行单和盘点表，按最小单位重算；确属无货可售的，逐笔核对处方和小票，查串换或虚记。"
en = "Get invoices, delivery notes and stock lists and count in the smallest unit; where there was nothing to sell, check prescriptions and receipts for substitution or invented sales."
[params.tolerance]
default = 0.05
unit = "share"
help = { zh = "多出不超过可售数量的这个比例不报", en = "an excess up to this share of what was available is left alone" }
source = { zh = "本工具的设定，无全国依据：盘点误差", en = "set by this tool; no national source: errors of counting" }
[params.min_excess]
default = 3
unit = ""
help = { zh = "至少多出多少（最小计价单位）", en = "units in excess at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.unit_ratio]
default = 10
unit = "times"
help = { zh = "达到可售数量的这么多倍时多半是计价单位不同，只作线索", en = "at so many times what was available the units probably differ: a lead only" }
source = { zh = "本工具的设定，无全国依据：一盒通常十片以上", en = "set by this tool; no national source: a box usually holds ten or more" }
*/
WITH moved AS (
  -- a kind that is not known counts as stock coming in: doubt favours the institution
  SELECT fixmedins_code, med_list_codg, date AS day, cnt,
    CASE WHEN kind IN ('opening', 'count', 'stocktake', 'inventory', '108', '3501') OR kind LIKE '%期初%' OR kind LIKE '%初始%' OR kind LIKE '%盘存%' OR kind LIKE '%结存%' THEN 'count'
         WHEN kind IN ('sale', 'sales', '3505', '3506') OR kind LIKE '%销售%' OR kind LIKE '%发药%' THEN 'sale'
         WHEN kind LIKE '%入%' THEN 'in'
         WHEN kind IN ('return', 'out', 'loss', '102', '104', '105', '107', '3504') OR kind LIKE '%退%' OR kind LIKE '%出%' OR kind LIKE '%亏%'
           OR kind LIKE '%损%' OR kind LIKE '%销毁%' THEN 'out' ELSE 'in' END AS way
  FROM (SELECT fixmedins_code, med_list_codg, date, cnt, lower(trim(kind)) AS kind FROM stock) s
  WHERE fixmedins_code IS NOT NULL AND med_list_codg IS NOT NULL AND date IS NOT NULL AND cnt IS NOT NULL
),
period AS (SELECT fixmedins_code, min(day) AS first_day, max(day) AS last_day FROM moved GROUP BY fixmedins_code),
counted AS (SELECT fixmedins_code, med_list_codg, min(day) AS day FROM moved WHERE way = 'count' GROUP BY fixmedins_code, med_list_codg),
bought AS (
  -- from the first count of the item on; sales are taken from the bills, later counts are not added
  SELECT m.fixmedins_code, m.med_list_codg, coalesce(max(c.day), max(p.first_day)) AS since, max(p.last_day) AS until, max(c.day) IS NOT NULL AS is_counted,
    sum(CASE WHEN m.way = 'count' AND m.day = c.day THEN m.cnt WHEN m.way = 'in' THEN m.cnt WHEN m.way = 'out' THEN 0 - abs(m.cnt) ELSE 0 END) AS available
  FROM moved m
  JOIN period p ON p.fixmedins_code = m.fixmedins_code
  LEFT JOIN counted c ON c.fixmedins_code = m.fixmedins_code AND c.med_list_codg = m.med_list_codg
  WHERE c.day IS NULL OR m.day >= c.day
  GROUP BY m.fixmedins_code, m.med_list_codg
  HAVING sum(CASE WHEN m.way IN ('count', 'in') THEN 1 ELSE 0 END) > 0  -- 有期初或购进记录 | Opening stock or purchases are recorded
),
sold AS (
  SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.dr_codg, l.day, l.charge, l.cnt, l.item_name, b.*,
    sum(l.cnt) OVER (PARTITION BY b.fixmedins_code, b.med_list_codg) AS billed,
    sum(l.cnt) OVER (PARTITION BY b.fixmedins_code, b.med_list_codg ORDER BY l.fee_ocur_time, l.feedetl_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
  FROM bought b
  JOIN line l ON l.fixmedins_code = b.fixmedins_code AND l.med_list_codg = b.med_list_codg
  WHERE l.med_chrgitm_type IN ('09', '10', '11')  -- 药品 | A drug
    AND coalesce(l.trdn_flag, '0') <> '1'  -- 不是拆零 | Not a split pack
    AND l.day <= b.until AND (l.day > b.since OR (l.day = b.since AND NOT b.is_counted))  -- 在进销存数据的期间内 | Within the days the stock data cover
),
judged AS (
  -- books that never counted the drug, or by which more went out than came in, lack entries; many times a stock of none says nothing of units
  SELECT s.*, NOT s.is_counted OR s.available < 0 OR (s.available > 0 AND s.billed >= CAST($unit_ratio AS DOUBLE) * s.available) AS books_doubtful
  FROM sold s
)
SELECT s.setl_id, s.feedetl_sn, s.psn_no, s.fixmedins_code, s.dr_codg, s.day AS occurred_on,
  CAST(CAST(s.charge AS DOUBLE) * least(CAST(s.cnt AS DOUBLE), s.so_far - s.available) / nullif(s.cnt, 0) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN s.books_doubtful THEN 0.3 WHEN s.available = 0 THEN 0.95
    ELSE least(0.95, 0.5 + 0.5 * (CAST(s.billed - s.available AS DOUBLE) / nullif(s.available, 0))) END AS DOUBLE) AS strength,
  CASE WHEN s.books_doubtful THEN 'lead' END AS level,
  s.med_list_codg, s.item_name AS drug_name, s.since, s.until, CAST(s.billed AS DECIMAL(16,2)) AS billed, CAST(s.available AS DECIMAL(16,2)) AS available,
  CAST(s.billed - s.available AS DECIMAL(16,2)) AS excess
FROM judged s
WHERE s.so_far > s.available  -- 累计结算数量已超过期初加购进 | The running count is beyond opening stock and purchases
  AND s.billed - s.available >= $min_excess  -- 多出的数量够多 | Enough units in excess
  AND s.billed - s.available > CAST($tolerance AS DOUBLE) * s.available  -- 超过盘点误差 | Beyond errors of counting
