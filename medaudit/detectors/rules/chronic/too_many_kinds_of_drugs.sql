/*
code        = "CHR03"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(2)", "GZ10000202004000"]
prior       = 0.2
needs       = ["fee_item", "chronic"]
excludes    = ["dialysis", "chemotherapy", "radiotherapy", "hospice"]
[title]
zh = "慢特病一次开药品种过多"
en = "Too many kinds of drugs at a chronic visit"
[message]
zh = "备案 {registered_diseases} 个病种，一次开药 {kinds} 种，限 {most_kinds} 种；他人结算只有 {rare_percent}% 达到这么多"
en = "{kinds} kinds of drugs at one visit with {registered_diseases} registered diseases, {most_kinds} allowed; only {rare_percent}% of others' visits have as many"
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
default = 0.02
unit = "share"
help = { zh = "病种数相同的他人结算中，达到这么多品种的不超过这个比例才报：当地普遍超过的，说明不按此规定", en = "Told only where no more than this share of others' settlements with as many diseases has as many kinds: what is common is allowed there" }
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
own AS (
    SELECT diseases, person_id, kinds, count(*) AS n FROM counted GROUP BY diseases, person_id, kinds
),
own_many AS (     -- a person's visits, and those with as many kinds or more
    SELECT diseases, person_id, kinds, sum(n) OVER (PARTITION BY diseases, person_id) AS n,
           sum(n) OVER (PARTITION BY diseases, person_id ORDER BY kinds DESC) AS many
    FROM own
),
all_many AS (
    SELECT diseases, kinds, sum(n) OVER (PARTITION BY diseases) AS n, sum(n) OVER (PARTITION BY diseases ORDER BY kinds DESC) AS many
    FROM (SELECT diseases, kinds, sum(n) AS n FROM own GROUP BY diseases, kinds) every
),
judged AS (
    SELECT c.*, CASE c.diseases WHEN 1 THEN $kinds_one WHEN 2 THEN $kinds_two ELSE $kinds_more END AS most_kinds,
           coalesce(CAST(a.many - o.many AS DOUBLE) / nullif(a.n - o.n, 0), 0) AS rare
    FROM counted c
    JOIN own_many o ON o.diseases = c.diseases AND o.person_id = c.person_id AND o.kinds = c.kinds
    JOIN all_many a ON a.diseases = c.diseases AND a.kinds = c.kinds
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
       v.dise_name, v.registered_diseases, j.kinds, j.most_kinds, CAST(j.rare * 100 AS DECIMAL(6,2)) AS rare_percent
FROM judged j
JOIN beyond b ON b.setl_id = j.setl_id
JOIN chronic_visit v ON v.setl_id = j.setl_id
WHERE j.kinds > j.most_kinds     -- 品种数超过病种数对应的上限 | More kinds than the number of diseases allows
  AND j.rare <= $rare_share      -- 他人很少开这么多 | Others rarely get as many
