/*
code        = "MED08"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "trace_code"]
responsible = ["institution"]
basis       = ["条例 16", "条例 19", "条例 38(5)", "条例 39(3)", "条例 41(3)", "实施细则（国家医保局令第 7 号，2026-04-01 起施行）"]
prior       = 0.7
needs       = ["fee_item.drug_trac_codg"]
[title]
zh = "药品追溯码重复结算"
en = "Drug trace code settled again"
[message]
zh = "{item_name} 的追溯码 {trace_code} 还出现在结算 {other_setl_id}（{other_day}，{other_institution}），共结算 {sales} 次"
en = "Trace code {trace_code} of {item_name} is also on settlement {other_setl_id} ({other_day}, {other_institution}); {sales} sales of one package"
[benign]
zh = "拆零销售未标拆零标志；退货后再售而退费未上传；扫码有误或用同一盒的码代替；系统补传成两笔结算；厂家大包装码被当作小盒码；最早的一笔可能就是真实销售，所以只作线索，不计金额。"
en = "A pack split without the flag; sold again after a return whose refund was not uploaded; one box scanned for several; a re-upload that became two settlements; the code of a carton taken for that of a box; the first sale may be the true one, so it is a lead without money."
[next]
zh = "在追溯平台查该码的流向，核对两笔销售的小票、库存批号和监控；跨机构重复的优先查回流药。"
en = "Follow the code on the tracing platform; compare receipts, batches and footage of the sales; look first at codes sold by two institutions."
[params.min_length]
default = 18
unit = ""
help = { zh = "追溯码至少多少位；更短的多是商品条码或状态字样", en = "characters of a trace code at least; shorter ones are product bar codes or words" }
source = { zh = "码上放心追溯码 20 位，GS1 码更长；13–16 位多为商品条码", en = "codes of the national platform have 20 digits and GS1 codes more; 13 to 16 are mostly product bar codes" }
[params.max_uses]
default = 20
unit = "settlement"
help = { zh = "同一码出现在更多结算上视为填充值", en = "a code on more settlements than this is taken for a filler" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH digit AS (
  SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
spot AS (SELECT a.d * 100 + b.d * 10 + c.d + 1 AS n FROM digit a CROSS JOIN digit b CROSS JOIN digit c),
scanned AS (
  SELECT l.feedetl_sn, l.setl_id, l.person_id, l.psn_no, l.fixmedins_code, l.fixmedins_type, l.dr_codg, l.day, l.fee_ocur_time, l.med_list_codg,
    l.item_name, l.charge, l.cnt, trim(l.drug_trac_codg) AS code,
    ',' || replace(replace(replace(replace(replace(replace(replace(trim(l.drug_trac_codg), ';', ','), '|', ','), '/', ','), '，', ','), '；', ','),
      '、', ','), ' ', ',') || ',' AS list
  FROM line l
  WHERE length(trim(l.drug_trac_codg)) >= $min_length  -- 追溯码够长 | The trace code is long enough
    AND NOT l.is_stay  -- 不是住院按剂量发药 | Not doses dispensed during a stay
    AND coalesce(l.trdn_flag, '0') <> '1'  -- 不是拆零 | Not a split pack
    AND l.cnt = floor(l.cnt) AND l.cnt > 0  -- 数量是整数 | A whole number of packages
    AND l.drug_trac_codg <> l.med_list_codg
),
cut AS (
  -- several codes in one field are told apart; of a list of more than a thousand characters the first forty-seven
  SELECT s.feedetl_sn, s.list, p.n, lead(p.n) OVER (PARTITION BY s.feedetl_sn ORDER BY p.n) AS until
  FROM scanned s JOIN spot p ON p.n <= length(s.list) AND substr(s.list, greatest(p.n, 1), 1) = ','
  WHERE length(s.code) > 2 * $min_length
),
listed AS (
  SELECT DISTINCT feedetl_sn, substr(list, greatest(n + 1, 1), greatest(until - n - 1, 0)) AS trace_code
  FROM cut WHERE until - n > $min_length  -- 其中的每个码也够长 | Each code of a list is long enough too
),
piece AS (SELECT s.*, coalesce(c.trace_code, s.code) AS trace_code FROM scanned s LEFT JOIN listed c ON c.feedetl_sn = s.feedetl_sn),
twice AS (
  SELECT trace_code FROM piece
  WHERE replace(trace_code, substr(trace_code, 1, 1), '') <> ''  -- 不是同一个字符 | It is not one character repeated
  GROUP BY trace_code HAVING min(setl_id) <> max(setl_id)  -- 出现在不止一笔结算上 | On more than one settlement
),
again AS (
  SELECT p.trace_code, count(DISTINCT p.med_list_codg) AS items
  FROM twice t JOIN piece p ON p.trace_code = t.trace_code
  GROUP BY p.trace_code HAVING count(DISTINCT p.setl_id) <= $max_uses  -- 又没有多到像填充值 | But not on so many that it is a filler
),
sale AS (
  -- settlements of one person at one institution on one day are one sale
  SELECT p.trace_code, p.person_id, p.fixmedins_code, p.day, a.items, min(p.setl_id) AS setl_id, min(p.fee_ocur_time) AS sold_at
  FROM again a JOIN piece p ON p.trace_code = a.trace_code
  GROUP BY p.trace_code, p.person_id, p.fixmedins_code, p.day, a.items
),
chain AS (
  SELECT s.*, row_number() OVER (PARTITION BY s.trace_code ORDER BY s.sold_at, s.setl_id) AS place, count(*) OVER (PARTITION BY s.trace_code) AS sales,
    coalesce(lag(s.setl_id) OVER (PARTITION BY s.trace_code ORDER BY s.sold_at, s.setl_id), lead(s.setl_id) OVER (PARTITION BY s.trace_code ORDER BY s.sold_at, s.setl_id)) AS other_setl_id
  FROM sale s
)
SELECT p.setl_id, p.feedetl_sn, p.psn_no, p.fixmedins_code, p.dr_codg, p.day AS occurred_on,
  -- one code is one package, and its first sale may be the true one
  CAST(CASE WHEN c.place = 1 THEN 0 ELSE CAST(p.charge AS DOUBLE) / nullif(p.cnt, 0) END + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN c.items > 1 OR c.place = 1 THEN 0.3 WHEN o.fixmedins_code <> p.fixmedins_code THEN 0.9 WHEN o.person_id = p.person_id THEN 0.4
    WHEN p.fixmedins_type = '1' THEN 0.5 ELSE 0.8 END AS DOUBLE) AS strength,
  CASE WHEN c.items > 1 OR c.place = 1 OR (o.fixmedins_code = p.fixmedins_code AND (p.fixmedins_type = '1' OR o.person_id = p.person_id)) THEN 'lead' END AS level,
  p.trace_code, p.item_name, c.sales, c.other_setl_id, o.begndate AS other_day, coalesce(o.fixmedins_name, o.fixmedins_code) AS other_institution
FROM chain c
JOIN piece p ON p.trace_code = c.trace_code AND p.setl_id = c.setl_id
JOIN visit o ON o.setl_id = c.other_setl_id
WHERE c.sales > 1  -- 一盒药结算了不止一次（同人同机构同日的算一次） | One package settled more than once (one person, institution and day being one sale)
