/*
code        = "IDN08"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "kind"]
responsible = ["institution", "patient"]
basis       = ["条例 38(5)", "条例 40(1)", "条例 41(1)", "实施细则（国家医保局令第 7 号，2026-04-01 起施行）"]
needs       = ["settlement.setl_time"]
prior       = 0.4
[title]
zh = "同一批卡反复集中刷卡"
en = "The same cards swiped together again and again"
[message]
zh = "同一批互不同户的卡几分钟内在同一收银员处先后结算，在 {shared_days} 天里重现，一次最多 {most_cards} 张（{most_households} 户）"
en = "The same cards of different households are settled minutes apart at one till, on {shared_days} days; as many as {most_cards} cards of {most_households} households at a time"
[benign]
zh = "养老院、村医定期代购；登记了代办人的邻里互助；同村人赶集日同来；同事下班同来；网络恢复后补结算而时间不在同一秒。"
en = "A care home or village doctor fetching drugs; neighbours with a registered proxy; a village on market day; colleagues after work; bills made up after an outage over several minutes."
[next]
zh = "调取这些时刻的监控、收银记录和取药签名，看是否一人持多卡；向持卡人核实卡由谁保管、药去了哪里；比对进销存和追溯码。"
en = "Obtain footage, till records and signatures of these minutes to see whether one hand held many cards; ask the holders who keeps the card and where the drugs went; compare stock and trace codes."
[params.window_minutes]
default = 10
unit = "minute"
help = { zh = "多少分钟以内算一起刷卡", en = "how close together the cards are swiped" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_cards]
default = 4
unit = "person"
help = { zh = "一次至少多少户的卡", en = "cards of how many households there must be at one time" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_days]
default = 3
unit = "day"
help = { zh = "至少在多少天重现", en = "on how many days they must recur" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.together_share]
default = 0.3
unit = "share"
help = { zh = "两张卡一起出现的天数至少占来得少的那张卡天数的比例", en = "days together, as a share of the days of the card that comes less often" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.crowd]
default = 40
unit = "settlement"
help = { zh = "一个时段内更多结算的不看（人流高峰）", en = "a window with more settlements than this is a crowd and not looked at" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH placed AS (
  -- a slot is a till, a day and a window in it; two grids, half a window apart, so that no border parts what belongs together
  SELECT t.setl_id, t.person_id, h.household, h.surname, h.care_home, t.fixmedins_code, t.day, g.grid,
    coalesce(v.opter_id, '') || ' ' || CAST(t.day AS VARCHAR) || ' ' || CAST(g.grid AS VARCHAR) || ' '
      || CAST(CAST(floor((CAST(t.clock AS DOUBLE) + CAST(g.grid AS DOUBLE) * 30 * $window_minutes) / nullif(60 * $window_minutes, 0)) AS INTEGER) AS VARCHAR) AS slot
  FROM timed_visit t
  JOIN visit v ON v.setl_id = t.setl_id AND v.fixmedins_type = '2'  -- 在药店结算 | Settled at a pharmacy
  JOIN household h ON h.person_id = t.person_id
  CROSS JOIN (SELECT 0 AS grid UNION ALL SELECT 1) g
),
busy AS (
  SELECT fixmedins_code, slot FROM placed
  GROUP BY fixmedins_code, slot
  HAVING count(DISTINCT household) >= $min_cards AND count(*) <= $crowd  -- 一个收银员几分钟内刷了多户的卡，又不是人流高峰 | One till took cards of several households within minutes, and it was no crowd
),
regular AS (
  SELECT p.fixmedins_code, p.person_id, count(DISTINCT p.day) AS days, count(DISTINCT CASE WHEN b.slot IS NOT NULL THEN p.day END) AS busy_days
  FROM placed p LEFT JOIN busy b ON b.fixmedins_code = p.fixmedins_code AND b.slot = p.slot
  GROUP BY p.fixmedins_code, p.person_id
),
card AS (
  SELECT p.*, r.days
  FROM placed p JOIN busy b ON b.fixmedins_code = p.fixmedins_code AND b.slot = p.slot
  JOIN regular r ON r.fixmedins_code = p.fixmedins_code AND r.person_id = p.person_id
  WHERE r.busy_days >= $min_days  -- 多日在这样的时段刷过卡 | The card was there at such times on several days
),
tied AS (
  SELECT a.fixmedins_code, a.person_id, b.person_id AS partner
  FROM card a
  JOIN card b ON b.fixmedins_code = a.fixmedins_code AND b.slot = a.slot AND b.household <> a.household  -- 另一户的卡在同一时段 | A card of another household in the same minutes
  GROUP BY a.fixmedins_code, a.person_id, b.person_id
  HAVING count(DISTINCT a.day) >= $min_days  -- 两张卡多日一起出现 | The two cards came together on several days
    AND count(DISTINCT a.day) >= CAST($together_share AS DOUBLE) * least(max(a.days), max(b.days))  -- 占来得少的那张卡的一定比例 | A good part of the days of the one that comes less
),
swipe AS (
  SELECT c.* FROM card c JOIN (SELECT DISTINCT fixmedins_code, person_id FROM tied) m ON m.fixmedins_code = c.fixmedins_code AND m.person_id = c.person_id
),
session AS (
  SELECT fixmedins_code, slot, day, count(DISTINCT person_id) AS cards_today, count(DISTINCT household) AS households_today,
    count(DISTINCT CASE WHEN care_home IS NOT NULL THEN person_id END) AS residents,
    -- a home's residents are fetched for; four or five of two family names may be kin who live apart
    CASE WHEN 2 * count(DISTINCT CASE WHEN care_home IS NOT NULL THEN person_id END) >= count(DISTINCT person_id) THEN 'care_home'
         WHEN count(DISTINCT surname) <= 2 AND count(DISTINCT person_id) <= 5 THEN 'kin' ELSE 'cards' END AS kind
  FROM swipe
  GROUP BY fixmedins_code, slot, day
  HAVING count(DISTINCT household) >= $min_cards  -- 这些卡一次来了多户 | Cards of several of the households came at once
),
hit AS (
  SELECT s.setl_id, max(n.cards_today) AS cards_today, max(n.households_today) AS households_today, max(n.residents) AS residents, min(n.kind) AS kind
  FROM swipe s JOIN session n ON n.fixmedins_code = s.fixmedins_code AND n.slot = s.slot GROUP BY s.setl_id
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, v.begndate AS occurred_on, CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN h.kind = 'care_home' THEN 0.2 WHEN h.kind = 'kin' THEN 0.3
            ELSE least(0.9, 0.4 + CAST(r.days - $min_days AS DOUBLE) / 20 + CAST(h.households_today - $min_cards AS DOUBLE) / 20) END AS DOUBLE) AS strength,
  h.kind, r.days AS shared_days, r.most_cards, r.most_households, h.cards_today, h.residents
FROM hit h
JOIN visit v ON v.setl_id = h.setl_id
JOIN (SELECT fixmedins_code, kind, count(DISTINCT day) AS days, max(cards_today) AS most_cards, max(households_today) AS most_households FROM session
      GROUP BY fixmedins_code, kind) r ON r.fixmedins_code = v.fixmedins_code AND r.kind = h.kind
WHERE r.days >= $min_days  -- 这样的场面多日重现 | The scene recurs on several days
