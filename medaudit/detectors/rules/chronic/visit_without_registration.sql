/*
code        = "CHR01"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)"]
prior       = 0.9
needs       = ["chronic"]
bands       = { column = "cover", at_least = ["full_cover", "some_cover"] }
[title]
zh = "无有效备案享受门诊慢特病待遇"
en = "Chronic outpatient benefit without a valid registration"
[message]
zh = "按门诊慢特病（{dise_name}）结算 {charge_amount} 元，当日没有该病种的有效备案；同类他人的结算 {cover_percent}% 有备案"
en = "{charge_amount} yuan settled as chronic outpatient care ({dise_name}) without a valid registration that day; {cover_percent}% of comparable settlements of others have one"
[benign]
zh = "认定已通过而备案数据尚未导入；备案表抽取日期早于结算日期；异地参保人员备案在参保地；参保类型或人员编号变更后备案未合并；病种编码升级。"
en = "Approved, but the registration not yet in the extract; the register was extracted before the settlement; the insured person's register is kept in another area; the registration stayed under a former number or kind of insurance; a disease code that was renewed."
[next]
zh = "先在备案系统按证件号查询该人全部备案和变更；确无备案的，调取结算时的待遇校验记录、处方和取药签名，询问患者是否患有该病、药品由谁领取。"
en = "Look up all registrations and changes under the person's certificate number; if there is none, obtain the eligibility check of the settlement, the prescription and the signature, and ask whether the person has the disease and who fetched the drugs."
[params.transit_days]
default = 30
unit = "day"
help = { zh = "备案在结算后这么多天内开始，或在结算前这么多天内到期，按办理途中、续期间隙看待，降低一级", en = "A registration that begins so many days after the settlement, or ended so many days before it, is taken for one under way or being renewed, and weakens the finding" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.full_cover]
default = 0.9
unit = "share"
help = { zh = "同一参保地和险种、同一月份、同一病种的他人结算至少这么多有备案，才认为备案表完整，可以认定", en = "Share of others' settlements of the same area and insurance, month and disease that must be registered for the register to count as complete" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.some_cover]
default = 0.5
unit = "share"
help = { zh = "低于这个比例说明备案表不含这类人员或病种，不予判断", en = "Below this share the register does not hold such people or diseases, and nothing is said" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_others]
default = 20
unit = "settlement"
help = { zh = "他人结算少于这个数的，不用来衡量备案表是否完整", en = "Fewer settlements of others say nothing of the register" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH part AS (   -- three ways in which a register may be incomplete: whom it holds, until when, which diseases
    SELECT setl_id, person_id, is_covered, fund_money,
           'insured ' || coalesce(insuplc_admdvs, '') || ' ' || coalesce(insutype, '') AS part
    FROM chronic_visit
    UNION ALL
    SELECT setl_id, person_id, is_covered, fund_money, 'month ' || coalesce(insuplc_admdvs, '') || ' ' || substr(CAST(day AS VARCHAR), 1, 7) AS part
    FROM chronic_visit
    UNION ALL
    SELECT setl_id, person_id, is_covered, fund_money, 'disease ' || coalesce(insuplc_admdvs, '') || ' ' || opsp_class AS part
    FROM chronic_visit WHERE opsp_class IS NOT NULL
),
own AS (
    SELECT part, person_id, count(*) AS n, sum(CASE WHEN is_covered THEN 1 ELSE 0 END) AS covered
    FROM part GROUP BY part, person_id
),
whole AS (
    SELECT part, sum(n) AS n, sum(covered) AS covered FROM own GROUP BY part
),
register AS (   -- the person's own settlements say nothing of it
    SELECT p.setl_id, min(CASE WHEN w.n - o.n >= $min_others THEN CAST(w.covered - o.covered AS DOUBLE) / nullif(w.n - o.n, 0) END) AS cover,
           max(CASE WHEN starts_with(p.part, 'insured') THEN w.covered - o.covered END) AS fellows
    FROM part p
    JOIN own o ON o.part = p.part AND o.person_id = p.person_id
    JOIN whole w ON w.part = p.part
    WHERE NOT p.is_covered
    GROUP BY p.setl_id
),
judged AS (
    SELECT v.*, r.cover, r.fellows,
           coalesce(date_diff('day', v.last_day, v.begins_on) <= $transit_days, FALSE)
           OR coalesce(date_diff('day', v.ended_on, v.day) <= $transit_days, FALSE) AS in_transit
    FROM chronic_visit v
    JOIN register r ON r.setl_id = v.setl_id
)
SELECT j.setl_id, j.psn_no, j.fixmedins_code, j.dr_codg, j.day AS occurred_on, j.charge AS charge_amount,
       CAST(CASE WHEN j.in_transit OR j.cover IS NULL THEN 0.3
                 WHEN j.is_registered OR j.cover < $full_cover THEN 0.5 ELSE 0.95 END AS DOUBLE) AS strength,
       CASE WHEN j.cover IS NULL THEN 'lead'
            WHEN j.in_transit OR j.is_registered OR j.cover < $full_cover THEN 'suspected' END AS level,
       j.dise_codg, coalesce(j.dise_name, j.dise_codg) AS dise_name, j.registered_diseases, j.begins_on, j.ended_on, j.in_transit,
       CAST(j.cover AS DECIMAL(6,4)) AS cover, CAST(floor(j.cover * 100) AS INTEGER) AS cover_percent
FROM judged j
WHERE NOT j.is_covered                          -- 当日没有该病种的有效备案 | No registration for the disease was valid that day
  AND j.fund_money > 0                          -- 基金或个人账户有支付 | The fund or a personal account paid
  AND j.fellows > 0                             -- 同一参保地和险种有他人备案 | Others of the same area and insurance are registered
  AND coalesce(j.cover, 1) >= $some_cover       -- 备案表包含这类人员、月份和病种 | The register holds such people, that month and the disease
