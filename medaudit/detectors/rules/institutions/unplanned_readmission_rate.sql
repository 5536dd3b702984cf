/*
code        = "INS07"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "year"]
responsible = ["institution"]
basis       = ["ZB10000205008000"]
prior       = 0.2
needs       = []

[title]
zh = "机构 31 天内非计划再住院率高于同类"
en = "Rate of unplanned readmission within 31 days above the peers'"

[message]
zh = "{year} 年 {compared_stays} 次住院，31 天内非计划再住院率 {percent}%，同类 {peers} 家机构同病种为 {peer_percent}%"
en = "{compared_stays} stays of {year}: rate of unplanned readmission within 31 days {percent}%, {peer_percent}% at {peers} peers with the same case groups"

[benign]
zh = "慢性病终末期患者多；计划再住院没有登记；周边没有可承接的机构，病情反复都回本院"
en = "More patients at the end of a chronic illness; planned returns not registered; nowhere else to go when the illness comes back"

[next]
zh = "逐份看列出的住院：前次是否达到出院标准、再住院诊断是否相同；与分解住院线索合看"
en = "Read the stays listed: were discharge criteria met, is the diagnosis the same; look at them together with split admissions"

[params.ratio]
default = 1.5
unit = "times"
help = { zh = "31 天内非计划再住院率达到同类机构同病种的多少倍", en = "Rate of unplanned readmission within 31 days of at least so many times the peers' for the same case groups" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.points]
default = 0.03
unit = "share"
help = { zh = "与同类至少相差多少（0.05 即 5 个百分点）", en = "Least difference from the peers (0.05 is 5 percentage points)" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.sigma]
default = 3
unit = "times"
help = { zh = "偏离同类至少是标准差的多少倍，标准差计入本院住院次数", en = "Least distance from the peers in standard deviations, which allow for the number of stays" }
source = { zh = "统计稽核通行的三倍标准差；次数少时标准误大，不易超过", en = "three standard deviations, as usual in statistical audits; few stays have a large standard error and seldom pass" }

[params.min_stays]
default = 30
unit = "visit"
help = { zh = "一年至少多少次可比的住院", en = "Least comparable stays in the year" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

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
help = { zh = "列出偏离最大的多少笔住院结算，至多 100 笔", en = "How many settlements to list, those that differ most; 100 at most" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
SELECT e.setl_id, e.psn_no, i.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, e.discharged AS occurred_on,
  CAST(0 AS DECIMAL(16,2)) AS charge_amount, CAST(least(0.6, 0.2 + CAST(0.05 AS DOUBLE) * (i.z - $sigma)) AS DOUBLE) AS strength,
  i.year, i.stays, i.compared_stays, i.peers, i.percent, i.peer_percent, i.deviations
FROM institution_share i
JOIN institution_example e ON e.indicator = 'readmission' AND e.indicator = i.indicator AND e.fixmedins_code = i.fixmedins_code
  AND e.peer_group = i.peer_group AND e.year = i.year
WHERE i.indicator = 'readmission'  -- 非计划再入院率：31 天内又住进本院的出院占比，化疗、透析、转院、计划再住院等不计 | Share of discharges followed by a stay here within 31 days; chemotherapy, dialysis, transfers, planned returns and the like are left out
  AND i.compared_stays >= $min_stays  -- 可比的住院够多 | Enough comparable stays
  AND i.compared_stays >= CAST($min_compared AS DOUBLE) * i.stays  -- 多数病种有同类可比 | Peers treat most of its case groups too
  AND i.peers >= $min_peers  -- 同类机构够多 | Enough peers
  AND i.expected_share > 0  -- 同类机构同病种也有这项费用 | Peers with the same case groups have it too
  AND i.share >= CAST($ratio AS DOUBLE) * i.expected_share  -- 达到同类的若干倍 | So many times the peers'
  AND i.share - i.expected_share >= $points  -- 相差的百分点够大 | A difference of enough percentage points
  AND i.z >= $sigma  -- 超出同类之间的差异和偶然性 | Beyond what peers differ by and chance explains
  AND e.place <= $examples  -- 只列偏离最大的几笔 | Only those that differ most are listed
