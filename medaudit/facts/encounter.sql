/*
[grain]
zh = "每次就诊一行：住院一次，或同一就诊的门诊、药店结算"
en = "one row per encounter: a stay, or the out-patient or pharmacy settlements of one visit"
[columns]
kind = { zh = "stay 住院、visit 门诊（含慢特病）、sale 药店、other 其他", en = "stay, visit (out-patient, chronic too), sale (pharmacy) or other" }
dr_codg = { zh = "主治医师，占位编码为空", en = "attending doctor, NULL for fillers" }
day = { zh = "入院或就诊日期", en = "day of admission or visit" }
case_group = { zh = "病例组：就诊类别、主诊断前两位、是否手术、年龄段", en = "case group: kind, first two characters of the main diagnosis, operated or not, age band" }
charge = { zh = "总费用（元），医疗救助的二次结算不计", en = "charge, yuan; what medical assistance settles again is left out" }
lines_charge = { zh = "明细合计（元），没有明细为 0", en = "sum of the lines, yuan, 0 without any" }
drug = { zh = "药品（元）", en = "drugs, yuan" }
exam = { zh = "检查（元）", en = "examinations, yuan" }
test = { zh = "化验（元）", en = "tests, yuan" }
treatment = { zh = "治疗（元）", en = "treatment, yuan" }
consumable = { zh = "耗材（元）", en = "consumables, yuan" }
self_pay = { zh = "不在医保范围的金额（元）", en = "charges out of scope, yuan" }
items = { zh = "明细条数", en = "fee lines" }
*/
WITH told AS (
  SELECT v.*, CASE WHEN v.is_stay THEN 'stay' WHEN v.fixmedins_type = '2' OR v.setting = 'pharmacy' THEN 'sale'
                   WHEN v.setting IN ('outpatient', 'chronic') THEN 'visit' ELSE 'other' END AS kind,
         CASE WHEN p.dr_codg IS NULL THEN v.dr_codg END AS doctor
  FROM visit v
  LEFT JOIN placeholder_doctor p ON p.dr_codg = v.dr_codg
), billed AS (
  SELECT setl_id, sum(charge) AS charge, sum(CASE WHEN med_chrgitm_type IN ('09', '10', '11') THEN charge ELSE 0 END) AS drug,
         sum(CASE WHEN med_chrgitm_type = '03' THEN charge ELSE 0 END) AS exam, sum(CASE WHEN med_chrgitm_type = '04' THEN charge ELSE 0 END) AS test,
         sum(CASE WHEN med_chrgitm_type = '05' THEN charge ELSE 0 END) AS treatment,
         sum(CASE WHEN med_chrgitm_type = '08' THEN charge ELSE 0 END) AS consumable, sum(greatest(charge - scope_amount, 0)) AS self_pay,
         max(CASE WHEN med_chrgitm_type = '06' AND charge > 0 THEN 1 ELSE 0 END) AS operated, count(*) AS items
  FROM line GROUP BY setl_id
), whole AS (
  SELECT t.leg_id, max(t.kind) AS kind, t.person_id, t.fixmedins_code, max(t.doctor) AS dr_codg,
         min(t.begndate) AS day, max(t.enddate) AS last_day, min(t.age) AS age, max(t.main_dx) AS main_dx,
         CAST(sum(CASE WHEN coalesce(t.setl_type, '2') = '3' THEN 0 ELSE t.charge END) AS DECIMAL(16,2)) AS charge,
         CAST(sum(t.fund_money) AS DECIMAL(16,2)) AS fund_money, CAST(coalesce(sum(b.charge), 0) AS DECIMAL(16,2)) AS lines_charge,
         CAST(coalesce(sum(b.drug), 0) AS DECIMAL(16,2)) AS drug, CAST(coalesce(sum(b.exam), 0) AS DECIMAL(16,2)) AS exam,
         CAST(coalesce(sum(b.test), 0) AS DECIMAL(16,2)) AS test, CAST(coalesce(sum(b.treatment), 0) AS DECIMAL(16,2)) AS treatment,
         CAST(coalesce(sum(b.consumable), 0) AS DECIMAL(16,2)) AS consumable, CAST(coalesce(sum(b.self_pay), 0) AS DECIMAL(16,2)) AS self_pay,
         max(b.operated) AS operated, CAST(coalesce(sum(b.items), 0) AS INTEGER) AS items
  FROM told t LEFT JOIN billed b ON b.setl_id = t.setl_id
  GROUP BY t.leg_id, t.person_id, t.fixmedins_code
)
SELECT w.leg_id, w.kind, w.person_id, w.fixmedins_code, w.dr_codg, w.day, w.last_day,
       CAST(date_diff('day', w.day, w.last_day) AS INTEGER) AS nights,
       w.kind || '|' || CASE WHEN w.kind IN ('stay', 'visit') THEN coalesce(substr(w.main_dx, 1, 2), '-') ELSE '-' END
         || CASE WHEN w.kind = 'stay' AND w.operated = 1 THEN '+' ELSE '' END
         || '|' || CASE WHEN w.age < 1 THEN '0' WHEN w.age < 15 THEN '1' WHEN w.age < 45 THEN '15' WHEN w.age < 65 THEN '45'
                        WHEN w.age < 75 THEN '65' WHEN w.age >= 75 THEN '75' ELSE '-' END AS case_group,
       w.charge, w.fund_money, w.lines_charge,
       w.drug, w.exam, w.test, w.treatment, w.consumable, w.self_pay, w.items
FROM whole w
