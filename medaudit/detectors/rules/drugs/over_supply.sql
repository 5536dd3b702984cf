/*
code        = "MED01"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id", "drug", "year"]
responsible = ["patient", "institution"]
basis       = ["条例 15", "条例 38(2)", "GZ10000101009000", "实施细则（国家医保局令第 7 号，2026-04-01 起施行）"]
prior       = 0.65
needs       = ["fee_item", "fee_item.prd_days|catalogue.pack_days"]
excludes    = ["hospice"]
subsumes    = ["MED02", "MED07"]
[title]
zh = "超量开药（跨机构累计）"
en = "Drugs beyond need, added up over institutions"
[message]
zh = "{year} 年在 {institutions} 家机构 {fills} 次取 {drug_name}，共 {supplied} 天用量，为所需的 {ratio} 倍"
en = "{fills} fills of {drug_name} at {institutions} institutions in {year}: supply for {supplied} days, {ratio} times the need"
[benign]
zh = "中途加量，而用药天数按常规剂量推算；两种规格联用；外出或节前备药；药品损坏补取；家庭共济账户为家人购药；注射剂按支计数。"
en = "The dose was raised while days are reckoned from the usual dose; two strengths taken together; supply before travel or a holiday; a replacement for spoiled drugs; a family account used for relatives; ampoules counted singly."
[next]
zh = "核对处方剂量和频次，询问患者现存药品；再看代取人、同日多处取药和追溯码，确认有无转卖。"
en = "Check dose and frequency on the prescriptions and ask for the drugs in hand; then look at proxies, same-day fills in several places and trace codes for signs of resale."
[params.ratio]
default = 1.25
unit = "times"
help = { zh = "取药天数与所需天数之比的上限", en = "days supplied over days needed" }
source = { zh = "药物持有率 1.2–1.25 的通用界限；本地可调", en = "the usual bound of 1.2 to 1.25 on the medication possession ratio" }
[params.min_fills]
default = 3
unit = "fill"
help = { zh = "一年内至少取药次数", en = "fills in the year at least" }
source = { zh = "本系统取值，少于三次看不出规律", en = "medaudit's own default: fewer than three show no pattern" }
[params.min_excess_days]
default = 30
unit = "day"
help = { zh = "至少多取的天数", en = "days in excess at least" }
source = { zh = "长期处方一次通常四周", en = "a long-term prescription is usually for four weeks" }
*/
WITH fill AS (
  -- two strengths of one drug in one settlement are taken together: the longer supply counts once
  SELECT d.person_id, d.drug, c.year, d.setl_id, d.fixmedins_code, min(d.day) AS day, max(d.supply) AS supply, min(i.item_name) AS drug_name
  FROM dispensed d
  JOIN item i ON i.med_list_codg = d.med_list_codg
  JOIN calendar c ON c.day = d.day
  WHERE d.supply > 0  -- 知道够用几天 | It is known how many days it lasts
    AND d.med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
    AND d.source <> 'discharge'  -- 在门诊或药店取药 | Dispensed to an outpatient or by a pharmacy
  GROUP BY d.person_id, d.drug, c.year, d.setl_id, d.fixmedins_code
),
course AS (
  -- needed: the days from first to last fill, and one whole fill (the largest) still in hand
  SELECT person_id, drug, year, count(*) AS fills, count(DISTINCT fixmedins_code) AS institutions, sum(supply) AS supplied,
    date_diff('day', min(day), max(day)) + max(supply) AS needed
  FROM fill
  GROUP BY person_id, drug, year
  HAVING sum(supply) > date_diff('day', min(day), max(day)) + max(supply)  -- 取药天数多于首末次相隔天数加最大一次的用量 | More days supplied than lie between first and last fill, plus the largest fill
),
held AS (
  -- the latest fills are the ones beyond need
  SELECT f.person_id, f.drug, f.year, f.setl_id, f.supply, f.drug_name, c.fills, c.institutions, c.supplied, c.needed,
    sum(f.supply) OVER (PARTITION BY f.person_id, f.drug, f.year ORDER BY f.day, f.setl_id) AS running
  FROM fill f
  JOIN course c ON c.person_id = f.person_id AND c.drug = f.drug AND c.year = f.year
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  -- whole packages only, so that opening the last one is never counted
  CAST(CAST(l.charge AS DOUBLE) / nullif(l.cnt, 0) * floor(CAST(l.cnt AS DOUBLE) * least(h.supply, h.running - h.needed) / nullif(h.supply, 0))
    + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(1.0, 0.4 + 0.3 * (CAST(h.supplied AS DOUBLE) / nullif(h.needed, 0) - 1) + 0.1 * CAST(h.institutions - 1 AS DOUBLE)) AS DOUBLE) AS strength,
  h.person_id, h.drug, h.year, h.drug_name, h.fills, h.institutions, CAST(h.supplied AS INTEGER) AS supplied,
  CAST(h.needed AS INTEGER) AS needed, CAST(CAST(h.supplied AS DOUBLE) / nullif(h.needed, 0) AS DECIMAL(16,2)) AS ratio
FROM held h
JOIN line l ON l.setl_id = h.setl_id
JOIN item i ON i.med_list_codg = l.med_list_codg AND coalesce(i.generic_code, l.med_list_codg) = h.drug
WHERE h.fills >= $min_fills -- 取药次数够多 | Enough fills
  AND h.supplied > $ratio * CAST(h.needed AS DOUBLE) -- 取药天数超过所需天数的上限倍数 | Days supplied exceed the days needed by the ratio
  AND h.supplied - h.needed >= $min_excess_days -- 多取的天数够多 | Enough days in excess
  AND h.running > h.needed -- 这次取药已在所需之外 | This fill lies beyond the need
  AND CAST(l.cnt AS DOUBLE) * least(h.supply, h.running - h.needed) >= h.supply -- 至少多出一个最小包装 | At least one whole package is in excess
