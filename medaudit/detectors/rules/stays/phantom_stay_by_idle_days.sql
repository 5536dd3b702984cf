/*
code        = "STY03"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)"]
prior       = 0.65
needs       = ["fee_item"]
excludes    = ["psychiatric", "per_diem", "rehabilitation", "hospice", "newborn", "maternity"]

[title]
zh = "疑似挂床：连续多日没有诊疗"
en = "Possible phantom stay: days on which nothing was done"

[message]
zh = "住院 {nights} 天，其间 {idle_days} 天除床位、护理、诊察费外没有费用（{blank_days} 天没有任何费用），最长连续 {longest_run} 天"
en = "{idle_days} days of a {nights}-night stay carry no fees but bed, nursing and consultation ({blank_days} of them no fee at all), {longest_run} in a row"

[benign]
zh = "药品和检查在出院时集中录入，床位费由系统每日自动计收；口服药一次发放多日；等待手术、病理或隔离观察；周末不排检查，只空了周末的短住院只作线索；没有任何费用的日子可能是停收床位费的请假离院，床位费没有覆盖这些日子的只作线索；费用按日记账的机构才看这样的日子"
en = "Drugs and tests entered together at discharge while the bed is charged automatically each day; tablets handed out for several days; waiting for surgery or pathology, or isolation; a quiet weekend, so a short stay idle on the weekend alone is a lead; days without any fee may be leave with the bed stopped, a lead unless bed fees were charged for those days too; such days are judged only where fees are booked by the day"

[next]
zh = "按日核对医嘱单、体温单、护理记录和门禁或查房照片，确认这几天患者是否在院；对比费用发生时间与上传时间；夜间抽查该病区"
en = "Go through orders, temperature chart and nursing notes day by day to see whether the patient was there; compare charge and upload times; visit the ward at night"

[params.idle_days]
default = 3
unit = "day"
help = { zh = "连续没有诊疗的天数达到多少算疑点", en = "How many days in a row without treatment are suspicious" }
source = { zh = "六盘水 2020 年规定：72 小时无诊疗或费用；从严的地方为 48 小时", en = "72 hours without services or fees in the Liupanshui rules of 2020; stricter places use 48 hours" }

[params.idle_share]
default = 0.6
unit = "share"
help = { zh = "没有诊疗的天数占住院天数（不计首尾两天）的比例", en = "Share of days without treatment among the days of the stay, first and last set aside" }
source = { zh = "本系统取值", en = "medaudit's own default" }

[params.min_nights]
default = 3
unit = "day"
help = { zh = "至少住多少天才判断", en = "Shortest stay that is judged" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH
-- The first and last day are set aside. A line of unknown class keeps its day from counting as idle.
marked AS (
    SELECT
        d.stay_id, d.day, d.day_no, c.is_weekend, d.lines, d.treat_lines, CASE WHEN d.is_blank THEN 1 ELSE 0 END AS blank,
        CASE WHEN d.is_last THEN 0 ELSE d.treat_lines END AS treat_lines_before_last,
        CASE WHEN d.is_first OR d.is_last THEN 0 ELSE 1 END AS inner_day,
        CASE WHEN d.is_blank OR (NOT d.is_first AND NOT d.is_last AND d.house_lines > 0 AND d.lines = d.house_lines) THEN 1 ELSE 0 END AS idle
    FROM stay_day d JOIN calendar c ON c.day = d.day
),
-- Idle days between two busy days share the count of busy days so far, which numbers the run they belong to.
numbered AS (SELECT marked.*, sum(1 - idle) OVER (PARTITION BY stay_id ORDER BY day_no) AS run_no FROM marked),
runs AS (
    SELECT
        stay_id, run_no, sum(idle) AS idle, sum(blank) AS blank, sum(CASE WHEN is_weekend THEN 0 ELSE idle END) AS idle_workdays, sum(inner_day) AS inner_days,
        sum(treat_lines) AS treat_lines, sum(treat_lines_before_last) AS treat_lines_before_last,
        sum(CASE WHEN lines > 0 THEN 1 ELSE 0 END) AS charged_days
    FROM numbered
    GROUP BY stay_id, run_no
),
measured AS (
    SELECT
        stay_id, max(idle) AS longest_run, sum(idle) AS idle_days, sum(blank) AS blank_days, sum(treat_lines) AS treat_lines,
        CAST(sum(idle) AS DOUBLE) / nullif(sum(inner_days), 0) AS idle_share, sum(idle_workdays) AS idle_workdays,
        sum(treat_lines_before_last) AS treat_lines_before_last, sum(charged_days) AS charged_days
    FROM runs
    GROUP BY stay_id
),
bed AS (SELECT stay_id, sum(cnt) AS bed_days FROM line WHERE med_chrgitm_type = '01' AND charge > 0 GROUP BY stay_id),
judged AS (
    SELECT
        s.*, m.longest_run, m.idle_days, m.blank_days, m.idle_share, m.treat_lines, m.charged_days, b.bed_days AS billed_bed_days,
        -- Treatment dated on the last day alone looks like a bill entered at discharge; a short run may be just a weekend,
        -- and days without any fee leave, unless the bed was charged for them.
        m.treat_lines_before_last = 0 OR (m.longest_run < $idle_days AND m.idle_workdays = 0)
            OR (m.blank_days > 0 AND m.idle_days - m.blank_days < $idle_days AND coalesce(b.bed_days < s.nights, TRUE)) AS is_weak
    FROM measured m JOIN stay s ON s.stay_id = m.stay_id LEFT JOIN bed b ON b.stay_id = m.stay_id
),
-- What was charged on the idle days, and of beds booked in a sum on another day the share of the days without any fee.
shown AS (
    SELECT l.stay_id, l.setl_id, l.feedetl_sn, l.day, l.item_name,
        CASE WHEN d.idle = 1 THEN CAST(l.charge AS DOUBLE) ELSE CAST(l.charge AS DOUBLE) * j.blank_days / nullif(j.billed_bed_days, 0) END AS charge
    FROM judged j
    JOIN line l ON l.stay_id = j.stay_id
    LEFT JOIN marked d ON d.stay_id = l.stay_id AND d.day = l.day
    WHERE (j.idle_days >= 2 OR j.longest_run >= $idle_days)
      AND (d.idle = 1 OR (j.blank_days > 0 AND j.billed_bed_days >= j.nights AND l.med_chrgitm_type = '01' AND l.cnt > 1))
)
SELECT
    l.feedetl_sn, coalesce(l.setl_id, j.setl_id) AS setl_id, j.stay_id, j.psn_no, j.fixmedins_code, j.dr_codg, coalesce(l.day, j.admitted) AS occurred_on,
    CAST(coalesce(l.charge, 0) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
    CAST(CASE WHEN j.is_weak THEN 0.3 ELSE least(1.0, 0.2 + CAST(j.longest_run AS DOUBLE) / 10 + CAST(j.idle_share AS DOUBLE) / 5) END AS DOUBLE) AS strength,
    CASE WHEN j.is_weak THEN 'lead' ELSE 'suspected' END AS level,
    j.nights, j.admitted, j.discharged, j.idle_days, j.blank_days, j.longest_run, j.idle_share, l.item_name
FROM judged j
LEFT JOIN shown l ON l.stay_id = j.stay_id
WHERE j.nights >= $min_nights           -- 住院天数够长 | The stay is long enough to judge
  AND j.charged_days >= 3               -- 费用不是集中记在一两天 | The charges are not all dated on one or two days
  AND j.treat_lines > 0                 -- 住院期间有过诊疗（完全没有的归 STY04） | Something was done during the stay (if nothing was, STY04 has it)
  AND (j.longest_run >= $idle_days OR (j.idle_days >= 2 AND j.idle_share >= $idle_share))  -- 除床位、护理、诊察费外没有费用的日子（首尾两天不计）连续天数或占比达到限度 | The run or the share of days with nothing but bed, nursing and consultation fees, first and last set aside, reaches the limit
