/*
code        = "STY11"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["stay_id"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(1)"]
prior       = 0.35
needs       = ["fee_item"]
excludes    = ["psychiatric", "per_diem", "rehabilitation", "hospice", "newborn", "maternity", "day_surgery"]
subsumes    = ["STY03"]
bands       = { column = "longest_run", at_least = ["core_days", "min_days"] }

[title]
zh = "节假日空床"
en = "A bed kept over the holiday"

[message]
zh = "住院 {nights} 天，平日 {worked_days} 天都有诊疗，唯独 {first_idle} 起的节假日有 {idle_days} 天只收床位、护理、诊察费，最长连续 {longest_run} 天"
en = "Treated on all {worked_days} ordinary days of a {nights}-night stay, yet {idle_days} public holidays from {first_idle} carry only bed, nursing and consultation fees, {longest_run} of them in a row"

[benign]
zh = "节假日检查和康复停做，患者在院观察；口服药节前一次发放；术后恢复期；经批准请假外出而床位费未停；节假日费用节后补记"
en = "Tests and therapy stop over the holiday while the patient stays under observation; tablets handed out beforehand; recovery after an operation; approved leave with the bed fee left running; charges of the holiday entered afterwards"

[next]
zh = "查节假日的护理记录、体温单、查房和值班医师医嘱，确认患者是否在院；看请假单及请假期间是否应停收床位费；比对同病区节假日在院人数"
en = "See from nursing notes, temperature chart, rounds and orders of the doctor on duty whether the patient was there; look for leave papers and whether the bed should have been stopped; compare with how many the ward held over the holiday"

[params.min_days]
default = 2
unit = "day"
help = { zh = "连续几个节假日只有床位护理费才报；达不到核心天数的只作线索", en = "Bed-only holidays in a row from which a stay is reported; below the core number as a lead only" }
source = { zh = "从严的地方以 48 小时无诊疗为界", en = "stricter places draw the line at 48 hours without services" }

[params.core_days]
default = 3
unit = "day"
help = { zh = "核心区间：连续达到这个天数算可疑", en = "Core band: from this many in a row on it is suspected" }
source = { zh = "六盘水 2020 年规定：72 小时无诊疗", en = "72 hours without services in the Liupanshui rules of 2020" }

[params.min_worked]
default = 2
unit = "day"
help = { zh = "平日至少几天有诊疗，才看得出是节假日中断", en = "Ordinary days with treatment that are needed to tell a break at the holiday" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH
-- First the few: days inside a stay and on a public holiday that carry bed and board alone.
idle AS (
    SELECT d.stay_id, d.day, d.day_no,
        d.day_no - row_number() OVER (PARTITION BY d.stay_id ORDER BY d.day_no) AS run_no
    FROM stay_day d
    JOIN calendar c ON c.day = d.day
    WHERE c.is_holiday                                    -- 法定节假日 | A public holiday
      AND NOT d.is_first AND NOT d.is_last                -- 不是入院日或出院日 | Neither the first nor the last day
      AND d.house_lines > 0 AND d.lines = d.house_lines   -- 当天只有床位、护理、诊察费 | Nothing but bed, nursing or consultation fees
),
runs AS (SELECT stay_id, run_no, count(*) AS days, min(day) AS began, max(day_no) AS last_no FROM idle GROUP BY stay_id, run_no),
breaks AS (
    SELECT stay_id, max(days) AS longest_run, sum(days) AS idle_days, min(began) AS first_idle, max(last_no) AS last_no
    FROM runs
    GROUP BY stay_id
    HAVING max(days) >= $min_days
),
-- What the ordinary days of those stays look like.
compared AS (
    SELECT
        b.stay_id, b.longest_run, b.idle_days, b.first_idle,
        sum(CASE WHEN NOT c.is_holiday AND d.treat_lines > 0 AND NOT d.is_last THEN 1 ELSE 0 END) AS worked_days,
        sum(CASE WHEN NOT c.is_holiday AND d.house_lines > 0 AND d.lines = d.house_lines AND NOT d.is_first AND NOT d.is_last
            THEN 1 ELSE 0 END) AS idle_workdays,
        sum(CASE WHEN d.treat_lines > 0 AND d.day_no > b.last_no THEN 1 ELSE 0 END) AS worked_after
    FROM breaks b
    JOIN stay_day d ON d.stay_id = b.stay_id
    JOIN calendar c ON c.day = d.day
    GROUP BY b.stay_id, b.longest_run, b.idle_days, b.first_idle
)
SELECT
    l.feedetl_sn, l.setl_id, s.stay_id, s.psn_no, s.fixmedins_code, s.dr_codg, l.day AS occurred_on,
    CAST(l.charge AS DECIMAL(16,2)) AS charge_amount,
    -- Treatment that starts again after the holiday shows that it was due all along.
    CAST(CASE WHEN m.longest_run < $core_days THEN 0.2 WHEN m.worked_after > 0 THEN 0.8 ELSE 0.6 END AS DOUBLE) AS strength,
    CASE WHEN m.longest_run >= $core_days THEN 'suspected' ELSE 'lead' END AS level,
    s.nights, s.admitted, s.discharged, CAST(m.longest_run AS INTEGER) AS longest_run, CAST(m.idle_days AS INTEGER) AS idle_days,
    m.first_idle, CAST(m.worked_days AS INTEGER) AS worked_days, l.item_name
FROM compared m
JOIN stay s ON s.stay_id = m.stay_id
JOIN idle i ON i.stay_id = m.stay_id
JOIN line l ON l.stay_id = i.stay_id AND l.day = i.day
WHERE m.longest_run >= $min_days    -- 连续的节假日只有床位护理费 | Bed-only holidays in a row
  AND m.worked_days >= $min_worked  -- 平日有诊疗（不计出院日） | There was treatment on ordinary days, the last set aside
  AND m.idle_workdays = 0           -- 平日没有空床 | No ordinary day was idle
