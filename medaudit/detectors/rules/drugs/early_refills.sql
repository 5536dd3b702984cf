/*
code        = "MED02"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id", "drug", "year"]
responsible = ["patient", "institution"]
basis       = ["条例 15", "条例 38(2)", "GZ10000101009000"]
prior       = 0.6
needs       = ["fee_item", "fee_item.prd_days|catalogue.pack_days"]
excludes    = ["hospice", "chemotherapy"]
bands       = { column = "early_fills", at_least = ["core_early", "min_early"] }
[title]
zh = "反复提前续药"
en = "Refills fetched early again and again"
[message]
zh = "{drug_name} 在 {year} 年有 {early_fills} 次提前续药，最多时手中尚余 {most_in_hand} 天用量（最近一次距上次 {gap} 天，上次开 {prior_supply} 天）"
en = "{drug_name} refilled early {early_fills} times in {year}, with up to {most_in_hand} days still in hand (the latest after {gap} days of a {prior_supply}-day supply)"
[benign]
zh = "加量或漏记用法，天数按常规剂量推算；外出、农忙或节前备药而日期不在设定范围内；药品遗失；代家人取药；胰岛素、吸入剂等整支开封，按剂量消耗。"
en = "The dose was raised while days are reckoned from the usual one; supply for travel, harvest or a holiday outside the days set; drugs lost; drugs fetched for relatives; insulin, inhalers and the like are opened whole and used by dose."
[next]
zh = "核对每次处方的剂量、频次和天数，看提前续药是否分散在几家机构；询问现存药品。"
en = "Check dose, frequency and days of each prescription and whether the early refills are spread over institutions; ask for the drugs in hand."
[params.used_share]
default = 0.75
unit = "share"
help = { zh = "上次的药用到这个比例之前再取，算提前", en = "a refill before this share of the previous supply is used is early" }
source = { zh = "药房提前续方管理的常用界限；无全国依据", en = "the usual bound of refill-too-soon checks; no national source" }
[params.min_in_hand]
default = 7
unit = "day"
help = { zh = "取药时手中至少还有的天数（含以前结余）", en = "days still in hand at the refill at least, what was carried over included" }
source = { zh = "本工具的设定，无全国依据：一周以内的余量是平常的", en = "set by this tool; no national source: up to a week in hand is ordinary" }
[params.min_early]
default = 3
unit = "fill"
help = { zh = "一年内提前续药至少次数；一两次可能是备药", en = "early refills in the year at least; one or two may be a stock for travel" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.core_early]
default = 5
unit = "fill"
help = { zh = "核心区间：达到这个次数证据较强", en = "core band: from so many early refills on the evidence is stronger" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.max_supply]
default = 84
unit = "day"
help = { zh = "一次取药最多按多少天算", en = "days one fill counts for at most" }
source = { zh = "长期处方管理规范：最长 12 周", en = "rules on long-term prescriptions: twelve weeks at most" }
[params.holiday_days]
default = 10
unit = "day"
help = { zh = "法定节假日及其前多少天内的取药不算提前", en = "fills on public holidays and so many days before them are not called early" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.ratio]
default = 1.25
unit = "times"
help = { zh = "全年取药天数与所需天数之比超过此数（且多出一个月）的归超量开药", en = "where days supplied over days needed pass this (and by a month) the year is over-supply and told there" }
source = { zh = "与超量开药一致", en = "as in the rule on over-supply" }
*/
WITH often AS (
  SELECT person_id, drug FROM dispensed
  WHERE supply > 0  -- 知道够用几天 | It is known how many days it lasts
    AND med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
  GROUP BY person_id, drug HAVING count(*) > $min_early
),
fill AS (  -- what one institution dispenses in one day is one fill, however many settlements it takes
  SELECT d.person_id, d.drug, d.fixmedins_code, d.day, least(max(d.supply), $max_supply) AS supply, min(i.item_name) AS drug_name,
    max(CASE WHEN d.source = 'discharge' THEN 1 ELSE 0 END) AS from_stay, max(CASE WHEN v.acct_mulaid_pay > 0 THEN 1 ELSE 0 END) AS for_family,
    max(CASE WHEN i.item_name LIKE '%胰岛素%' OR i.item_name LIKE '%注射%' OR i.item_name LIKE '%吸入%' OR i.item_name LIKE '%喷雾%'
      OR i.item_name LIKE '%滴眼%' OR i.item_name LIKE '%膏%' THEN 1 ELSE 0 END) AS by_dose
  FROM often o
  JOIN dispensed d ON d.person_id = o.person_id AND d.drug = o.drug AND d.supply > 0 AND d.med_chrgitm_type IN ('09', '11')
  JOIN item i ON i.med_list_codg = d.med_list_codg
  JOIN visit v ON v.setl_id = d.setl_id
  GROUP BY d.person_id, d.drug, d.fixmedins_code, d.day
),
lined AS (
  SELECT f.*, lag(f.day) OVER (PARTITION BY f.person_id, f.drug ORDER BY f.day, f.fixmedins_code) AS prior_day,
    lag(f.supply) OVER (PARTITION BY f.person_id, f.drug ORDER BY f.day, f.fixmedins_code) AS prior_supply,
    lag(f.from_stay + f.for_family) OVER (PARTITION BY f.person_id, f.drug ORDER BY f.day, f.fixmedins_code) AS prior_apart,
    coalesce(sum(f.supply) OVER (PARTITION BY f.person_id, f.drug ORDER BY f.day, f.fixmedins_code ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
      - date_diff('day', min(f.day) OVER (PARTITION BY f.person_id, f.drug), f.day) AS balance
  FROM fill f
),
stocked AS (
  -- carried over: days supplied so far less days gone by, but never a debt for days without the drug
  SELECT l.*, c.year, date_diff('day', l.prior_day, l.day) AS gap,
    l.balance - min(l.balance) OVER (PARTITION BY l.person_id, l.drug ORDER BY l.day, l.fixmedins_code ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_hand
  FROM lined l JOIN calendar c ON c.day = l.day
),
eve AS (SELECT a.day FROM calendar a JOIN calendar h ON h.is_holiday AND date_diff('day', a.day, h.day) BETWEEN 0 AND $holiday_days GROUP BY a.day),
early AS (
  SELECT s.*, row_number() OVER (PARTITION BY s.person_id, s.drug, s.year ORDER BY s.day DESC, s.fixmedins_code DESC) AS from_last,
    count(*) OVER (PARTITION BY s.person_id, s.drug, s.year) AS early_fills, max(s.in_hand) OVER (PARTITION BY s.person_id, s.drug, s.year) AS most_in_hand
  FROM stocked s LEFT JOIN eve e ON e.day = s.day
  WHERE CAST(s.gap AS DOUBLE) < CAST($used_share AS DOUBLE) * s.prior_supply  -- 上次的药用到设定比例之前又取 | Fetched before the set share of the previous supply was used
    AND s.in_hand >= $min_in_hand  -- 手中余药够多 | Enough still in hand
    AND s.from_stay + s.for_family + s.prior_apart = 0  -- 两次都不是出院带药，也不用家庭共济账户 | Neither fill is of a discharge or paid by a family account
    AND e.day IS NULL  -- 不在节假日及其前几天 | Not on or shortly before a public holiday
    AND NOT EXISTS (SELECT 1 FROM stay t WHERE t.person_id = s.person_id AND t.discharged BETWEEN s.prior_day AND s.day)  -- 其间没有出院（出院后调整用药） | No discharge in between (drugs are changed then)
),
total AS (
  SELECT person_id, drug, year, count(*) AS fills, sum(supply) AS supplied, date_diff('day', min(day), max(day)) + max(supply) AS needed
  FROM stocked WHERE from_stay = 0 GROUP BY person_id, drug, year
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  -- what is still in hand when the latest early refill is fetched, in whole packages
  CAST(CASE WHEN e.from_last > 1 THEN 0 ELSE CAST(l.charge AS DOUBLE) / nullif(l.cnt, 0)
    * floor(CAST(l.cnt AS DOUBLE) * least(e.supply, e.in_hand) / nullif(e.supply, 0)) END + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN e.by_dose = 1 THEN 0.3 WHEN e.early_fills >= $core_early THEN 0.7 ELSE 0.4 END AS DOUBLE) AS strength,
  CASE WHEN e.by_dose = 1 THEN 'lead' END AS level, e.person_id, e.drug, e.year, e.drug_name, e.early_fills,
  CAST(e.in_hand AS INTEGER) AS in_hand, CAST(e.most_in_hand AS INTEGER) AS most_in_hand, e.gap, CAST(e.prior_supply AS INTEGER) AS prior_supply
FROM early e
JOIN total t ON t.person_id = e.person_id AND t.drug = e.drug AND t.year = e.year
JOIN dispensed d ON d.person_id = e.person_id AND d.drug = e.drug AND d.day = e.day AND d.fixmedins_code = e.fixmedins_code
JOIN line l ON l.setl_id = d.setl_id AND l.med_list_codg = d.med_list_codg
WHERE e.early_fills >= $min_early  -- 一年内提前续药次数够多 | Early often enough within the year
  AND NOT (t.fills >= 3 AND t.supplied - t.needed >= 30 AND t.supplied > $ratio * CAST(t.needed AS DOUBLE))  -- 全年总量未超出所需（超出的归超量开药） | The year's total is not beyond need (which is over-supply)
