/*
code        = "MED04"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "month"]
responsible = ["patient"]
basis       = ["条例 15", "GZ10000204003000", "实施细则（国家医保局令第 7 号，2026-04-01 起施行）"]
prior       = 0.55
needs       = ["fee_item"]
bands       = { column = "purchase_days", at_least = ["core_days", "min_days"] }
[title]
zh = "频繁购药"
en = "Drugs fetched unusually often"
[message]
zh = "{month} 有 {purchase_days} 天取药或购药，涉及 {institutions} 家机构，药费共 {month_charge} 元"
en = "Drugs fetched on {purchase_days} days of {month} at {institutions} institutions, worth {month_charge} yuan"
[benign]
zh = "多种慢性病，药品在几家机构分别开；每日到诊服药（美沙酮、结核督导）而编码未标明；代家人取药；药店分次结算。"
en = "Several chronic illnesses treated at several places; drugs taken daily under supervision (methadone, tuberculosis) under unmarked codes; drugs fetched for relatives; a pharmacy that settles one purchase in parts."
[next]
zh = "看每次所取药品是否重复、金额是否接近限额，询问本人；比对代取人和刷卡时间。"
en = "See whether the drugs repeat and amounts lie near limits; ask the person; compare proxies and the times of the card."
[params.min_days]
default = 9
unit = "day"
help = { zh = "一个月内取药的天数达到此数即列出", en = "days of a month with a purchase from which it is listed" }
source = { zh = "国家规则库“频繁购药”未公布次数；本工具取平均每周两次以上", en = "the national library publishes no number; set by this tool: more than twice a week" }
[params.core_days]
default = 15
unit = "day"
help = { zh = "核心区间：平均两天一次", en = "core band: every other day" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH rough AS (
  SELECT d.person_id, c.month
  FROM dispensed d JOIN calendar c ON c.day = d.day
  WHERE d.source <> 'discharge'
  GROUP BY d.person_id, c.month
  HAVING count(DISTINCT d.day) >= $min_days  -- 当月有取药的天数够多 | Days with drugs enough in the month
),
bought AS (
  SELECT d.person_id, c.month, d.setl_id, max(d.psn_no) AS psn_no, max(d.fixmedins_code) AS fixmedins_code, max(d.dr_codg) AS dr_codg,
    min(d.day) AS day, sum(d.charge) AS charge
  FROM rough r
  JOIN dispensed d ON d.person_id = r.person_id
  JOIN calendar c ON c.day = d.day AND c.month = r.month
  JOIN item i ON i.med_list_codg = d.med_list_codg
  JOIN visit v ON v.setl_id = d.setl_id
  WHERE d.source <> 'discharge'  -- 在门诊或药店取药 | Dispensed to an outpatient or by a pharmacy
    AND (d.supply > 0 OR (coalesce(i.item_name, '') NOT LIKE '%注射%' AND coalesce(i.item_name, '') NOT LIKE '%输液%'))  -- 不是当场注射、输液的药 | Not a drug given as an injection or infusion
    AND coalesce(i.item_name, '') NOT LIKE '%美沙酮%'  -- 不是每日到诊服用的美沙酮 | Not methadone, which is taken on the spot every day
    AND coalesce(v.acct_mulaid_pay, 0) = 0  -- 不用家庭共济账户支付 | No family account paid
    AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = d.setl_id AND e.reason IN ('dialysis', 'chemotherapy', 'radiotherapy', 'rehabilitation', 'hospice'))  -- 不是透析、放化疗、康复等系列治疗 | No series of treatment such as dialysis, chemo- or radiotherapy
  GROUP BY d.person_id, c.month, d.setl_id
),
busy AS (
  SELECT person_id, month, count(DISTINCT day) AS purchase_days, count(DISTINCT fixmedins_code) AS institutions, sum(charge) AS month_charge
  FROM bought GROUP BY person_id, month
),
numbered AS (
  SELECT b.*, dense_rank() OVER (PARTITION BY b.person_id, b.month ORDER BY b.day) AS day_no FROM bought b
)
SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.dr_codg, n.day AS occurred_on,
  -- the days before the number are no more than anyone's
  CAST(CASE WHEN n.day_no >= $min_days THEN n.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN b.purchase_days >= $core_days THEN 0.6 ELSE 0.3 END + CASE WHEN b.institutions > 3 THEN 0.2 ELSE 0.0 END AS DOUBLE) AS strength,
  n.person_id, n.month, b.purchase_days, b.institutions, CAST(b.month_charge AS DECIMAL(16,2)) AS month_charge
FROM busy b
JOIN numbered n ON n.person_id = b.person_id AND n.month = b.month
WHERE b.purchase_days >= $min_days  -- 一个月内取药天数达到设定数 | Days with a purchase reach the number set
