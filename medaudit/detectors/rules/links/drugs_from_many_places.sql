/*
code        = "LNK04"
status      = "stable"
level       = "lead"
subject     = "patient"
key         = ["person_id", "drug"]
responsible = ["patient"]
basis       = ["条例 17", "条例 41(3)"]
prior       = 0.5
[title]
zh = "一种药找多位医师、多家机构取"
en = "One drug from many prescribers and places"
[message]
zh = "{since} 至 {until}，{drug_name} 由 {doctors} 位医师开、从 {places} 家机构取 {fills} 次，可用 {supplied} 天，为实际天数的 {supply_ratio} 倍；取同一种药的人（{peers} 人）平均去 {usual_places} 家"
en = "From {since} to {until} {drug_name} was ordered by {doctors} doctors and fetched {fills} times at {places} places: {supplied} days of supply, {supply_ratio} times the days gone by; the {peers} people who fetch it go to {usual_places} places on average"
[benign]
zh = "一家机构缺货而辗转购买；家属分别代购；住所与工作地不同；药店连锁的几家门店；同一医联体内转诊。"
en = "A place out of stock; relatives buying in turn; home and work in different towns; branches of one chain; referrals within one hospital group."
[next]
zh = "核对各处处方与病历是否互不知情、剂量是否相加过量；询问本人药在哪里、由谁服用；查追溯码是否回流。"
en = "See whether the prescribers knew of one another and what the doses come to; ask the person where the drugs are and who takes them; check trace codes for resale."
[params.window_days]
default = 180
unit = "day"
min = 1
help = { zh = "看多少天之内", en = "within how many days" }
source = { zh = "药房质量联盟（PQA）阿片多重来源指标：180 天", en = "the Pharmacy Quality Alliance's measure of multiple sources of opioids: 180 days" }
[params.min_places]
default = 4
unit = "institution"
min = 2
help = { zh = "至少从几家机构取药", en = "places it must be fetched at" }
source = { zh = "同上：4 家药店", en = "the same: 4 pharmacies" }
[params.min_doctors]
default = 4
unit = "person"
help = { zh = "至少几位医师开药；药店明细没有医师时只看机构", en = "prescribers there must be; where pharmacies name none, places alone count" }
source = { zh = "同上：4 位医师", en = "the same: 4 prescribers" }
[params.min_ratio]
default = 1.2
unit = "times"
help = { zh = "可用天数至少为实际天数的几倍", en = "days of supply over days gone by, at least" }
source = { zh = "药物持有率（MPR）超过 1.2 视为过量的惯例", en = "the custom of taking a medication possession ratio over 1.2 as excess" }
[params.min_sd]
default = 3
unit = "times"
help = { zh = "机构数至少高出同药人群平均几个标准差", en = "standard deviations above the mean places of those who fetch the drug" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH fill AS (
  SELECT d.person_id, d.drug, d.fixmedins_code, d.day, d.setl_id, max(CASE WHEN p.dr_codg IS NULL THEN d.dr_codg END) AS doctor, sum(d.charge) AS charge, max(d.supply) AS supply
  FROM dispensed d
  LEFT JOIN placeholder_doctor p ON p.dr_codg = d.dr_codg
  WHERE d.source <> 'discharge'  -- 在门诊或药店取药 | Fetched as an outpatient or at a pharmacy
    AND d.med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
  GROUP BY d.person_id, d.drug, d.fixmedins_code, d.day, d.setl_id
),
fetched AS (
  SELECT f.person_id, f.drug, CASE WHEN r.person_id IS NULL THEN 0 ELSE 1 END AS registered, count(DISTINCT f.fixmedins_code) AS places
  FROM fill f LEFT JOIN (SELECT person_id FROM registration GROUP BY person_id) r ON r.person_id = f.person_id
  GROUP BY f.person_id, f.drug, CASE WHEN r.person_id IS NULL THEN 0 ELSE 1 END
),
usual AS (
  -- who fetches the drug, with a chronic registration or without
  SELECT drug, registered, count(*) AS peers, CAST(sum(places) AS DOUBLE) / nullif(count(*), 0) AS mean, CAST(sum(CAST(places AS DOUBLE) * places) AS DOUBLE) / nullif(count(*), 0) AS square
  FROM fetched GROUP BY drug, registered
),
wide AS (
  SELECT f.person_id, f.drug, u.peers, u.mean, sqrt(greatest(u.square - CAST(u.mean AS DOUBLE) * u.mean, 0.01)) AS sd FROM fetched f
  JOIN usual u ON u.drug = f.drug AND u.registered = f.registered WHERE f.places >= $min_places
),
frame AS (
  SELECT a.person_id, a.drug, a.day AS until, min(b.day) AS since, count(DISTINCT b.fixmedins_code) AS places, count(DISTINCT b.doctor) AS doctors,
    count(*) AS fills, sum(b.supply) AS supplied, count(b.doctor) AS named
  FROM (SELECT DISTINCT f.person_id, f.drug, f.day FROM fill f JOIN wide w ON w.person_id = f.person_id AND w.drug = f.drug) a
  JOIN fill b ON b.person_id = a.person_id AND b.drug = a.drug AND date_diff('day', b.day, a.day) BETWEEN 0 AND $window_days - 1
  GROUP BY a.person_id, a.drug, a.day
),
judged AS (
  SELECT f.*, w.peers, w.mean, w.sd, CAST(f.supplied AS DOUBLE) / greatest(date_diff('day', f.since, f.until) + 1, 30) AS supply_ratio
  FROM frame f JOIN wide w ON w.person_id = f.person_id AND w.drug = f.drug
),
widest AS (
  SELECT j.*, row_number() OVER (PARTITION BY person_id, drug ORDER BY places DESC, fills DESC, until) AS place FROM judged j
  WHERE j.places >= $min_places                          -- 机构够多 | Enough places
    AND (j.doctors >= $min_doctors OR j.named = 0)       -- 医师够多 | Enough prescribers
    AND j.supply_ratio >= $min_ratio                     -- 药多于用得完的 | More than can be used up
    AND j.places >= j.mean + CAST($min_sd AS DOUBLE) * j.sd              -- 远多于取同药的人 | Far more places than others who fetch it
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, v.begndate AS occurred_on,
  CAST(CAST(f.charge AS DOUBLE) * greatest(1 - CAST(1 AS DOUBLE) / nullif(w.supply_ratio, 0), 0) AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.95, 0.3 + CAST(w.places - $min_places AS DOUBLE) / 10 + CAST(w.supply_ratio - 1 AS DOUBLE) / 5) AS DOUBLE) AS strength,
  w.person_id, w.drug, i.drug_name, w.places, CASE WHEN w.named > 0 THEN w.doctors END AS doctors, w.fills, CAST(w.supplied AS INTEGER) AS supplied, CAST(w.supply_ratio AS DECIMAL(9,2)) AS supply_ratio,
  w.since, w.until, w.peers, CAST(w.mean AS DECIMAL(9,2)) AS usual_places
FROM widest w
JOIN fill f ON f.person_id = w.person_id AND f.drug = w.drug AND f.day BETWEEN w.since AND w.until
JOIN visit v ON v.setl_id = f.setl_id
JOIN (SELECT coalesce(generic_code, med_list_codg) AS drug, min(item_name) AS drug_name FROM item GROUP BY coalesce(generic_code, med_list_codg)) i ON i.drug = w.drug
WHERE w.place = 1  -- 机构最多的一段时间 | The stretch with the most places
