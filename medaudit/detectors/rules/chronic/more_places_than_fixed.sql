/*
code        = "CHR05"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "year"]
responsible = ["patient"]
basis       = ["条例 13"]
prior       = 0.6
needs       = ["chronic"]
excludes    = ["emergency", "hospice"]
[title]
zh = "慢特病在过多机构取药"
en = "Chronic care at more places than fixed"
[message]
zh = "{year} 年在 {places} 家机构按慢特病结算 {visits} 次，定点最多 {most_places} 家，其余机构 {charge_amount} 元"
en = "Chronic care settled at {places} places in {year} ({visits} settlements), at most {most_places} are fixed; {charge_amount} yuan at the others"
[benign]
zh = "当地已取消定点数量限制；搬家、随子女居住或外出；定点机构缺药，凭处方到药店或上级医院；两个病种分别定点。"
en = "The area no longer limits the places; the person moved, lives with children or travels; a drug was out of stock and fetched at a pharmacy or a larger hospital; each of two diseases has its own place."
[next]
zh = "核对备案的定点机构和变更记录；把各处取药按日期排开，看同一药品是否重复领取、药量是否超过所需，询问是否本人领取。"
en = "Check the places registered and their changes; put all fetches in order and see whether a drug was fetched twice or beyond need, and whether by the patient."
[params.max_places]
default = 2
unit = "institution"
help = { zh = "一年内最多几家定点机构", en = "Most places in a year" }
source = { zh = "某地门诊慢性病“定点”规定：1–2 家", en = "one or two in one local rule for chronic outpatients" }
[params.rare_share]
default = 0.1
unit = "share"
help = { zh = "他人中超过定点家数的不多于这个比例才报：普遍超过的，说明当地不限", en = "Told only where no more than this share of other patients goes beyond it: what is common is allowed there" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH place AS (
    SELECT person_id, year, fixmedins_code, count(*) AS visits, min(day) AS first_seen,
           row_number() OVER (PARTITION BY person_id, year ORDER BY count(*) DESC, min(day), fixmedins_code) AS place
    FROM chronic_visit
    WHERE fund_money > 0      -- 基金或个人账户有支付 | The fund or a personal account paid
    GROUP BY person_id, year, fixmedins_code
),
sequence AS (
    SELECT person_id, year, fixmedins_code,
           lag(fixmedins_code) OVER (PARTITION BY person_id, year ORDER BY day, fixmedins_code, setl_id) AS prior_place
    FROM chronic_visit
    WHERE fund_money > 0
),
turns AS (            -- who moves from place to place never returns to an earlier one
    SELECT person_id, year, count(*) + 1 AS spells
    FROM sequence WHERE fixmedins_code <> prior_place GROUP BY person_id, year
),
patient AS (
    SELECT person_id, year, count(*) AS places, sum(visits) AS visits FROM place GROUP BY person_id, year
),
others AS (
    SELECT year, count(*) AS n, sum(CASE WHEN places > $max_places THEN 1 ELSE 0 END) AS many FROM patient GROUP BY year
),
judged AS (
    SELECT p.*, t.spells, coalesce(CAST(o.many - 1 AS DOUBLE) / nullif(o.n - 1, 0), 0) AS others_share
    FROM patient p
    JOIN others o ON o.year = p.year
    JOIN turns t ON t.person_id = p.person_id AND t.year = p.year
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.day AS occurred_on, v.charge AS charge_amount,
       CAST(least(1.0, 0.1 + 0.2 * CAST(j.places - $max_places AS DOUBLE)) AS DOUBLE) AS strength,
       j.person_id, j.year, j.places, CAST($max_places AS INTEGER) AS most_places, j.visits, v.dise_name
FROM judged j
JOIN place a ON a.person_id = j.person_id AND a.year = j.year
JOIN chronic_visit v ON v.person_id = a.person_id AND v.year = a.year AND v.fixmedins_code = a.fixmedins_code
WHERE j.places > $max_places            -- 一年内的机构数超过定点家数 | More places in the year than are fixed
  AND j.spells > j.places               -- 来回就诊，不是先后换了定点 | Going back and forth, not one change of place after another
  AND j.others_share <= $rare_share     -- 他人很少这样 | Others rarely do so
  AND a.place > $max_places             -- 常去的机构以外 | Besides the places used most
  AND v.fund_money > 0                  -- 基金或个人账户有支付 | The fund or a personal account paid
