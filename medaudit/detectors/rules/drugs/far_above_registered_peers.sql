/*
code        = "MED07"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "med_list_codg", "year"]
responsible = ["patient", "institution"]
basis       = ["条例 15", "条例 38(2)"]
prior       = 0.2
needs       = ["fee_item", "chronic"]
excludes    = ["hospice"]
[title]
zh = "用药量远超同病种人员"
en = "Far more of a drug than others with the same registration"
[message]
zh = "{year} 年取 {drug_name} 共 {quantity}，为同样登记“{opsp_dise_name}”的 {peers} 人高位值（95 百分位 {bound}）的 {ratio} 倍，占全部用量 {quantity_percent}%"
en = "{quantity} of {drug_name} in {year}: {ratio} times the 95th percentile ({bound}) of {peers} others registered for {opsp_dise_name}, {quantity_percent} % of all they took"
[benign]
zh = "病情重、剂量本来就大；同一编码下包装大小不同；登记了别的病种而表中没有；为家人代取；其他人主要在外地或住院用药。"
en = "A severe illness on a high dose; packs of different size under one code; a further registration missing from the table; drugs fetched for relatives; the others get theirs elsewhere or in hospital."
[next]
zh = "看处方剂量与病情是否相称，询问现存药品；再看取药机构是否分散、是否有代取。"
en = "See whether the dose fits the illness and ask for the drugs in hand; then whether the fills are spread over places or made by proxies."
[params.ratio]
default = 1.5
unit = "times"
help = { zh = "数量超过同病种人员 95 百分位的多少倍", en = "quantity over the 95th percentile of those with the same registration" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_peers]
default = 20
unit = "person"
help = { zh = "同病种、取同一药品的其他人至少多少", en = "others with the registration and the drug at least" }
source = { zh = "本工具的设定：少于 20 人时 95 百分位不稳", en = "set by this tool: below 20 the 95th percentile is not steady" }
[params.min_fills]
default = 3
unit = "fill"
help = { zh = "一年至少取药几次才参与比较", en = "fills in the year from which a person is compared" }
source = { zh = "本工具的设定，偶尔取药的人会压低比较值", en = "set by this tool; people who take it now and then would lower the comparison" }
*/
WITH registered AS (
  SELECT p.person_id, c.opsp_dise_code, max(c.opsp_dise_name) AS opsp_dise_name, min(c.begndate) AS begndate,
    max(coalesce(c.enddate, DATE '2999-12-31')) AS enddate
  FROM chronic c JOIN people p ON p.psn_no = c.psn_no
  GROUP BY p.person_id, c.opsp_dise_code
),
enrolled AS (SELECT DISTINCT person_id FROM registered),
fill AS (
  -- what is compared and what is charged to the excess are the same fills
  SELECT d.setl_id, d.person_id, d.med_list_codg, d.day, d.cnt, c.year
  FROM enrolled r
  JOIN dispensed d ON d.person_id = r.person_id
  JOIN calendar c ON c.day = d.day
  JOIN visit v ON v.setl_id = d.setl_id
  WHERE d.source <> 'discharge'  -- 在门诊或药店取药 | Dispensed to an outpatient or by a pharmacy
    AND d.med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
    AND coalesce(v.acct_mulaid_pay, 0) = 0  -- 不用家庭共济账户支付 | No family account paid
),
taken AS (
  SELECT person_id, med_list_codg, year, sum(cnt) AS quantity, count(DISTINCT day) AS fills, min(day) AS since, max(day) AS until
  FROM fill
  GROUP BY person_id, med_list_codg, year
  HAVING count(DISTINCT day) >= $min_fills  -- 一年取药次数够多 | Enough fills in the year
),
ranked AS (
  SELECT t.*, r.opsp_dise_code, r.opsp_dise_name,
    row_number() OVER (PARTITION BY r.opsp_dise_code, t.med_list_codg, t.year ORDER BY t.quantity DESC, t.person_id) AS place,
    count(*) OVER (PARTITION BY r.opsp_dise_code, t.med_list_codg, t.year) - 1 AS peers,
    sum(t.quantity) OVER (PARTITION BY r.opsp_dise_code, t.med_list_codg, t.year) AS everybody
  FROM taken t
  JOIN registered r ON r.person_id = t.person_id AND r.begndate <= t.until AND r.enddate >= t.since
),
bounded AS (
  -- leave one out: for those above it the 95th percentile of the others is one place further down
  SELECT k.*, max(CASE WHEN k.place = floor(0.05 * CAST(k.peers AS DOUBLE)) + 2 THEN k.quantity END)
    OVER (PARTITION BY k.opsp_dise_code, k.med_list_codg, k.year) AS bound
  FROM ranked k WHERE k.peers >= $min_peers
),
kindest AS (
  -- of several registrations the one that explains most
  SELECT b.*, row_number() OVER (PARTITION BY b.person_id, b.med_list_codg, b.year ORDER BY b.bound DESC, b.opsp_dise_code) AS choice
  FROM bounded b
),
running AS (
  SELECT f.setl_id, f.person_id, f.med_list_codg, f.year, f.cnt, k.opsp_dise_name, k.quantity, k.bound, k.peers, k.everybody,
    sum(f.cnt) OVER (PARTITION BY f.person_id, f.med_list_codg, f.year ORDER BY f.day, f.setl_id) - CAST($ratio AS DOUBLE) * CAST(k.bound AS DOUBLE) AS beyond
  FROM kindest k
  JOIN fill f ON f.person_id = k.person_id AND f.med_list_codg = k.med_list_codg AND f.year = k.year
  WHERE k.choice = 1 AND CAST(k.quantity AS DOUBLE) > CAST($ratio AS DOUBLE) * CAST(k.bound AS DOUBLE)  -- 数量超过同病种人员高位值的设定倍数 | The quantity is beyond the set multiple of the others' 95th percentile
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  CAST(CAST(l.charge AS DOUBLE) * least(r.beyond, CAST(r.cnt AS DOUBLE)) / nullif(r.cnt, 0) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.8, 0.2 * (CAST(r.quantity AS DOUBLE) / nullif(r.bound, 0))) AS DOUBLE) AS strength,
  r.person_id, r.med_list_codg, r.year, l.item_name AS drug_name, r.opsp_dise_name, CAST(r.quantity AS DECIMAL(16,2)) AS quantity,
  CAST(r.bound AS DECIMAL(16,2)) AS bound, r.peers, CAST(CAST(r.quantity AS DOUBLE) / nullif(r.bound, 0) AS DECIMAL(16,2)) AS ratio,
  CAST(CAST(r.quantity AS DOUBLE) * 100 / nullif(r.everybody, 0) AS DECIMAL(16,1)) AS quantity_percent
FROM running r
JOIN line l ON l.setl_id = r.setl_id AND l.med_list_codg = r.med_list_codg
WHERE r.beyond > 0  -- 这次取药已在设定倍数之外 | This fill lies beyond the set multiple
