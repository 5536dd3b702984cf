/*
code        = "DOC01"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg", "occurred_on"]
responsible = ["institution"]
basis       = ["条例 15", "条例 20"]
prior       = 0.6
needs       = ["fee_item.bilg_dr_codg"]
[title]
zh = "医师单日工作量异常"
en = "A doctor's impossible day"
[message]
zh = "{occurred_on} 门诊接诊 {patients} 人，短时集中 {rushed} 人，计时治疗 {therapy_hours} 小时"
en = "On {occurred_on}: {patients} out-patients, {rushed} of them in a rush, {therapy_hours} hours of therapy charged by time"
[benign]
zh = "科室或团队共用一个工号；网络中断后集中补录；计时治疗由多名治疗师分别执行；义诊、体检、疫苗等集中服务日；续方由助手代录；互联网诊疗。"
en = "A login shared by a department or team; entries made up after a network failure; therapy carried out by several therapists; a day of mass screening or free clinics; repeat prescriptions keyed in by an assistant; on-line care."
[next]
zh = "对照排班、挂号和叫号记录，抽查当日最集中时段的病历和处方，询问工号使用人。"
en = "Compare with the roster, registrations and call records, sample charts and prescriptions of the busiest minutes, and ask who used the login."
[params.max_patients]
default = 120
unit = "person"
help = { zh = "一名医师一天门诊人数上限", en = "out-patients one doctor can see in a day" }
source = { zh = "8 小时、每人 4 分钟；本地可按专科调整", en = "eight hours at four minutes each; adjust to the specialty" }
[params.burst_patients]
default = 10
unit = "person"
help = { zh = "短时段内接诊人数上限", en = "patients one doctor can see in the short interval" }
source = { zh = "2025-09-29 国家医保局通报的一分钟多张处方案例；数值为本系统取值", en = "several prescriptions a minute in a notice of the national bureau of 2025-09-29; the number is medaudit's own default" }
[params.burst_minutes]
default = 5
unit = "minute"
help = { zh = "短时段的分钟数", en = "length of the short interval" }
source = { zh = "同上", en = "as above" }
[params.max_hours]
default = 24
unit = "hour"
help = { zh = "一天计时治疗小时数上限", en = "hours of therapy charged by time in a day" }
source = { zh = "一天的物理上限", en = "a day has no more" }
[params.batch_patients]
default = 5
unit = "person"
help = { zh = "同一秒有更多人时视为批量时间戳", en = "a second shared by more patients is a batch time stamp" }
source = { zh = "本系统取值", en = "medaudit's own default" }
*/
WITH attended AS (
  -- the only pass over all lines; monitors and ventilators run by themselves, so only one-to-one therapy fills hours
  SELECT l.dr_codg, l.day, l.setl_id, min(l.person_id) AS person_id, min(l.psn_no) AS psn_no, min(l.fixmedins_code) AS fixmedins_code,
    bool_and(l.setting IN ('outpatient', 'chronic')) AS is_visit, min(l.fee_ocur_time) AS started, sum(l.charge) AS charge,
    sum(CASE WHEN i.is_rehab THEN CAST(l.cnt AS DOUBLE) * coalesce(i.unit_hours, 0) ELSE 0 END) AS hours,
    sum(CASE WHEN i.unit_hours > 0 AND i.is_rehab THEN l.charge ELSE 0 END) AS therapy_charge
  FROM line l
  JOIN item i ON i.med_list_codg = l.med_list_codg
  WHERE (l.setting IN ('outpatient', 'chronic') OR (i.unit_hours > 0 AND i.is_rehab))  -- 门诊就诊，或按时间计的康复治疗 | An outpatient visit, or rehabilitation charged by the time
    AND l.dr_codg IS NOT NULL  -- 写明了医师 | A doctor is named
    AND NOT EXISTS (SELECT 1 FROM placeholder_doctor x WHERE x.dr_codg = l.dr_codg)  -- 医师代码不是占位代码 | The code stands for a particular doctor
  GROUP BY l.dr_codg, l.day, l.setl_id
),
busy AS (
  SELECT dr_codg, day, count(DISTINCT CASE WHEN is_visit THEN person_id END) AS patients, sum(hours) AS therapy_hours
  FROM attended
  GROUP BY dr_codg, day
  HAVING count(DISTINCT CASE WHEN is_visit THEN person_id END) > least($max_patients, $burst_patients)
    OR sum(hours) > $max_hours  -- 当日人数超过短时人数上限，或计时小时超过一天上限 | More patients that day than may come in a rush, or more hours than a day allows
),
seen AS (
  SELECT e.dr_codg, e.day, e.setl_id, e.psn_no, e.fixmedins_code, e.started, e.charge, e.hours, e.therapy_charge, b.patients, b.therapy_hours,
    CAST(substr(CAST(e.started AS VARCHAR), 12, 2) AS INTEGER) * 3600 + CAST(substr(CAST(e.started AS VARCHAR), 15, 2) AS INTEGER) * 60
      + CAST(substr(CAST(e.started AS VARCHAR), 18, 2) AS INTEGER) AS clock,
    count(*) OVER (PARTITION BY e.dr_codg, e.day, e.started) AS same_second,
    CASE WHEN e.is_visit AND row_number() OVER (PARTITION BY e.dr_codg, e.day, e.person_id, e.is_visit ORDER BY e.started, e.setl_id) = 1
      THEN 1 ELSE 0 END AS is_new
  FROM attended e
  JOIN busy b ON b.dr_codg = e.dr_codg AND b.day = e.day
),
turn AS (
  -- a clock that stands at midnight or repeats one second for many is no clock
  SELECT dr_codg, day, setl_id, psn_no, fixmedins_code, charge, hours, therapy_charge, patients, therapy_hours, clock, is_new,
    sum(is_new) OVER (PARTITION BY dr_codg, day ORDER BY started, setl_id) AS patient_no,
    CASE WHEN is_new = 1 AND clock > 0 AND same_second <= $batch_patients THEN sum(CASE WHEN clock > 0 AND same_second <= $batch_patients
      THEN is_new ELSE 0 END) OVER (PARTITION BY dr_codg, day ORDER BY started, setl_id) END AS clock_no
  FROM seen
),
rush AS (
  SELECT t.dr_codg, t.day, t.setl_id, count(*) OVER (PARTITION BY t.dr_codg, t.day) AS rushed
  FROM turn t
  JOIN turn b ON b.dr_codg = t.dr_codg AND b.day = t.day AND b.clock_no = t.clock_no - $burst_patients
  WHERE t.clock - b.clock <= 60 * $burst_minutes
)
SELECT t.setl_id, t.psn_no, t.fixmedins_code, t.dr_codg, t.day AS occurred_on,
  -- what lies beyond the limit carries the money: later patients, or the share of hours above the bound
  CAST(CASE WHEN r.setl_id IS NOT NULL OR (t.is_new = 1 AND t.patient_no > $max_patients) THEN t.charge
    ELSE t.therapy_charge * (CAST(t.therapy_hours - $max_hours AS DOUBLE) / nullif(t.therapy_hours, 0)) END AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(1.0, CASE WHEN t.therapy_hours > $max_hours THEN 0.4 WHEN r.setl_id IS NOT NULL THEN 0.5 ELSE 0.3 END
    + greatest(0.0, CAST(t.patients AS DOUBLE) / nullif($max_patients, 0) - 1)) AS DOUBLE) AS strength,
  t.patients, coalesce(r.rushed, 0) AS rushed, t.therapy_hours
FROM turn t
LEFT JOIN rush r ON r.dr_codg = t.dr_codg AND r.day = t.day AND r.setl_id = t.setl_id
WHERE (t.is_new = 1 AND t.patient_no > $max_patients
    OR r.setl_id IS NOT NULL
    OR t.hours > 0 AND t.therapy_hours > $max_hours) -- 超过一天人数、短时人数或计时小时的上限 | Beyond the limit of patients a day, patients in minutes, or hours a day
