/*
code        = "LNK03"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "fixmedins_code"]
responsible = ["doctor", "institution"]
basis       = ["条例 15", "条例 38(2)", "条例 40(1)"]
prior       = 0.5
[title]
zh = "医师的患者集中到一家药店"
en = "A doctor's patients go to one pharmacy"
[message]
zh = "{seen} 人次门诊中 {sent} 人次当天到这家药店购药（{sent_share}%），按 {reference} 其他医师的患者只应有 {expected} 人次，至少是应有的 {eb05} 倍 {label}"
en = "Of {seen} patient-days {sent} went to this pharmacy the same day ({sent_share} %); by the patients of other doctors of the {reference} it would be {expected}, at least {eb05} times as many{label}"
[benign]
zh = "医院门口唯一的药店；双通道药店供应医院没有的药；医师在药店坐诊或长处方由其固定延续；患者住处离药店近。"
en = "The only pharmacy at the hospital's gate; a designated pharmacy with drugs the hospital lacks; a doctor who also sits at the pharmacy or carries on long prescriptions; patients who live next to it."
[next]
zh = "比对这些处方的药品与价格、医院是否有同类药；询问患者是谁叫去这家药店的；查医师及亲属与药店的资金和股权往来。"
en = "Compare drugs and prices with what the hospital stocks; ask patients who sent them there; look for money or ownership between the doctor's family and the pharmacy."
[params.min_sent]
default = 10
unit = "visit"
help = { zh = "至少多少人次到该药店", en = "patient-days that must have gone there" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_share]
default = 0.02
unit = "share"
help = { zh = "至少占该医师门诊人次的比例", en = "least share of the doctor's patient-days" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.min_times]
default = 2
unit = "times"
help = { zh = "下限（EB05）至少为应有的几倍", en = "how many times the expected the lower bound (EB05) must be" }
source = { zh = "DuMouchel 1999 用于药物警戒的界限", en = "the bound of DuMouchel 1999 in drug safety" }
*/
SELECT v.setl_id, v.psn_no, s.fixmedins_code, s.dr_codg, v.begndate AS occurred_on,
  -- what lies beyond the comparable doctors'
  CAST(CAST(v.charge AS DOUBLE) * greatest(1 - CAST(p.expected AS DOUBLE) / nullif(p.sent, 0), 0) AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.95, 0.4 + CAST(p.sent AS DOUBLE) / nullif(p.seen, 0) + CASE WHEN p.eb05 >= 10 THEN 0.2 ELSE 0 END)
       -- a pharmacy that everybody goes to is the likelier to be near or to have the drug
       * CASE WHEN p.label IS NULL THEN 1 ELSE 0.5 END AS DOUBLE) AS strength,
  p.sent, p.seen, CAST(100 * CAST(p.sent AS DOUBLE) / nullif(p.seen, 0) AS DECIMAL(9,1)) AS sent_share, CAST(p.expected AS DECIMAL(16,2)) AS expected, p.reference,
  CAST(p.eb05 AS DECIMAL(16,1)) AS eb05, CAST(p.ratio AS DECIMAL(16,1)) AS ratio, p.label
FROM steering p
JOIN sent_sale s ON s.dr_codg = p.dr_codg AND s.fixmedins_code = p.fixmedins_code  -- 当天在药店购药 | Bought at the pharmacy the same day
JOIN visit v ON v.setl_id = s.setl_id
WHERE p.sent >= $min_sent                                    -- 人次达到限度 | Enough patients
  AND CAST(p.sent AS DOUBLE) >= CAST(p.seen AS DOUBLE) * $min_share          -- 占门诊人次达到限度 | Enough of the doctor's patients
  AND p.eb05 >= $min_times                                   -- 远多于同院、同科、同地区医师 | Far more than comparable doctors
