/*
code        = "LNK05"
status      = "stable"
level       = "lead"
subject     = "ring"
key         = ["ring_id"]
responsible = ["patient", "institution"]
basis       = ["条例 15", "条例 38(2)", "条例 40(1)"]
prior       = 0.4
[title]
zh = "一批人辗转多家机构"
en = "People toured from place to place"
[message]
zh = "同一批 {members} 人先后在 {places} 家机构同时就医或住院，共 {sessions} 次，一次最多 {most} 人 {label}"
en = "The same {members} people were seen or admitted together at {places} institutions one after another, {sessions} times, up to {most} at a time{label}"
[benign]
zh = "统一转院；同一病种的随访班；单位体检；同村人结伴看病。"
en = "A transfer of all; a follow-up class of one disease; an employer's check-ups; villagers going together."
[next]
zh = "查谁组织、谁接送、有无返现；比对各机构的诊断、检查是否重复；逐人核实是否本人就医。"
en = "Ask who organised and drove them and whether cash came back; compare diagnoses and tests between the institutions; verify each person was there."
[params.min_places]
default = 2
unit = "institution"
min = 2
help = { zh = "至少几家机构", en = "institutions there must be" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH used AS (
  SELECT u.ring_id, v.setl_id, v.psn_no, v.fixmedins_code, v.begndate, v.charge
  FROM ring_use u
  JOIN visit v ON v.setl_id = u.setl_id  -- 与群组同时就医 | Seen with the ring
  GROUP BY u.ring_id, v.setl_id, v.psn_no, v.fixmedins_code, v.begndate, v.charge
)
SELECT u.setl_id, u.psn_no, u.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, u.begndate AS occurred_on, CAST(u.charge AS DECIMAL(16,2)) AS charge_amount,
  r.strength, r.ring_id, r.kind, r.members, r.places, r.sessions, r.most, CAST(r.lockstep AS DECIMAL(9,4)) AS lockstep, r.label, r.first_day, r.last_day
FROM used u
JOIN ring r ON r.ring_id = u.ring_id
WHERE r.kind = 'tour'  -- 辗转多家机构的群组 | People toured from place to place
  AND r.places >= $min_places  -- 机构达到限度 | Enough institutions
