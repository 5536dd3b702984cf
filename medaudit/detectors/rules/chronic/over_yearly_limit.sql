/*
code        = "CHR06"
status      = "stable"
level       = "violation"
subject     = "patient"
key         = ["person_id", "opsp_class", "year"]
responsible = ["institution", "patient"]
basis       = ["条例 38(6)"]
prior       = 0.7
needs       = ["chronic.year_lmt_amt"]
[title]
zh = "慢特病支付超过年度限额"
en = "Chronic payments over the yearly limit"
[message]
zh = "{year} 年 {dise_name} 统筹基金累计支付 {paid} 元，年度限额 {limit_amount} 元，超出 {over} 元"
en = "The pooled fund paid {paid} yuan for {dise_name} in {year}; the yearly limit is {limit_amount}, {over} yuan over"
[benign]
zh = "限额年中调高而备案表仍为旧值；两个病种合并计算限额；基金支付中含大病保险、救助等不占限额的部分；限额按季度或月填写。"
en = "A limit raised during the year while the register holds the old one; two diseases share a limit; the payment includes serious-illness insurance or assistance, which do not count; the limit was entered per quarter or month."
[next]
zh = "核对该病种当年限额文件和限额累计记录，剔除不占限额的基金；确认后看系统为何未拦截，是否换病种、换机构结算。年中改过限额的，本规则全年按较高的一个算；按月折算的地方，改动前后要分别核对。"
en = "Check the limit of that year and the platform's running account, leaving out funds that do not count; then ask why the system let it pass and whether other diseases or places were used. Where the limit changed during the year this rule holds the whole year against the higher one; where it is prorated, check the months before and after apart."
[params.limit_fault]
default = 0.3
unit = "share"
help = { zh = "同病种他人超过限额的比例高于此数时，多半是限额口径不同，只作线索", en = "Where more than this share of others with the disease is over it, the limit probably means something else: a lead only" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH limited AS (   -- a settlement of unknown disease counts where the person has one only
    SELECT v.setl_id, r.opsp_class, max(r.year_limit) AS year_limit, max(r.opsp_dise_name) AS opsp_dise_name
    FROM chronic_visit v
    JOIN registration r ON r.person_id = v.person_id AND r.registered_on <= v.last_day AND coalesce(r.expires_on >= v.day, TRUE)
                       AND (r.opsp_class = v.opsp_class OR r.opsp_dise_name = v.dise_name
                            OR (NOT v.in_register AND v.registered_diseases = 1))
    WHERE r.year_limit > 0      -- 备案有年度限额 | The registration has a yearly limit
    GROUP BY v.setl_id, r.opsp_class
),
added AS (
    SELECT v.setl_id, v.person_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.day, v.year, v.charge, v.pooled_money, l.opsp_class,
           coalesce(v.dise_name, l.opsp_dise_name, l.opsp_class) AS dise_name,
           -- a limit changed during the year: the highest counts for the whole of it
           max(l.year_limit) OVER (PARTITION BY v.person_id, l.opsp_class, v.year) AS limit_amount,
           sum(v.pooled_money) OVER (PARTITION BY v.person_id, l.opsp_class, v.year) AS paid,
           sum(v.pooled_money) OVER (PARTITION BY v.person_id, l.opsp_class, v.year ORDER BY v.day, v.setl_id
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
    FROM limited l
    JOIN chronic_visit v ON v.setl_id = l.setl_id
),
persons AS (
    SELECT person_id, opsp_class, year, CASE WHEN max(paid) > max(limit_amount) THEN 1 ELSE 0 END AS is_over
    FROM added GROUP BY person_id, opsp_class, year
),
disease AS (
    SELECT opsp_class, year, count(*) AS persons, sum(is_over) AS persons_over FROM persons GROUP BY opsp_class, year
),
judged AS (
    SELECT a.*, d.persons, d.persons_over, least(a.pooled_money, a.running - a.limit_amount) AS over_part,
           coalesce(CAST(d.persons_over - 1 AS DOUBLE) / nullif(d.persons - 1, 0), 0) > $limit_fault AS limit_doubtful
    FROM added a
    JOIN disease d ON d.opsp_class = a.opsp_class AND d.year = a.year
)
SELECT j.setl_id, j.psn_no, j.fixmedins_code, j.dr_codg, j.day AS occurred_on,
       CAST(CAST(j.charge AS DOUBLE) * (CAST(j.over_part AS DOUBLE) / nullif(j.pooled_money, 0)) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
       CAST(CASE WHEN j.limit_doubtful THEN 0.2 ELSE 0.9 END AS DOUBLE) AS strength,
       CASE WHEN j.limit_doubtful THEN 'lead' END AS level,
       j.person_id, j.opsp_class, j.year, j.dise_name, CAST(j.paid AS DECIMAL(16,2)) AS paid, j.limit_amount,
       CAST(j.paid - j.limit_amount AS DECIMAL(16,2)) AS over, j.persons, j.persons_over
FROM judged j
WHERE j.running > j.limit_amount    -- 当年累计支付超过年度限额 | The year's payments have passed the limit
  AND j.pooled_money > 0            -- 这次统筹基金有支付 | The pooled fund paid this time
