/*
code        = "CHR07"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "year"]
responsible = ["patient", "institution"]
basis       = ["条例 15"]
prior       = 0.3
needs       = ["fee_item", "chronic"]
excludes    = ["dialysis", "chemotherapy", "radiotherapy", "hospice"]
[title]
zh = "慢特病逾期未复查仍取药"
en = "Chronic drugs although the yearly review is overdue"
[message]
zh = "{first_registered_on} 起备案（{dise_name}），{year} 年复审期过后仍取药，而 {year} 年初以来没有任何住院、检查或化验"
en = "Registered since {first_registered_on} ({dise_name}) and still fetching drugs after the review of {year}, without any stay, examination or test since the start of that year"
[benign]
zh = "复查在外地或未用医保结算；公共卫生随访、体检中已检查；病情稳定，医师认为无需检查；当地不要求每年复审。"
en = "The review was done elsewhere or paid privately; it was part of a public-health visit or check-up; the illness is stable; the area asks for no yearly review."
[next]
zh = "查该人复审记录、公卫随访和体检档案；没有的，通知复审，核实是否患有该病、药品由谁领取使用。"
en = "Look for the review, public-health visits and check-ups; without any, call the person in, verify the disease and ask who fetches and uses the drugs."
[params.first_month]
default = 6
unit = ""
min = 1
max = 12
help = { zh = "年度复审从几月开始", en = "Month in which the yearly review begins" }
source = { zh = "某地规定每年 6–8 月复审", en = "June to August in one local rule" }
[params.last_month]
default = 8
unit = ""
min = 1
max = 12
help = { zh = "年度复审到几月为止", en = "Month in which the yearly review ends" }
source = { zh = "某地规定每年 6–8 月复审", en = "June to August in one local rule" }
[params.registered_days]
default = 365
unit = "day"
help = { zh = "备案满这么多天的才需复审", en = "Only who has been registered so many days is reviewed" }
source = { zh = "某地规定备案满一年的复审", en = "those registered over a year, in one local rule" }
[params.rare_share]
default = 0.1
unit = "share"
help = { zh = "应复审的他人中没有检查的不多于这个比例才报：普遍没有的，说明当地不复审或数据不全", en = "Told only where no more than this share of others due is without a test: what is common says that the area does not review or the data are incomplete" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH due AS (   -- the last review that was over before the visit
    SELECT v.setl_id, v.person_id, v.day,
           v.year - CASE WHEN CAST(substr(CAST(v.day AS VARCHAR), 6, 2) AS INTEGER) > $last_month THEN 0 ELSE 1 END AS campaign
    FROM chronic_visit v
    WHERE v.is_registered AND v.fund_money > 0
),
reach AS (
    SELECT min(begndate) AS first_day FROM visit
),
known AS (
    SELECT person_id, min(first_registered_on) AS first_registered_on FROM registration GROUP BY person_id
),
asked AS (      -- months are taken for thirty days
    SELECT d.person_id, d.campaign, max(d.day) AS until, max(k.first_registered_on) AS first_registered_on,
           max(date_diff('day', k.first_registered_on, CAST(CAST(d.campaign AS VARCHAR) || '-01-01' AS DATE))) + 30 * $last_month AS days_registered,
           max(date_diff('day', a.first_day, CAST(CAST(d.campaign AS VARCHAR) || '-01-01' AS DATE))) + 30 * ($first_month - 1) AS days_seen
    FROM due d
    JOIN known k ON k.person_id = d.person_id
    CROSS JOIN reach a
    GROUP BY d.person_id, d.campaign
),
examined AS (
    SELECT a.person_id, a.campaign
    FROM asked a
    JOIN registered_exam e ON e.person_id = a.person_id AND e.day <= a.until
                          AND CAST(substr(CAST(e.day AS VARCHAR), 1, 4) AS INTEGER) >= a.campaign
    GROUP BY a.person_id, a.campaign
),
judged AS (
    SELECT a.*, x.person_id IS NULL AS is_unexamined
    FROM asked a LEFT JOIN examined x ON x.person_id = a.person_id AND x.campaign = a.campaign
),
others AS (
    SELECT campaign, count(*) AS n, sum(CASE WHEN is_unexamined THEN 1 ELSE 0 END) AS overdue
    FROM judged WHERE days_registered >= $registered_days GROUP BY campaign
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.day AS occurred_on, v.charge AS charge_amount,
       CAST(0.4 AS DOUBLE) AS strength, j.person_id, j.campaign AS year, v.dise_name, j.first_registered_on,
       o.n AS persons_due, o.overdue AS persons_overdue
FROM judged j
JOIN others o ON o.campaign = j.campaign
JOIN due d ON d.person_id = j.person_id AND d.campaign = j.campaign  -- 该年复审期过后凭有效备案取药，基金或个人账户有支付 | Drugs fetched under a registration after the review of the year, and paid by the fund or a personal account
JOIN chronic_visit v ON v.setl_id = d.setl_id
WHERE j.is_unexamined                            -- 复审当年年初以来没有住院、检查、化验 | No stay, examination or test since the start of the year of the review
  AND j.days_registered >= $registered_days      -- 到复审期结束时备案已满规定天数 | Registered long enough by the end of the review
  AND j.days_seen >= 0                           -- 数据覆盖整个复审期 | The data hold the whole review
  AND coalesce(CAST(o.overdue - 1 AS DOUBLE) / nullif(o.n - 1, 0), 0) <= $rare_share  -- 应复审的他人多有检查 | Most others due have one
