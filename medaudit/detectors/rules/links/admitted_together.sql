/*
code        = "LNK02"
status      = "stable"
level       = "suspected"
subject     = "ring"
key         = ["ring_id"]
responsible = ["patient", "institution"]
basis       = ["条例 15", "条例 38(2)", "条例 40(1)"]
subsumes    = ["STY15"]
prior       = 0.6
[title]
zh = "结伴住院"
en = "Admitted together"
[message]
zh = "{members} 人在 {places} 家机构分 {sessions} 批结伴住院，一批最多 {most} 人 {bond}{label}"
en = "{members} people{bond} were admitted to {places} institutions in {sessions} batches, up to {most} at a time{label}"
[benign]
zh = "流感、食物中毒等聚集性疾病；体检或义诊后集中收治；扶贫、养老机构的统一安排；工地、学校的意外；一家人先后患病。"
en = "An outbreak of influenza or food poisoning; patients taken in after a screening; arrangements of a care home or a poverty scheme; an accident at a site or school; a family falling ill together."
[next]
zh = "比对同批人的入院记录、病程、检查和出院时间是否雷同，查接送车辆、减免自付和介绍人；到村、单位或养老机构逐人询问谁组织、为何住院。"
en = "See whether notes, tests and discharges of the batch are alike; look for transport, waived payments and go-betweens; ask at the village, employer or home who organised it and why."
[params.min_members]
default = 3
unit = "person"
min = 3
help = { zh = "群组至少几人", en = "people there must be in the ring" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_sessions]
default = 2
unit = "times"
help = { zh = "结伴住院至少几次", en = "times they must have come together" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH used AS (
  SELECT ring_id, setl_id FROM ring_use GROUP BY ring_id, setl_id
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, v.begndate AS occurred_on, CAST(v.charge AS DECIMAL(16,2)) AS charge_amount,
  r.strength, CASE WHEN r.label IS NOT NULL THEN 'lead' END AS level, v.stay_id,
  r.ring_id, r.kind, r.members, r.places, r.sessions, r.most, CAST(r.lockstep AS DECIMAL(9,4)) AS lockstep, r.met, r.bond, r.label, r.labelled, r.first_day, r.last_day
FROM used u
JOIN ring r ON r.ring_id = u.ring_id
JOIN visit v ON v.setl_id = u.setl_id  -- 群组结伴的住院 | A stay of the ring
WHERE r.kind = 'admissions'  -- 结伴住院的群组 | A ring of admissions
  AND r.members >= $min_members    -- 人数达到限度 | Enough people
  AND r.sessions >= $min_sessions  -- 结伴次数达到限度 | Together often enough
