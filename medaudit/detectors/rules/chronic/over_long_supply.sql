/*
code        = "CHR04"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "drug"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 38(2)", "GZ10000101009000"]
prior       = 0.7
needs       = ["fee_item", "fee_item.prd_days|catalogue.pack_days"]
excludes    = ["hospice"]
[title]
zh = "慢特病一次开药天数过长"
en = "Chronic drugs supplied for too long at once"
[message]
zh = "一次开出 {item_name} {supply_days} 天用量，上限 {allowed_days} 天，多出 {charge_amount} 元"
en = "{item_name} for {supply_days} days at once, at most {allowed_days}; {charge_amount} yuan beyond"
[benign]
zh = "外出、节假日前按规定备药；用药天数按常规剂量推算，实际剂量较大；胰岛素、吸入剂等一个包装就够用很久；系统停机后合并补结。"
en = "A supply before travel or a holiday that the rules allow; days reckoned from the usual dose while more is taken; one pack of insulin or an inhaler lasts long; several fetches settled at once after an outage."
[next]
zh = "核对当地慢特病处方量和长期处方的规定；看处方剂量、频次和上次取药日期，询问患者现存药量。"
en = "Check the local limit and the rules on long-term prescriptions; look at dose, frequency and the previous fetch, and ask what the patient has in hand."
[params.max_days]
default = 15
unit = "day"
help = { zh = "当地一次处方量上限。只在当地结算确实普遍不超过它时使用，否则用长期处方上限", en = "Longest supply of the local rule. Used only where the settlements keep to it, else the longest of the long-term prescription" }
source = { zh = "某地门诊慢性病“定量”规定约 15 天", en = "about 15 days in one local rule for chronic outpatients" }
[params.rare_share]
default = 0.05
unit = "share"
help = { zh = "他人结算中超过当地上限的不多于这个比例，才算当地按此执行", en = "The local rule is taken to be in use where no more than this share of others' settlements goes beyond it" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.longest_days]
default = 84
unit = "day"
help = { zh = "长期处方最长天数", en = "Longest supply of a long-term prescription" }
source = { zh = "长期处方管理规范（试行）：一般 4 周以内，最长不超过 12 周", en = "national rules on long-term prescriptions: usually 4 weeks, at most 12" }
[params.grace_days]
default = 7
unit = "day"
help = { zh = "超出不到这么多天的不报：三盒一月装为 90 天", en = "Fewer days beyond are left alone: three monthly packs are 90 days" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH coded AS (      -- one prescription split over lines repeats its days, packs add up
    SELECT setl_id, person_id, drug, med_list_codg, CAST(coalesce(max(prd_days), sum(pack_supply)) AS DOUBLE) AS supply
    FROM chronic_drug_line
    WHERE scope_amount > 0    -- 进入医保范围 | Within the insured scope
    GROUP BY setl_id, person_id, drug, med_list_codg
),
fetched AS (         -- two strengths of one drug are taken together
    SELECT setl_id, person_id, drug, max(supply) AS supply
    FROM coded
    WHERE supply > 0          -- 知道够用几天 | It is known how many days it lasts
    GROUP BY setl_id, person_id, drug
),
own AS (
    SELECT person_id, count(*) AS n, sum(CASE WHEN supply > $max_days THEN 1 ELSE 0 END) AS many FROM fetched GROUP BY person_id
),
whole AS (
    SELECT sum(n) AS n, sum(many) AS many FROM own
),
judged AS (
    SELECT f.*, CASE WHEN coalesce(CAST(w.many - o.many AS DOUBLE) / nullif(w.n - o.n, 0), 0) <= $rare_share
                     THEN least($max_days, $longest_days) ELSE $longest_days END AS allowed_days
    FROM fetched f
    JOIN own o ON o.person_id = f.person_id
    CROSS JOIN whole w
)
SELECT d.setl_id, d.psn_no, d.fixmedins_code, d.dr_codg, d.feedetl_sn, d.day AS occurred_on,
       -- whole packs only
       CAST(CAST(d.charge AS DOUBLE) / nullif(d.cnt, 0) * floor(CAST(d.cnt AS DOUBLE) * (j.supply - j.allowed_days) / nullif(j.supply, 0))
            + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CAST(CASE WHEN j.supply <= $longest_days THEN 0.2
                 ELSE least(1.0, 0.4 + CAST(0.3 AS DOUBLE) * (CAST(j.supply AS DOUBLE) / nullif($longest_days, 0) - 1)) END AS DOUBLE) AS strength,
       CASE WHEN j.supply - $longest_days < $grace_days THEN 'lead' END AS level,
       j.drug, d.item_name, CAST(j.supply AS INTEGER) AS supply_days, CAST(j.allowed_days AS INTEGER) AS allowed_days, d.cnt
FROM judged j
JOIN chronic_drug_line d ON d.setl_id = j.setl_id AND d.drug = j.drug
WHERE d.scope_amount > 0                                 -- 进入医保范围 | Within the insured scope
  AND j.supply - j.allowed_days >= $grace_days           -- 用量超过上限的天数够多 | Enough days beyond the limit
  AND CAST(d.cnt AS DOUBLE) * (j.supply - j.allowed_days) >= j.supply  -- 至少多出一个最小包装 | At least one whole pack is beyond
