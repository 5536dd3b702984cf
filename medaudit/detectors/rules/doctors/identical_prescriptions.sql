/*
code        = "DOC04"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "month"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 20"]
prior       = 0.45
needs       = ["fee_item.bilg_dr_codg"]

[title]
zh = "多人处方雷同"
en = "The same prescription for many people"

[message]
zh = "{since} 至 {until}，给 {people} 人开了完全相同的 {drugs} 种药（数量也相同），占其间处方的 {share_of_visits}%"
en = "From {since} to {until} the same {drugs} drugs in the same quantities went to {people} people, {share_of_visits}% of the prescriptions then"

[benign]
zh = "流感等流行期按协定处方用药；社区义诊、集中随访统一配药；慢性病患者长期用药相同；套餐式处方模板未按人调整"
en = "An agreed prescription in an epidemic; a free clinic or follow-up day with one set of drugs; people on the same long-term drugs; a template not adapted to the patient"

[next]
zh = "抽查这些人的病历：诊断、主诉是否各不相同；电话询问是否就诊、是否拿到这些药；核对库存"
en = "Sample the records: do complaints and diagnoses differ; telephone and ask whether they came and got these drugs; check the stock"

[params.min_people]
default = 10
unit = "person"
help = { zh = "至少多少人处方完全相同", en = "Least people with the very same prescription" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.window_days]
default = 7
unit = "day"
help = { zh = "在多少天之内", en = "Within so many days" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_drugs]
default = 3
unit = "drug"
help = { zh = "处方至少几种药；一两种药雷同很常见", en = "Least drugs of a prescription; one or two alike are common" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.min_share]
default = 0.3
unit = "share"
help = { zh = "至少占其间该医师处方人数的多少；接诊量大的医师不因此入选", en = "Least share of the people the doctor prescribed for then; a busy doctor is not picked for being busy" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.common]
default = 3
unit = "institution"
help = { zh = "有这么多家机构也开过同样处方时，视为通行的协定处方", en = "Where so many institutions gave the same prescription it is taken for an agreed one" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH repeated AS (
  -- Long-term drugs of a chronic registration are renewed alike; herbal pieces are no part of a basket.
  SELECT dr_codg, basket
  FROM consultation
  WHERE setting = 'outpatient' AND basket IS NOT NULL AND drug_lines >= $min_drugs
  GROUP BY dr_codg, basket
  HAVING count(*) >= $min_people
),
agreed AS (
  SELECT r.basket, count(DISTINCT c.fixmedins_code) AS institutions
  FROM (SELECT DISTINCT basket FROM repeated) r
  JOIN consultation c ON c.basket = r.basket
  GROUP BY r.basket
),
each_time AS (
  SELECT c.*, row_number() OVER (PARTITION BY c.dr_codg, c.basket, c.person_id ORDER BY c.day, c.setl_id) AS turn
  FROM repeated r
  JOIN consultation c ON c.dr_codg = r.dr_codg AND c.basket = r.basket AND c.setting = 'outpatient'
),
lined_up AS (
  SELECT e.*, row_number() OVER (PARTITION BY dr_codg, basket ORDER BY day, setl_id) AS person_no
  FROM each_time e
  WHERE turn = 1
),
burst AS (
  -- The first days in which so many got it.
  SELECT b.dr_codg, b.basket, min(b.day) AS since
  FROM lined_up b
  JOIN lined_up t ON t.dr_codg = b.dr_codg AND t.basket = b.basket AND t.person_no = b.person_no + $min_people - 1
  WHERE date_diff('day', b.day, t.day) < $window_days
  GROUP BY b.dr_codg, b.basket
),
alike AS (
  SELECT l.*, b.since, count(*) OVER (PARTITION BY l.dr_codg, l.basket) AS people, max(l.day) OVER (PARTITION BY l.dr_codg, l.basket) AS until,
    row_number() OVER (PARTITION BY l.dr_codg, l.basket ORDER BY l.day, l.setl_id) AS place,
    min(v.icd3) OVER (PARTITION BY l.dr_codg, l.basket) <> max(v.icd3) OVER (PARTITION BY l.dr_codg, l.basket) AS several_diseases
  FROM burst b
  JOIN lined_up l ON l.dr_codg = b.dr_codg AND l.basket = b.basket AND date_diff('day', b.since, l.day) BETWEEN 0 AND $window_days - 1
  JOIN visit v ON v.setl_id = l.setl_id
),
meanwhile AS (
  SELECT a.dr_codg, a.basket, count(DISTINCT c.person_id) AS prescribed
  FROM alike a
  JOIN consultation c ON c.dr_codg = a.dr_codg AND c.day BETWEEN a.since AND a.until AND c.drug_lines > 0
  WHERE a.place = 1
  GROUP BY a.dr_codg, a.basket
)
SELECT a.setl_id, a.psn_no, a.fixmedins_code, a.dr_codg, a.day AS occurred_on,
  -- Somebody may have needed it: the first keeps it, the copies carry the money.
  CAST(CASE WHEN a.place = 1 THEN 0 ELSE a.drug_charge END AS DECIMAL(16,2)) AS charge_amount,
  -- One disease going round explains much, several diseases nothing.
  CAST(CASE WHEN a.several_diseases THEN 0.6 WHEN NOT a.several_diseases THEN 0.2 ELSE 0.4 END AS DOUBLE) AS strength,
  substr(CAST(a.since AS VARCHAR), 1, 7) AS month, a.since, a.until, a.people, a.drug_lines AS drugs, a.several_diseases,
  CAST(floor(CAST(a.people AS DOUBLE) / nullif(t.prescribed, 0) * 100 + 0.5) AS INTEGER) AS share_of_visits
FROM alike a
JOIN meanwhile t ON t.dr_codg = a.dr_codg AND t.basket = a.basket
JOIN agreed g ON g.basket = a.basket
WHERE a.people >= $min_people  -- 多人处方完全相同 | Many people got the very same
  AND a.people >= CAST($min_share AS DOUBLE) * t.prescribed  -- 占其间处方的相当部分 | A good part of the prescriptions then
  AND g.institutions < $common  -- 不是多家机构通行的协定处方 | Not an agreed prescription of several institutions
