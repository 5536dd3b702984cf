/*
code        = "MED05"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id", "drug", "year"]
responsible = ["patient"]
basis       = ["条例 15", "条例 19", "条例 38(2)", "条例 38(5)", "条例 41(3)", "实施细则（国家医保局令第 7 号，2026-04-01 起施行）"]
prior       = 0.6
needs       = ["fee_item"]
excludes    = ["hospice"]
bands       = { column = "places", at_least = ["core_places", "min_places"] }
[title]
zh = "同一贵重药品在多处取药"
en = "One costly drug fetched at many places"
[message]
zh = "{since} 至 {until} 在 {places} 家机构取 {drug_name} {fills} 次，共 {window_charge} 元"
en = "{drug_name} fetched {fills} times at {places} institutions between {since} and {until}, worth {window_charge} yuan"
[benign]
zh = "药品短缺，几处才配齐；搬家、外出务工或住在子女处；同一连锁药店的几家门店；定点药店变更；代家人取药。"
en = "A shortage, so that several places were needed; a move, work or family elsewhere; branches of one chain; a change of designated pharmacy; drugs fetched for relatives."
[next]
zh = "核对各处处方是否出自同一病情，按追溯码查所售药品去向；询问现存药品和代取人。"
en = "Check whether the prescriptions agree with one illness; follow the trace codes of what was sold; ask for the drugs in hand and who fetched them."
[params.window_days]
default = 90
unit = "day"
help = { zh = "统计机构数的天数", en = "days within which places are counted" }
source = { zh = "本工具的设定，无全国依据；美国 PQA 多处取药指标用 180 天", en = "set by this tool; no national source; the PQA measure of multiple providers uses 180" }
[params.min_places]
default = 3
unit = ""
help = { zh = "至少几家机构", en = "institutions at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.core_places]
default = 4
unit = ""
help = { zh = "核心区间：达到这么多家证据较强，不到的只作线索", en = "core band: evidence is stronger from so many; fewer are a lead" }
source = { zh = "PQA 指标：180 天内不少于 4 家", en = "PQA measure: four or more within 180 days" }
[params.min_charge]
default = 500
unit = "yuan"
help = { zh = "这些天内该药金额至少多少才算贵重", en = "charge of the drug within those days from which it counts as costly" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH fill AS (
  SELECT d.person_id, d.drug, d.fixmedins_code, d.day, sum(d.charge) AS charge, max(d.supply) AS supply
  FROM dispensed d
  WHERE d.source <> 'discharge'  -- 在门诊或药店取药 | Dispensed to an outpatient or by a pharmacy
    AND d.med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
  GROUP BY d.person_id, d.drug, d.fixmedins_code, d.day
),
spread AS (
  SELECT person_id, drug FROM fill GROUP BY person_id, drug
  HAVING count(DISTINCT fixmedins_code) >= $min_places AND sum(charge) >= $min_charge
),
own AS (
  -- a family account buys for the family
  SELECT f.* FROM spread s JOIN fill f ON f.person_id = s.person_id AND f.drug = s.drug
  WHERE NOT EXISTS (SELECT 1 FROM dispensed d JOIN visit v ON v.setl_id = d.setl_id
                    WHERE d.person_id = f.person_id AND d.drug = f.drug AND d.day = f.day AND d.fixmedins_code = f.fixmedins_code AND v.acct_mulaid_pay > 0)
),
frame AS (
  SELECT a.person_id, a.drug, c.year, a.day AS until, min(b.day) AS since, count(DISTINCT b.fixmedins_code) AS places, count(*) AS fills,
    sum(b.charge) AS window_charge, sum(b.supply) AS supplied
  FROM (SELECT DISTINCT person_id, drug, day FROM own) a
  JOIN own b ON b.person_id = a.person_id AND b.drug = a.drug AND date_diff('day', b.day, a.day) BETWEEN 0 AND $window_days - 1
  JOIN calendar c ON c.day = a.day
  GROUP BY a.person_id, a.drug, c.year, a.day
),
widest AS (
  SELECT f.*, row_number() OVER (PARTITION BY f.person_id, f.drug, f.year ORDER BY f.places DESC, f.window_charge DESC, f.until) AS place
  FROM frame f WHERE f.window_charge >= $min_charge
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  -- what lies beyond need is for the rule on over-supply to say; here the places are many, not the drugs too many
  CAST(0 AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.9, CASE WHEN w.places < $core_places THEN 0.3 WHEN w.supplied > $window_days THEN 0.7 ELSE 0.4 END + 0.1 * CAST(greatest(w.places - $core_places, 0) AS DOUBLE)) AS DOUBLE) AS strength,
  CASE WHEN w.places < $core_places OR w.supplied <= $window_days THEN 'lead' END AS level,
  w.person_id, w.drug, w.year, i.item_name AS drug_name, w.places, w.fills, w.since, w.until, CAST(w.window_charge AS DECIMAL(16,2)) AS window_charge, CAST(w.supplied AS INTEGER) AS supplied
FROM widest w
JOIN own o ON o.person_id = w.person_id AND o.drug = w.drug AND o.day BETWEEN w.since AND w.until
JOIN dispensed d ON d.person_id = o.person_id AND d.drug = o.drug AND d.day = o.day AND d.fixmedins_code = o.fixmedins_code AND d.source <> 'discharge'
JOIN line l ON l.setl_id = d.setl_id AND l.med_list_codg = d.med_list_codg
JOIN item i ON i.med_list_codg = l.med_list_codg
WHERE w.place = 1  -- 机构最多的一段时间 | The stretch of days with the most institutions
  AND w.places >= $min_places  -- 机构够多 | Enough institutions
  AND w.window_charge >= $min_charge  -- 金额够大 | Costly enough
