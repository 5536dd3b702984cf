/*
code        = "LNK01"
status      = "stable"
level       = "suspected"
subject     = "ring"
key         = ["ring_id"]
responsible = ["patient", "institution"]
basis       = ["条例 38(5)", "条例 40(1)", "条例 41(1)", "条例 17"]
subsumes    = ["IDN08"]
prior       = 0.6
[title]
zh = "聚敛社保卡"
en = "Card ring"
[message]
zh = "{members} 张互不同户的卡在 {places} 家机构前后脚结算，共 {sessions} 次（一次最多 {most} 张），各对卡同到 {met} 天次，偶然只应有 {expected} 天次 {label}"
en = "{members} cards of different households settled one after another at {places} institutions on {sessions} occasions (up to {most} at a time); their pairs met {met} times, where chance would give {expected}{label}"
[benign]
zh = "养老院、村医统一代购；不同户的亲属；同事下班同来；登记了代办人的邻里互助；药店促销日排队。养老机构的卡也可能被人集中冒用，须核实而不能只凭标签放过。"
en = "A care home or village doctor fetching drugs; relatives of several households; colleagues after work; neighbours with a registered proxy; a queue on a day of special offers. A care home's cards may be misused too: verify, do not pass over for the label alone."
[next]
zh = "调取这些时刻的监控、收银记录和取药签名，看是否一人持多卡；向持卡人核实卡由谁保管、药去了哪里；比对进销存和追溯码。"
en = "Obtain footage, till records and signatures of these minutes to see whether one hand held many cards; ask the holders who keeps the card and where the drugs went; compare stock and trace codes."
[params.min_members]
default = 4
unit = "person"
min = 4
help = { zh = "群组至少几人", en = "people there must be in the ring" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_sessions]
default = 2
unit = "times"
help = { zh = "三人以上同时出现至少几次", en = "times three or more must be seen together" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.sure_sessions]
default = 3
unit = "times"
help = { zh = "达到几次且没有无害情形的才报可疑，否则为线索", en = "from how many times, and without a harmless look, it is suspected and not a lead" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH used AS (
  SELECT u.ring_id, v.setl_id, v.psn_no, v.fixmedins_code, v.begndate, v.charge
  FROM ring_use u
  JOIN visit v ON v.setl_id = u.setl_id  -- 与群组同时结算 | Settled with the ring
  GROUP BY u.ring_id, v.setl_id, v.psn_no, v.fixmedins_code, v.begndate, v.charge
)
SELECT u.setl_id, u.psn_no, u.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, u.begndate AS occurred_on, CAST(u.charge AS DECIMAL(16,2)) AS charge_amount,
  r.strength, CASE WHEN r.label IS NOT NULL OR r.sessions < $sure_sessions THEN 'lead' END AS level,
  r.ring_id, r.kind, r.members, r.places, r.sessions, r.most, CAST(r.lockstep AS DECIMAL(9,4)) AS lockstep, CAST(r.gap AS DECIMAL(9,1)) AS median_seconds,
  r.met, CAST(r.expected AS DECIMAL(16,2)) AS expected, r.label, r.labelled, r.first_day, r.last_day
FROM used u
JOIN ring r ON r.ring_id = u.ring_id
WHERE r.kind = 'cards'  -- 一起刷卡的群组 | A ring of cards
  AND r.members >= $min_members    -- 人数达到限度 | Enough people
  AND r.sessions >= $min_sessions  -- 同时出现的次数达到限度 | Seen together often enough
