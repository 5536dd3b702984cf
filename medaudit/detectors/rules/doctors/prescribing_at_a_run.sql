/*
code        = "DOC05"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "year"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 20"]
prior       = 0.6
needs       = ["fee_item.bilg_dr_codg"]
subsumes    = ["DOC01"]

[title]
zh = "连续快速开方"
en = "Prescribing at a run"

[message]
zh = "{year} 年有 {days} 天连续快速开方，最长一段 {longest} 人，平均每人 {seconds} 秒"
en = "On {days} days of {year} prescribed at a run, the longest for {longest} people at {seconds} seconds each"

[benign]
zh = "助手或收费员集中补录；义诊、发药日；续方窗口由专人代录；科室共用一个工号；发热门诊高峰"
en = "An assistant or cashier catching up; a free clinic or drug day; a renewal desk keyed in by one person; a login shared by the department; the peak of a fever clinic"

[next]
zh = "调取挂号、叫号和监控，看这些人是否到场；核对处方终端与登录人；抽查病历有无问诊记录；问是否多卡集中刷"
en = "Look at registrations, calls and cameras for whether these people came; check terminals and logins; see whether the records hold a history; ask about cards swiped in a row"

[params.min_people]
default = 11
unit = "person"
help = { zh = "一段至少多少人", en = "Least people of a run" }
source = { zh = "2025-09-29 国家医保局通报一分钟开出多张处方；人数为本工具的设定", en = "several prescriptions a minute in a notice of the national bureau of 2025-09-29; the number is set by this tool" }

[params.seconds]
default = 30
unit = "second"
help = { zh = "一段平均每人不超过多少秒", en = "Most seconds a person on average" }
source = { zh = "五分钟十人；本工具的设定，无全国依据", en = "ten people in five minutes; set by this tool; no national source" }

[params.pause]
default = 120
unit = "second"
help = { zh = "停顿超过多少秒另算一段", en = "A longer pause ends the run" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_days]
default = 3
unit = "day"
help = { zh = "一年至少多少天出现", en = "Least days of a year" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.batch_people]
default = 2
unit = "person"
help = { zh = "同一秒有更多人时视为批量时间戳", en = "A second shared by more people is a batch time stamp" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.batch_seconds]
default = 3
unit = "second"
help = { zh = "平均间隔更短的视为程序批量写入", en = "Runs that are faster on average are written by a program" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH busy AS (
  SELECT dr_codg, day
  FROM consultation
  WHERE drug_lines > 0
  GROUP BY dr_codg, day
  HAVING count(DISTINCT person_id) >= $min_people
),
clocked AS (
  SELECT c.dr_codg, c.day, c.setl_id, c.person_id, c.psn_no, c.fixmedins_code, c.drug_charge, c.started,
    CAST(substr(CAST(c.started AS VARCHAR), 12, 2) AS INTEGER) * 3600 + CAST(substr(CAST(c.started AS VARCHAR), 15, 2) AS INTEGER) * 60
      + CAST(substr(CAST(c.started AS VARCHAR), 18, 2) AS INTEGER) AS clock,
    count(*) OVER (PARTITION BY c.dr_codg, c.day, c.started) AS same_second,
    row_number() OVER (PARTITION BY c.dr_codg, c.day, c.person_id ORDER BY c.started, c.setl_id) AS turn
  FROM consultation c
  JOIN busy b ON b.dr_codg = c.dr_codg AND b.day = c.day
  WHERE c.drug_lines > 0
),
lined_up AS (
  SELECT c.*, clock - lag(clock) OVER (PARTITION BY dr_codg, day ORDER BY clock, setl_id) AS gap
  FROM clocked c
  -- A clock at midnight, or a second that many share, is none.
  WHERE turn = 1 AND clock > 0 AND same_second <= $batch_people
),
parted AS (
  SELECT l.*, sum(CASE WHEN gap <= $pause THEN 0 ELSE 1 END)
      OVER (PARTITION BY dr_codg, day ORDER BY clock, setl_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run_no
  FROM lined_up l
),
run AS (
  SELECT dr_codg, day, run_no, count(*) AS people, CAST(max(clock) - min(clock) AS DOUBLE) / nullif(count(*) - 1, 0) AS pace,
    min(CASE WHEN gap <= $pause THEN gap END) AS shortest_gap, max(CASE WHEN gap <= $pause THEN gap END) AS longest_gap
  FROM parted
  GROUP BY dr_codg, day, run_no
  HAVING count(*) >= $min_people
),
hurried AS (
  -- People do not come in even ticks.
  SELECT r.*, substr(CAST(day AS VARCHAR), 1, 4) AS year
  FROM run r
  WHERE pace <= $seconds AND pace >= $batch_seconds AND longest_gap > shortest_gap
),
yearly AS (
  SELECT dr_codg, year, count(DISTINCT day) AS days, count(*) AS runs, max(people) AS longest, min(pace) AS pace
  FROM hurried
  GROUP BY dr_codg, year
)
SELECT p.setl_id, p.psn_no, p.fixmedins_code, p.dr_codg, p.day AS occurred_on, CAST(p.drug_charge AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.8, 0.4 + CAST(0.1 AS DOUBLE) * (m.days - $min_days)) AS DOUBLE) AS strength,
  m.year, m.days, m.runs, m.longest, CAST(floor(m.pace + 0.5) AS INTEGER) AS seconds, h.people
FROM hurried h
JOIN yearly m ON m.dr_codg = h.dr_codg AND m.year = h.year
JOIN parted p ON p.dr_codg = h.dr_codg AND p.day = h.day AND p.run_no = h.run_no
WHERE h.people >= $min_people  -- 一段之内人数够多 | Enough people in a run
  AND h.pace <= $seconds  -- 平均每人不到规定的秒数 | So few seconds a person
  AND h.pace >= $batch_seconds  -- 不是程序批量写入的时间 | Not times written by a program
  AND m.days >= $min_days  -- 一年里不止一两天 | On several days of a year
