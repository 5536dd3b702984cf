/*
code        = "INS08"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "year"]
responsible = ["institution"]
basis       = ["条例 15"]
prior       = 0.2
needs       = []

[title]
zh = "人次人头比高于同类"
en = "More stays per head than peers"

[message]
zh = "{year} 年 {heads} 人住院 {compared_stays} 次，每百人 {visits_per_100} 人次（同类同病种 {peer_visits_per_100}，{peers} 家）；次均费用 {case_cost} 元，同类 {peer_case_cost} 元"
en = "{heads} people, {compared_stays} stays in {year}: {visits_per_100} per 100 people ({peer_visits_per_100} at {peers} peers with the same case groups); {case_cost} yuan a stay, {peer_case_cost} at peers"

[benign]
zh = "慢性病终末期患者多；唯一可住院的机构，病情反复都回本院；分期治疗没有标明；按床日结算或中途结算分成几笔"
en = "More patients at the end of a chronic illness; the only hospital around, to which people return; staged treatment not marked; long stays settled in parts"

[next]
zh = "把列出的再次住院与前次对照，看是否分解住院、轻症反复住院；次均费用低于同类而人次多的，看是否为控制次均费用而拆分"
en = "Compare the stays listed with the earlier ones: split admissions, mild illness again and again; many stays that are cheap each may have been cut to keep the cost per stay down"

[params.ratio]
default = 1.15
unit = "times"
help = { zh = "人次人头比达到同类机构同病种的多少倍", en = "Stays per head of at least so many times the peers' for the same case groups" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.sigma]
default = 3
unit = "times"
help = { zh = "偏离同类至少是标准差的多少倍，标准差计入本院住院次数", en = "Least distance from the peers in standard deviations, which allow for the number of stays" }
source = { zh = "统计稽核通行的三倍标准差；次数少时标准误大，不易超过", en = "three standard deviations, as usual in statistical audits; few stays have a large standard error and seldom pass" }

[params.min_heads]
default = 30
unit = "person"
help = { zh = "一年至少多少人可比", en = "Least people in the year that can be compared" }
source = { zh = "本工具的设定，无全国依据；丽水的双控对住院量少的机构另行对待", en = "set by this tool; no national source; Lishui's double control treats hospitals with few stays with care" }

[params.min_compared]
default = 0.5
unit = "share"
help = { zh = "可比的住院至少占多少；专科医院多数病种没有同类，不比", en = "Least share of stays that can be compared; most of a special hospital's cannot" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_peers]
default = 5
unit = "institution"
help = { zh = "至少多少家同类机构", en = "Least number of peers" }
source = { zh = "本工具的设定，无全国依据；同类少于此数时不比较", en = "set by this tool; no national source; with fewer peers nothing is compared" }

[params.examples]
default = 20
unit = "settlement"
help = { zh = "列出多少笔再次住院的结算", en = "How many settlements of returning people to list" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH again AS (
  -- Stays of people who had been here that year with the same case group, the dearest first; none is wrong by that.
  SELECT s.fixmedins_code, s.year, s.setl_id, s.psn_no, s.discharged,
    row_number() OVER (PARTITION BY s.fixmedins_code, s.year ORDER BY c.part DESC, s.stay_id) AS place
  FROM stay_share s
  JOIN stay_share c ON c.indicator = 'case_cost' AND c.stay_id = s.stay_id
  JOIN institution_share i ON i.indicator = s.indicator AND i.fixmedins_code = s.fixmedins_code AND i.year = s.year
  WHERE s.indicator = 'visits' AND s.whole = 0  -- 同年同病种组的再次住院；化疗、透析、精神、计划再住院等不计 | Returned in the same year with the same case group; chemotherapy, dialysis, psychiatry, planned returns and the like are left out
    AND i.z >= $sigma
)
SELECT a.setl_id, a.psn_no, i.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, a.discharged AS occurred_on,
  CAST(0 AS DECIMAL(16,2)) AS charge_amount,
  -- Many stays that cost as much each as elsewhere, or more, weigh more than many cheap ones.
  CAST(least(0.6, CASE WHEN c.share >= c.expected_share THEN 0.35 ELSE 0.2 END + CAST(0.05 AS DOUBLE) * (i.z - $sigma)) AS DOUBLE) AS strength,
  i.year, i.stays, i.compared_stays, i.peers,
  CAST(floor(CAST(i.compared_stays AS DOUBLE) / nullif(i.share, 0) + 0.5) AS INTEGER) AS heads,
  CAST(floor(CAST(i.share AS DOUBLE) * 100 + 0.5) AS INTEGER) AS visits_per_100,
  CAST(floor(CAST(i.expected_share AS DOUBLE) * 100 + 0.5) AS INTEGER) AS peer_visits_per_100,
  CAST(c.share AS DECIMAL(16,2)) AS case_cost, CAST(c.expected_share AS DECIMAL(16,2)) AS peer_case_cost, i.deviations
FROM institution_share i
JOIN institution_share c ON c.indicator = 'case_cost' AND c.fixmedins_code = i.fixmedins_code AND c.peer_group = i.peer_group AND c.year = i.year
JOIN again a ON a.fixmedins_code = i.fixmedins_code AND a.year = i.year
WHERE i.indicator = 'visits'  -- 人次人头比：住院人次比住院人数 | Stays over people
  AND i.compared_stays >= CAST($min_heads AS DOUBLE) * i.share  -- 可比的人数够多 | Enough people that can be compared
  AND i.compared_stays >= CAST($min_compared AS DOUBLE) * i.stays  -- 多数病种有同类可比 | Peers treat most of its case groups too
  AND i.peers >= $min_peers  -- 同类机构够多 | Enough peers
  AND i.share >= CAST($ratio AS DOUBLE) * i.expected_share  -- 达到同类的若干倍 | So many times the peers'
  AND i.z >= $sigma  -- 超出同类之间的差异和偶然性 | Beyond what peers differ by and chance explains
  AND a.place <= $examples  -- 只列几笔再次住院 | Only some of the stays are listed
