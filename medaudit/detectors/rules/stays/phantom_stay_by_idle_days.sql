/*
code        = "STY03"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)"]
prior       = 0.4
needs       = ["fee_item"]
excludes    = ["psychiatric", "per_diem", "rehabilitation", "hospice", "newborn", "maternity"]

[title]
zh = "疑似挂床：连续多日只有床位费"
en = "Possible phantom stay: days with nothing but the bed"

[message]
zh = "住院 {nights} 天，其间 {idle_days} 天只收床位、护理、诊察费，最长连续 {longest_run} 天"
en = "{idle_days} days of a {nights}-night stay carry only bed, nursing and consultation fees, {longest_run} of them in a row"

[benign]
zh = "药品和检查在出院时集中录入，床位费由系统每日自动计收；口服药一次发放多日；等待手术、病理或隔离观察；周末不排检查"
en = "Drugs and tests entered together at discharge while the bed is charged automatically each day; tablets handed out for several days; waiting for surgery or pathology, or isolation; a quiet weekend"

[next]
zh = "按日核对医嘱单、体温单、护理记录和门禁或查房照片，确认这几天患者是否在院；对比费用发生时间与上传时间；夜间抽查该病区"
en = "Go through orders, temperature chart and nursing notes day by day to see whether the patient was there; compare charge and upload times; visit the ward at night"

[params.idle_days]
default = 3
unit = "day"
help = { zh = "连续只有床位护理费的天数达到多少算疑点", en = "How many bed-only days in a row are suspicious" }
source = { zh = "六盘水 2020 年规定：72 小时无诊疗；从严的地方为 48 小时", en = "72 hours without services in the Liupanshui rules of 2020; stricter places use 48 hours" }

[params.idle_share]
default = 0.6
unit = "share"
help = { zh = "只有床位护理费的天数占住院天数（不计首尾两天）的比例", en = "Share of bed-only days among the days of the stay, first and last set aside" }
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
        stay_id, day, day_no, lines, treat_lines,
        CASE WHEN is_last THEN 0 ELSE treat_lines END AS treat_lines_before_last,
        CASE WHEN is_first OR is_last THEN 0 ELSE 1 END AS inner_day,
        CASE WHEN NOT is_first AND NOT is_last AND house_lines > 0 AND lines = house_lines THEN 1 ELSE 0 END AS idle
    FROM stay_day
),
-- Idle days between two busy days share the count of busy days so far, which numbers the run they belong to.
numbered AS (
    SELECT marked.*, sum(1 - idle) OVER (PARTITION BY stay_id ORDER BY day_no) AS run_no
    FROM marked
),
runs AS (
    SELECT
        stay_id, run_no, sum(idle) AS idle, sum(inner_day) AS inner_days, sum(treat_lines) AS treat_lines,
        sum(treat_lines_before_last) AS treat_lines_before_last, sum(CASE WHEN lines > 0 THEN 1 ELSE 0 END) AS charged_days
    FROM numbered
    GROUP BY stay_id, run_no
),
measured AS (
    SELECT
        stay_id, max(idle) AS longest_run, sum(idle) AS idle_days, sum(treat_lines) AS treat_lines,
        CAST(sum(idle) AS DOUBLE) / nullif(sum(inner_days), 0) AS idle_share,
        sum(treat_lines_before_last) AS treat_lines_before_last, sum(charged_days) AS charged_days
    FROM runs
    GROUP BY stay_id
)
SELECT
    l.feedetl_sn, l.setl_id, s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg,
    l.day AS occurred_on,
    CAST(l.charge AS DECIMAL(16,2)) AS charge_amount,
    -- Treatment dated on the last day alone looks like a bill entered at discharge: a weak lead.
    CAST(CASE WHEN m.treat_lines_before_last = 0 THEN 0.3
              ELSE least(1.0, 0.2 + CAST(m.longest_run AS DOUBLE) / 10 + CAST(m.idle_share AS DOUBLE) / 5) END
        AS DOUBLE) AS strength,
    CASE WHEN m.treat_lines_before_last > 0 THEN 'suspected' ELSE 'lead' END AS level,
    s.nights, s.admitted, s.discharged, m.idle_days, m.longest_run, m.idle_share, l.item_name
FROM measured m
JOIN stay s ON s.stay_id = m.stay_id
JOIN marked d ON d.stay_id = m.stay_id
JOIN line l ON l.stay_id = d.stay_id AND l.day = d.day
WHERE d.idle = 1                        -- 当天只有床位、护理、诊察费（首尾两天不计） | The day has only bed, nursing or consultation fees (first and last day set aside)
  AND s.nights >= $min_nights           -- 住院天数够长 | The stay is long enough to judge
  AND m.charged_days >= 3               -- 费用不是集中记在一两天 | The charges are not all dated on one or two days
  AND m.treat_lines > 0                 -- 住院期间有过诊疗（完全没有的归 STY04） | Something was done during the stay (if nothing was, STY04 has it)
  AND (m.longest_run >= $idle_days OR (m.idle_days >= 2 AND m.idle_share >= $idle_share))  -- 连续空床天数或占比达到限度 | The run or the share of idle days reaches the limit
