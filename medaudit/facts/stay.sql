/*
[grain]
zh = "每次住院一行：中途结算、跨年结算合为一次"
en = "one row per hospital stay; interim and year-end settlements are one stay"
[columns]
stay_id = { zh = "住院：就诊ID，没有时为首笔结算ID", en = "the stay: its mdtrt_id, else the setl_id of its first settlement" }
setl_id = { zh = "最后一笔结算", en = "its last settlement" }
admitted = { zh = "入院日期", en = "day of admission" }
discharged = { zh = "出院日期", en = "day of discharge" }
nights = { zh = "住院天数（计入不计出）", en = "nights" }
bed_days = { zh = "可收床位天数：nights，当日出院为 1", en = "days a bed may be charged: nights, 1 for a day case" }
settlements = { zh = "结算笔数", en = "how many settlements" }
*/
WITH part AS (
  SELECT v.*,
         row_number() OVER (PARTITION BY stay_id ORDER BY enddate DESC, setl_id DESC) AS from_last,
         row_number() OVER (PARTITION BY stay_id ORDER BY begndate, setl_id) AS from_first
  FROM visit v
  WHERE v.stay_id IS NOT NULL
), whole AS (
  SELECT stay_id, max(CASE WHEN from_last = 1 THEN setl_id END) AS setl_id,
         max(person_id) AS person_id, max(psn_no) AS psn_no, max(psn_name) AS psn_name, max(gend) AS gend,
         min(age) AS age, max(fixmedins_code) AS fixmedins_code, max(fixmedins_name) AS fixmedins_name,
         max(hosp_lv) AS hosp_lv, max(admdvs) AS admdvs, max(payment_way) AS payment_way,
         max(CASE WHEN from_last = 1 THEN med_type END) AS med_type,
         min(begndate) AS admitted, max(enddate) AS discharged,
         coalesce(max(CASE WHEN from_last = 1 THEN main_dx END), max(main_dx)) AS main_dx,
         coalesce(max(CASE WHEN from_last = 1 THEN dise_name END), max(dise_name)) AS dise_name,
         coalesce(max(CASE WHEN from_first = 1 THEN dept END), max(dept)) AS dept, max(bed) AS bed,
         max(CASE WHEN from_last = 1 THEN dscg_way END) AS dscg_way,
         max(CASE WHEN from_first = 1 THEN adm_way END) AS adm_way,
         coalesce(max(CASE WHEN from_last = 1 THEN dr_codg END), max(dr_codg)) AS dr_codg,
         bool_or(readmission_planned) AS readmission_planned,
         CAST(count(*) AS INTEGER) AS settlements,
         -- Medical assistance (setl_type 3) settles the same charges a second time.
         CAST(sum(CASE WHEN setl_type = '3' THEN 0 ELSE charge END) AS DECIMAL(16,2)) AS charge,
         CAST(sum(CASE WHEN setl_type = '3' THEN 0 ELSE scope_amount END) AS DECIMAL(16,2)) AS scope_amount,
         CAST(sum(fund_money) AS DECIMAL(16,2)) AS fund_money
  FROM part
  GROUP BY stay_id
)
SELECT w.*, substr(w.main_dx, 1, 3) AS icd3,
       CAST(date_diff('day', w.admitted, w.discharged) AS INTEGER) AS nights,
       CAST(greatest(date_diff('day', w.admitted, w.discharged), 1) AS INTEGER) AS bed_days
FROM whole w
