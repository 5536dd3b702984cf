/*
code        = "DOC07"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "fixmedins_code", "month"]
responsible = ["doctor"]
basis       = ["条例 15"]
prior       = 0.6
needs       = ["settlement.atddr_no", "fee_item.chrgitm_lv|fee_item.inscp_amt"]

[title]
zh = "医师自费药品占比超出上下限"
en = "A doctor's share of self-paid drugs outside the limits"

[message]
zh = "{month} 出院的 {compared_stays} 次住院，自费药品占比 {percent}%，同类 {peers} 位医师同病种为 {peer_percent}%"
en = "{compared_stays} stays that ended in {month}: share of self-paid drugs {percent}%, {peer_percent}% among {peers} peers with the same case groups"

[benign]
zh = "肿瘤、罕见病等目录外药品无可替代；患者指定并签字；药品当月刚调出目录；比例低的，可能本来就少用"
en = "Nothing in the catalogue would do for a tumour or rare disease; chosen by the patient and signed for; a drug left the catalogue that month; a low share may be usual for the work"

[next]
zh = "列出所用自费药品，查是否有目录内同类药、有无知情同意，是否集中于个别品种或厂家"
en = "List the self-paid drugs, see whether the catalogue has their like, whether consent was signed, and whether they come down to a few products or makers"

[params.upper]
default = 1.5
unit = "times"
help = { zh = "上限：自费药品占比达到同类医师同病种的多少倍", en = "Upper limit: share of self-paid drugs of at least so many times the peers' for the same case groups" }
source = { zh = "聊城的上下限按医院分别设定，未见公布；本工具改为与同类相比，倍数为本工具的设定", en = "Liaocheng set upper and lower limits hospital by hospital and did not publish them; here they are relative to peers, the factor set by this tool" }

[params.lower]
default = 0.5
unit = "times"
help = { zh = "下限：自费药品占比不超过同类医师同病种的多少倍；0 为不设下限", en = "Lower limit: share of self-paid drugs of at most so many times the peers'; 0 for none" }
source = { zh = "同上限", en = "as for the upper limit" }

[params.points]
default = 0.05
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
JOIN doctor_example e ON e.indicator = 'self_drug' AND e.indicator = d.indicator AND e.dr_codg = d.dr_codg
  AND e.fixmedins_code = d.fixmedins_code AND e.peer_group = d.peer_group AND e.month = d.month
WHERE d.indicator = 'self_drug'  -- 自费药品占比：丙类药品费占药品费 | Charges of self-paid drugs over charges of all drugs
  AND d.compared_stays >= $min_stays  -- 可比的住院够多 | Enough comparable stays
  AND d.peers >= $min_peers  -- 同类医师够多 | Enough peers
  AND d.expected_share > 0  -- 同类医师同病种也有这项费用 | Peers with the same case groups have such charges too
  AND (d.share >= CAST($upper AS DOUBLE) * d.expected_share OR d.share <= CAST($lower AS DOUBLE) * d.expected_share)  -- 高于上限或低于下限 | Above the upper limit or below the lower one
  AND abs(d.share - d.expected_share) >= $points  -- 相差的百分点够大 | A difference of enough percentage points
  AND abs(d.z) >= $sigma  -- 超出同类之间的差异和偶然性 | Beyond what peers differ by and chance explains
  AND e.place <= $examples  -- 只列偏离最大的几笔 | Only those that differ most are listed
