/*
code        = "PHA05"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "opter_id"]
responsible = ["institution"]
basis       = ["条例 20"]
prior       = 0.2
needs       = ["settlement.setl_time", "settlement.opter_id"]
[title]
zh = "药店经办人刷卡过快"
en = "An operator settling too fast"
[message]
zh = "经办人 {opter_id} 有 {windows} 个十分钟时段各结算 {per_window} 笔以上，最多 {most} 笔，共涉及 {card_holders} 人"
en = "Operator {opter_id} settled {per_window} sales or more in each of {windows} spans of ten minutes, at most {most}, for {card_holders} persons"
[benign]
zh = "多个收银台共用一个经办人编号；养老机构的人替多位老人取药；促销日、义诊日排队；断网恢复后连续补刷；系统自动批量结算"
en = "Several tills under one operator; a carer fetching drugs for a whole home; queues on a day of sales or free clinics; bills caught up after an outage; automatic batch settlement"
[next]
zh = "核对收银台数、班次和监控，看这些时段的卡是否成批出示"
en = "Check the number of tills, shifts and footage: were the cards shown in a pile?"
[params.per_window]
default = 15
unit = "settlement"
help = { zh = "一个十分钟时段内至少这么多笔（每笔不足 40 秒）", en = "Settlements within a span of ten minutes (less than 40 seconds each)" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_windows]
default = 3
unit = ""
help = { zh = "至少有这么多个这样的时段", en = "Such spans at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_persons]
default = 10
unit = "person"
help = { zh = "一个时段内至少这么多人，少数人分单不计", en = "Persons within a span; few people with many bills do not count" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH sale AS (    -- a carer shows the cards of a whole home
    SELECT s.*, substr(s.clock, 1, 4) AS span
    FROM pharmacy_sale s
    JOIN people p ON p.psn_no = s.psn_no
    WHERE s.clock IS NOT NULL      -- 知道结算钟点，且不是批量时间戳 | the time of day is known and no batch's
      AND s.opter_id IS NOT NULL   -- 写明了经办人 | an operator is named
      AND p.care_home IS NULL      -- 不住养老机构 | the person lives in no care home
),
span AS (         -- ten minutes by the clock: 09:2 stands for 09:20 to 09:29
    SELECT s.fixmedins_code, s.opter_id, s.day, s.span, count(*) AS sales
    FROM sale s
    GROUP BY s.fixmedins_code, s.opter_id, s.day, s.span
    HAVING count(*) >= $per_window AND count(DISTINCT s.person_id) >= $min_persons  -- 十分钟内笔数、人数都够多 | enough settlements and persons within ten minutes
),
till AS (SELECT fixmedins_code, count(DISTINCT opter_id) AS operators FROM pharmacy_sale GROUP BY fixmedins_code),
fast AS (
    SELECT s.fixmedins_code, s.opter_id, count(DISTINCT p.person_id) AS persons, max(s.sales) AS most, count(DISTINCT CAST(s.day AS VARCHAR) || s.span) AS windows
    FROM span s
    JOIN sale p ON p.fixmedins_code = s.fixmedins_code AND p.opter_id = s.opter_id AND p.day = s.day AND p.span = s.span
    GROUP BY s.fixmedins_code, s.opter_id
)
SELECT p.setl_id, p.psn_no, p.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, p.day AS occurred_on, p.charge AS charge_amount,
       CASE WHEN t.operators = 1 THEN 0.2 ELSE 0.5 END AS strength,
       f.opter_id, CAST(f.windows AS INTEGER) AS windows, CAST(f.most AS INTEGER) AS most, CAST(f.persons AS INTEGER) AS card_holders,
       CAST(t.operators AS INTEGER) AS operators, $per_window AS per_window
FROM fast f
JOIN till t ON t.fixmedins_code = f.fixmedins_code
JOIN span s ON s.fixmedins_code = f.fixmedins_code AND s.opter_id = f.opter_id
JOIN sale p ON p.fixmedins_code = s.fixmedins_code AND p.opter_id = s.opter_id AND p.day = s.day AND p.span = s.span
WHERE f.windows >= $min_windows  -- 这样的时段不止一个 | more than one such span
