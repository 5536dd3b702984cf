/*
code        = "PHA04"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code"]
responsible = ["institution"]
basis       = ["条例 20"]
prior       = 0.6
needs       = ["settlement.setl_time"]
[title]
zh = "药店夜间集中刷卡"
en = "Cards swiped in bursts at night"
[message]
zh = "{from_clock} 至 {until_clock} 有 {bursts} 个小时内集中刷卡，共 {burst_sales} 笔；夜间占比 {percent}%，其他 {peers} 家药店为 {peer_percent}%"
en = "Between {from_clock} and {until_clock} cards were swiped in bursts in {bursts} hours, {burst_sales} sales; {percent} % of its sales are at night, {peer_percent} % in {peers} other pharmacies"
[benign]
zh = "24 小时药店或夜间急诊门口药店；系统时间未按北京时间记录；断网后夜间补传"
en = "A pharmacy open all night or by an emergency room; a clock in another time zone; bills sent late after an outage"
[next]
zh = "核对营业时间、值班和监控，询问持卡人当晚是否到店"
en = "Check opening hours, the roster and footage; ask the card holders whether they were there that night"
[params.from_clock]
default = "23:00:00"
unit = ""
help = { zh = "夜间从几点起", en = "Night begins at" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.until_clock]
default = "05:00:00"
unit = ""
help = { zh = "夜间到几点止", en = "Night ends at" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.burst]
default = 3
unit = "person"
help = { zh = "夜间同一小时内至少这么多人算集中；零星的夜间购药不计", en = "Persons within one night hour that make a burst; single purchases at night do not count" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_bursts]
default = 3
unit = ""
help = { zh = "至少有这么多个这样的小时", en = "Such hours at least" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.ratio]
default = 3
unit = "times"
help = { zh = "夜间占比至少是其他药店合计的这么多倍", en = "Share at night at least so many times the others' together" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.max_share]
default = 0.5
unit = "share"
help = { zh = "夜间占比超过此数，多半是时间记录有误，不报", en = "Above this share the clock is probably wrong and nothing is reported" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_peers]
default = 3
unit = ""
help = { zh = "至少有这么多家其他药店可比", en = "Other pharmacies needed for comparison" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH timed AS (   -- batch time stamps have no clock
    SELECT s.*, substr(s.clock, 1, 2) AS hour, CASE WHEN s.clock >= $from_clock OR s.clock < $until_clock THEN 1 ELSE 0 END AS is_night
    FROM pharmacy_sale s
    WHERE s.clock IS NOT NULL  -- 知道结算钟点，且不是批量时间戳 | the time of day is known and no batch's
),
busy AS (
    SELECT fixmedins_code, day, hour, count(*) AS sales FROM timed WHERE is_night = 1
    GROUP BY fixmedins_code, day, hour HAVING count(DISTINCT person_id) >= $burst
),
burst AS (SELECT fixmedins_code, count(*) AS bursts, sum(sales) AS burst_sales FROM busy GROUP BY fixmedins_code),
shop AS (SELECT fixmedins_code, count(*) AS sales, sum(is_night) AS nights FROM timed GROUP BY fixmedins_code),
town AS (SELECT count(*) AS shops, sum(sales) AS sales, sum(nights) AS nights FROM shop),
compared AS (
    SELECT s.*, t.shops - 1 AS peers, CAST(s.nights AS DOUBLE) / nullif(s.sales, 0) AS share,
           coalesce(CAST(t.nights - s.nights AS DOUBLE) / nullif(t.sales - s.sales, 0), 0) AS peer_share
    FROM shop s CROSS JOIN town t
)
SELECT t.setl_id, t.psn_no, t.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, t.day AS occurred_on, t.charge AS charge_amount,
       least(0.8, 0.3 + 0.05 * CAST(u.bursts AS DOUBLE)) AS strength,
       CAST(u.bursts AS INTEGER) AS bursts, CAST(u.burst_sales AS INTEGER) AS burst_sales, CAST(c.nights AS INTEGER) AS night_sales,
       CAST(c.sales AS INTEGER) AS sales, CAST(100 * CAST(c.share AS DOUBLE) AS DECIMAL(6,1)) AS percent,
       CAST(100 * CAST(c.peer_share AS DOUBLE) AS DECIMAL(6,1)) AS peer_percent, CAST(c.peers AS INTEGER) AS peers,
       $from_clock AS from_clock, $until_clock AS until_clock
FROM compared c
JOIN burst u ON u.fixmedins_code = c.fixmedins_code
JOIN busy b ON b.fixmedins_code = c.fixmedins_code
JOIN timed t ON t.fixmedins_code = b.fixmedins_code AND t.day = b.day AND t.hour = b.hour AND t.is_night = 1
WHERE u.bursts >= $min_bursts      -- 夜间集中刷卡的小时够多 | enough hours with bursts at night
  AND c.share >= $ratio * CAST(c.peer_share AS DOUBLE)  -- 夜间占比远高于其他药店 | far more at night than the other pharmacies
  AND c.share <= $max_share        -- 不是时间记录整体有误 | not a clock that is wrong throughout
  AND c.peers >= $min_peers        -- 有足够的药店可比 | enough pharmacies to compare with
