/*
code        = "IDN05"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "other_setl_id"]
responsible = ["patient"]
basis       = ["条例 17", "条例 41(1)"]
needs       = ["settlement.setl_time", "institution.lnt|institution.admdvs"]
prior       = 0.55
excludes    = ["newborn", "transfer"]
[title]
zh = "两地结算时间来不及往返"
en = "Two places in less time than the way takes"
[message]
zh = "{minutes} 分钟内先后在 {institution} 与 {other_institution} 结算，相距约 {km} 公里"
en = "Settled at {institution} and at {other_institution} within {minutes} minutes, about {km} km apart"
[benign]
zh = "家人持卡或用电子凭证代配药、家庭共济账户支付；互联网诊疗、网上购药；两家机构的电脑时钟不准；坐标登记错误或登记的是总院；先诊疗后补刷。"
en = "A relative collecting drugs with the card or code, or paying from the family account; care or drugs ordered on line; wrong clocks at one of the two; wrong coordinates, or those of a parent hospital; a card swiped after the visit."
[next]
zh = "核对两家机构的时钟和位置；调取两处的凭证类型、刷脸或监控、取药签名，问清两次各是谁到场。"
en = "Check clocks and positions of both; obtain the kind of credential, face check or footage and signatures of both, and ask who came to each."
[params.max_speed]
default = 120
unit = "km/h"
help = { zh = "两地之间可能的最高时速，更快视为来不及", en = "fastest way between the two places; quicker than that nobody is" }
source = { zh = "高速公路最高限速 120 公里/小时；作为审核界限为本工具的设定", en = "the speed limit of motorways is 120 km/h; its use here is set by this tool" }
[params.min_km]
default = 3
unit = "km"
help = { zh = "相距不足这么远的不判断（院内、院门口药店）", en = "nearer places are not judged: a pharmacy in the house or at the gate" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.clock_minutes]
default = 1
unit = "minute"
help = { zh = "两家机构时钟可能相差的分钟数，从所需时间中让出", en = "how far two clocks may differ; so much is granted" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.route_persons]
default = 5
unit = "person"
help = { zh = "两家机构之间这么多人都来不及往返时，视为坐标或时钟有误，不报", en = "when so many people are too quick between two institutions, coordinates or clocks are taken to be wrong and nothing is said" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.area_minutes]
default = 10
unit = "minute"
help = { zh = "没有坐标时，两家机构属于不同医保区划且间隔不超过这么多分钟", en = "without coordinates: two areas within so many minutes" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH busy AS (
  SELECT person_id, day FROM person_day WHERE institutions > 1  -- 同日到过两家以上机构 | More than one institution that day
),
timed AS (
  SELECT t.setl_id, t.person_id, t.fixmedins_code, t.day, t.clock, v.admdvs,
    CASE WHEN v.lat BETWEEN 3 AND 54 AND v.lnt BETWEEN 73 AND 136 THEN CAST(v.lat AS DOUBLE) END AS lat,
    CASE WHEN v.lat BETWEEN 3 AND 54 AND v.lnt BETWEEN 73 AND 136 THEN CAST(v.lnt AS DOUBLE) END AS lnt
  FROM timed_visit t
  JOIN busy b ON b.person_id = t.person_id AND b.day = t.day
  JOIN visit v ON v.setl_id = t.setl_id
),
step AS (
  SELECT t.*, lag(setl_id) OVER (PARTITION BY person_id, day ORDER BY clock, setl_id) AS before_id FROM timed t
),
apart AS (
  SELECT a.setl_id, b.setl_id AS before_id, a.clock - b.clock AS seconds, a.admdvs <> b.admdvs AS is_other_area,
    CAST(a.lat - b.lat AS DOUBLE) * (a.lat - b.lat) AS north, CAST(a.lnt - b.lnt AS DOUBLE) * (a.lnt - b.lnt) AS east,
    CAST(a.lat AS DOUBLE) * a.lat * 0.000304617 AS angle
  FROM step a
  JOIN timed b ON b.setl_id = a.before_id AND b.fixmedins_code <> a.fixmedins_code  -- 前后两次在不同机构 | One after the other at two institutions
),
way AS (
  -- a degree is 111.2 km, one of longitude less by the cosine of the latitude: its square as a series of the angle's square
  SELECT setl_id, before_id, seconds, is_other_area,
    111.2 * sqrt(north + CAST(east AS DOUBLE) * (1 - angle + CAST(angle AS DOUBLE) * angle / 3)) AS km
  FROM apart
),
hasty AS (
  SELECT w.*, t.person_id, least(t.fixmedins_code, b.fixmedins_code) AS one_end, greatest(t.fixmedins_code, b.fixmedins_code) AS other_end
  FROM way w
  JOIN timed t ON t.setl_id = w.setl_id
  JOIN timed b ON b.setl_id = w.before_id
  WHERE (w.km >= $min_km AND CAST(w.seconds + 60 * $clock_minutes AS DOUBLE) * $max_speed < CAST(w.km AS DOUBLE) * 3600
      OR w.km IS NULL AND w.is_other_area AND w.seconds <= 60 * $area_minutes)  -- 走完两地所需时间多于间隔；没有坐标时，不同区划且间隔只有几分钟 | The way takes longer than the time between; without coordinates, two areas within minutes
),
route AS (
  SELECT one_end, other_end, count(DISTINCT person_id) AS persons FROM hasty GROUP BY one_end, other_end
),
leg AS (
  SELECT setl_id, before_id AS other_setl_id, seconds, km, one_end, other_end FROM hasty
  UNION ALL
  SELECT before_id, setl_id, seconds, km, one_end, other_end FROM hasty
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on,
  -- the money stands on the leg that cost the fund less
  CAST(CASE WHEN v.fund_money < o.fund_money OR (v.fund_money = o.fund_money AND v.setl_id > o.setl_id) THEN v.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN coalesce(v.acct_mulaid_pay, 0) > 0 OR coalesce(o.acct_mulaid_pay, 0) > 0 THEN 0.1
            WHEN (v.fixmedins_type = '2' AND v.fund_money = v.account_money) OR (o.fixmedins_type = '2' AND o.fund_money = o.account_money) THEN 0.3
            WHEN l.km IS NULL OR v.fixmedins_type = '2' OR o.fixmedins_type = '2' THEN 0.5 ELSE 0.8 END AS DOUBLE) AS strength,
  CASE WHEN coalesce(v.acct_mulaid_pay, 0) > 0 OR coalesce(o.acct_mulaid_pay, 0) > 0 OR l.km IS NULL
         OR v.fund_money = v.account_money OR o.fund_money = o.account_money THEN 'lead' ELSE 'suspected' END AS level,
  l.other_setl_id, coalesce(v.fixmedins_name, v.fixmedins_code) AS institution, coalesce(o.fixmedins_name, o.fixmedins_code) AS other_institution,
  CAST(CAST(l.seconds AS DOUBLE) / 60 AS DECIMAL(10,1)) AS minutes, CAST(l.km AS DECIMAL(10,1)) AS km
FROM leg l
JOIN route r ON r.one_end = l.one_end AND r.other_end = l.other_end
JOIN visit v ON v.setl_id = l.setl_id
JOIN visit o ON o.setl_id = l.other_setl_id
WHERE r.persons < $route_persons  -- 这条路线上来不及往返的人不多，不像坐标或时钟有误 | Few people are so quick on this route: no fault of coordinates or clocks
  AND v.fund_money > 0  -- 本次动用了医保资金 | This one cost fund money
  AND o.fund_money > 0  -- 另一次也动用了医保资金 | So did the other
