/*
[grain]
zh = "每家机构、每个有住院患者过夜的日期一行"
en = "one row per institution and date on which in-patients stayed overnight"
[columns]
day = { zh = "日期：当晚在院", en = "the date: in hospital that night" }
in_patients = { zh = "当晚在院的住院人数", en = "people in hospital that night" }
in_beds = { zh = "其中占用编制床位的人数：不计新生儿、透析、日间手术和安宁疗护", en = "of them in registered beds: newborns, dialysis, day surgery and hospice care set aside" }
bed_cnt = { zh = "登记床位数", en = "registered beds" }
*/
WITH apart AS (
  SELECT setl_id FROM exclusion
  WHERE reason IN ('newborn', 'dialysis', 'day_surgery', 'hospice')
  GROUP BY setl_id
), night AS (
  -- The day of discharge is no night, and whoever is in two stays at once lies in one bed.
  SELECT d.fixmedins_code, d.day, d.person_id, max(CASE WHEN a.setl_id IS NULL THEN 1 ELSE 0 END) AS takes_bed
  FROM stay_day d
  LEFT JOIN apart a ON a.setl_id = d.setl_id
  WHERE NOT d.is_last
  GROUP BY d.fixmedins_code, d.day, d.person_id
), counted AS (
  SELECT fixmedins_code, day, count(*) AS in_patients, sum(takes_bed) AS in_beds
  FROM night
  GROUP BY fixmedins_code, day
)
SELECT n.fixmedins_code, n.day, CAST(n.in_patients AS INTEGER) AS in_patients, CAST(n.in_beds AS INTEGER) AS in_beds, i.bed_cnt
FROM counted n
LEFT JOIN institution i ON i.fixmedins_code = n.fixmedins_code
