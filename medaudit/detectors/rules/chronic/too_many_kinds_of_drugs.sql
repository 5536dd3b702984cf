/*
code        = "CHR03"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 38(2)", "GZ10000202004000"]
prior       = 0.5
needs       = ["fee_item", "chronic"]
excludes    = ["dialysis", "chemotherapy", "radiotherapy", "hospice"]
[title]
zh = "慢特病一次开药品种过多"
en = "Too many kinds of drugs at a chronic visit"
[message]
zh = "备案 {registered_diseases} 个病种，一次开药 {kinds} 种，限 {most_kinds} 种；他人的结算有 {rare_percent}% 超过"
en = "{kinds} kinds of drugs at one visit with {registered_diseases} registered diseases, {most_kinds} allowed; {rare_percent}% of others' visits have more than that"
[benign]
zh = "合并症多，确需联合用药；一次结算合并了多张处方；同一药物两种规格编码不同；当地不限品种数。"
en = "Several complications that need the drugs together; several prescriptions settled at once; two codes for one drug; the area does not limit the kinds."
[next]
zh = "看各药是否都针对备案病种，有无同类药重复；核对当地定药品种的规定和处方张数。"
en = "See whether each drug is for a registered disease and whether two are of one class; check the local limit and the number of prescriptions."
[params.kinds_one]
default = 3
unit = "kind"
help = { zh = "备案一个病种时最多几种药", en = "Most kinds with one registered disease" }
source = { zh = "某地门诊慢性病“定药”规定：1 个病种不超过 3 种", en = "one local rule for chronic outpatients: 1 disease, at most 3 drugs" }
[params.kinds_two]
default = 4
unit = "kind"
help = { zh = "备案两个病种时最多几种药", en = "Most kinds with two registered diseases" }
source = { zh = "同上：2 个病种不超过 4 种", en = "the same rule: 2 diseases, at most 4" }
[params.kinds_more]
default = 5
unit = "kind"
help = { zh = "备案三个及以上病种时最多几种药", en = "Most kinds with three or more registered diseases" }
source = { zh = "同上：3 个及以上不超过 5 种；处方管理办法每张处方不超过 5 种", en = "the same rule: 3 or more, at most 5; a prescription holds at most 5 by the national prescription rules" }
[params.rare_share]
default = 0.05
unit = "share"
help = { zh = "病种数相同的他人结算中，超过上限的不多于这个比例才报：多了，说明当地不按此规定", en = "Told only where no more than this share of others' settlements with as many diseases goes beyond the limit: more says that the area has none" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH kind AS (
    SELECT setl_id, drug, sum(charge) AS charge
    FROM chronic_drug_line
    WHERE scope_amount > 0    -- 进入医保范围 | Within the insured scope
      AND NOT is_solvent      -- 溶媒不算一种药 | A solvent is no drug by itself
    GROUP BY setl_id, drug
),
counted AS (
    SELECT v.setl_id, v.person_id, least(v.registered_diseases, 3) AS diseases, count(*) AS kinds
    FROM kind k
    JOIN chronic_visit v ON v.setl_id = k.setl_id
    WHERE v.is_registered     -- 有有效备案，知道病种数 | Registered, so that the number of diseases is known
    GROUP BY v.setl_id, v.person_id, least(v.registered_diseases, 3)
),
held AS (
    SELECT c.*, CASE c.diseases WHEN 1 THEN $kinds_one WHEN 2 THEN $kinds_two ELSE $kinds_more END AS most_kinds FROM counted c
),
marked AS (
    SELECT h.*, CASE WHEN h.kinds > h.most_kinds THEN 1 ELSE 0 END AS is_over FROM held h
),
judged AS (       -- where others go beyond it as well, the limit is not in force
    SELECT o.*, coalesce(CAST(sum(o.is_over) OVER (PARTITION BY o.diseases) - sum(o.is_over) OVER (PARTITION BY o.diseases, o.person_id) AS DOUBLE)
        / nullif(count(*) OVER (PARTITION BY o.diseases) - count(*) OVER (PARTITION BY o.diseases, o.person_id), 0), 0) AS others_over
    FROM marked o
),
beyond AS (       -- the dearest are taken for the ones needed
    SELECT r.setl_id, sum(r.charge) AS charge
    FROM (SELECT j.setl_id, j.most_kinds, k.charge, row_number() OVER (PARTITION BY j.setl_id ORDER BY k.charge DESC, k.drug) AS place
          FROM judged j JOIN kind k ON k.setl_id = j.setl_id WHERE j.kinds > j.most_kinds) r
    WHERE r.place > r.most_kinds
    GROUP BY r.setl_id
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.day AS occurred_on, CAST(b.charge AS DECIMAL(16,2)) AS charge_amount,
       CAST(least(1.0, 0.3 + 0.2 * CAST(j.kinds - j.most_kinds AS DOUBLE)) AS DOUBLE) AS strength,
       v.dise_name, v.registered_diseases, j.kinds, j.most_kinds, CAST(j.others_over * 100 AS DECIMAL(6,2)) AS rare_percent
FROM judged j
JOIN beyond b ON b.setl_id = j.setl_id
JOIN chronic_visit v ON v.setl_id = j.setl_id
WHERE j.kinds > j.most_kinds     -- 品种数超过病种数对应的上限 | More kinds than the number of diseases allows
  AND j.others_over <= $rare_share  -- 他人很少超过上限，说明当地按此规定 | Others rarely go beyond it, so that the limit is in force
