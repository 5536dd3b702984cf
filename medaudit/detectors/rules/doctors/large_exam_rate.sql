/*
code        = "DOC09"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "fixmedins_code", "month"]
responsible = ["doctor"]
basis       = ["条例 38(2)", "ZB10000205005000", "ZB10000205006000"]
prior       = 0.6
needs       = ["settlement.atddr_no", "fee_item"]

[title]
zh = "医师大型检查使用率超出上下限"
en = "A doctor's use rate of large examinations outside the limits"

[message]
zh = "{month} 出院的 {compared_stays} 次住院，大型检查使用率 {percent}%，同类 {peers} 位医师同病种为 {peer_percent}%"
en = "{compared_stays} stays that ended in {month}: use rate of large examinations {percent}%, {peer_percent}% among {peers} peers with the same case groups"

[benign]
zh = "神经、骨科、肿瘤等专业本来多用；入院即做、由急诊医师开单；设备新装或故障停用；同病种内疑难病例多"
en = "Neurology, orthopaedics and oncology use them more; ordered by the emergency room on admission; a machine newly installed or out of order; more unclear cases within the same case groups"

[next]
zh = "抽查大型检查的指征和阳性率；看短期内是否重复做、门诊已做又做"
en = "Sample the indications and the share of positive results; look for repeats within days and for examinations already done as an out-patient"

[params.upper]
default = 1.5
unit = "times"
help = { zh = "上限：大型检查使用率达到同类医师同病种的多少倍", en = "Upper limit: use rate of large examinations of at least so many times the peers' for the same case groups" }
source = { zh = "聊城的上下限按医院分别设定，未见公布；本工具改为与同类相比，倍数为本工具的设定", en = "Liaocheng set upper and lower limits hospital by hospital and did not publish them; here they are relative to peers, the factor set by this tool" }

[params.lower]
default = 0.5
unit = "times"
help = { zh = "下限：大型检查使用率不超过同类医师同病种的多少倍；0 为不设下限", en = "Lower limit: use rate of large examinations of at most so many times the peers'; 0 for none" }
source = { zh = "同上限", en = "as for the upper limit" }

[params.points]
default = 0.15
unit = "share"
help = { zh = "与同类至少相差多少（0.05 即 5 个百分点）", en = "Least difference from the peers (0.05 is 5 percentage points)" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.sigma]
default = 3
unit = "times"
help = { zh = "与同类之差至少是标准差的多少倍，标准差计入本人住院次数", en = "Least difference in standard deviations, which allow for the number of stays" }
source = { zh = "统计稽核通行的三倍标准差；次数少时标准误大，不易超过", en = "three standard deviations, as usual in statistical audits; few stays have a large standard error and seldom pass" }

[params.min_stays]
default = 10
unit = "visit"
help = { zh = "当月至少多少次可比的住院", en = "Least comparable stays in the month" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_peers]
default = 5
unit = "doctor"
help = { zh = "至少多少位同类医师", en = "Least number of peers" }
source = { zh = "本工具的设定，无全国依据；同类少于此数时不比较", en = "set by this tool; no national source; with fewer peers nothing is compared" }

[params.examples]
default = 10
unit = "settlement"
help = { zh = "列出偏离最大的多少笔住院结算，至多 100 笔", en = "How many settlements to list, those that differ most; 100 at most" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
SELECT e.setl_id, e.psn_no, d.fixmedins_code, d.dr_codg, e.discharged AS occurred_on, CAST(0 AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.6, 0.2 + CAST(0.05 AS DOUBLE) * (abs(d.z) - $sigma)) AS DOUBLE) AS strength,
  d.month, d.stays, d.compared_stays, d.peers, d.percent, d.peer_percent, d.deviations
FROM doctor_month d
JOIN doctor_example e ON e.indicator = 'large_exam' AND e.indicator = d.indicator AND e.dr_codg = d.dr_codg
  AND e.fixmedins_code = d.fixmedins_code AND e.peer_group = d.peer_group AND e.month = d.month
WHERE d.indicator = 'large_exam'  -- 大型检查使用率：做过 CT、磁共振、PET、核医学显像或血管造影的住院占比（按随附清单的项目名称识别） | Share of stays with CT, MR, PET, nuclear imaging or angiography, told by the names of the shipped list
  AND d.compared_stays >= $min_stays  -- 可比的住院够多 | Enough comparable stays
  AND d.peers >= $min_peers  -- 同类医师够多 | Enough peers
  AND d.expected_share > 0  -- 同类医师同病种也有这项费用 | Peers with the same case groups have such charges too
  AND (d.share >= CAST($upper AS DOUBLE) * d.expected_share OR d.share <= CAST($lower AS DOUBLE) * d.expected_share)  -- 高于上限或低于下限 | Above the upper limit or below the lower one
  AND abs(d.share - d.expected_share) >= $points  -- 相差的百分点够大 | A difference of enough percentage points
  AND abs(d.z) >= $sigma  -- 超出同类之间的差异和偶然性 | Beyond what peers differ by and chance explains
  AND e.place <= $examples  -- 只列偏离最大的几笔 | Only those that differ most are listed
