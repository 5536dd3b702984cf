/*
[grain]
zh = "每次住院一行：按类别的费用，没有明细时为空"
en = "one row per stay: what it cost by class, NULL without fee lines"
[columns]
month = { zh = "出院月份", en = "month of discharge" }
year = { zh = "出院年度", en = "year of discharge" }
lines_charge = { zh = "明细金额合计（元）", en = "charge of its lines, yuan" }
drug = { zh = "药品费：西药、饮片、中成药（元）", en = "drugs, yuan" }
exam = { zh = "检查费（元）", en = "examinations, yuan" }
test = { zh = "化验费（元）", en = "laboratory tests, yuan" }
treatment = { zh = "治疗费（元）", en = "treatment, yuan" }
consumable = { zh = "卫生材料费（元）", en = "consumables, yuan" }
ct = { zh = "CT 检查费（元）", en = "CT, yuan" }
mr = { zh = "磁共振检查费（元）", en = "magnetic resonance, yuan" }
large_exams = { zh = "大型检查条数（CT、磁共振、PET、核医学显像、血管造影）", en = "lines of large examinations (CT, MR, PET, nuclear imaging, angiography)" }
self_pay = { zh = "不在政策范围内、由个人自负的费用（元）", en = "outside the insured scope and borne by the patient, yuan" }
self_drug = { zh = "自费药品费：丙类，或等级缺失且不在范围内（元）", en = "self-paid drugs: class C, or of unknown class and out of scope, yuan" }
is_operated = { zh = "有手术费", en = "whether there is a charge for an operation" }
case_group = { zh = "病种组：主诊断前两位与是否手术，主诊断缺失为空", en = "case group: the first two characters of the main diagnosis, and whether operated on; NULL without a diagnosis" }
peer_group = { zh = "同类：机构等级，中医与其他分开", en = "peers: level of the institution, Chinese medicine apart" }
*/
WITH named AS (
  -- Of several known names inside an item's name the longest says most; laboratory tests and films are no examination.
  SELECT i.med_list_codg, e.kind, row_number() OVER (PARTITION BY i.med_list_codg ORDER BY length(e.name) DESC, e.name) AS place
  FROM item i JOIN exam_kind e ON contains(upper(i.item_name), upper(e.name))
  WHERE i.med_chrgitm_type = '03'
), billed AS (
  SELECT l.stay_id, sum(l.charge) AS charge,
         sum(CASE WHEN l.med_chrgitm_type IN ('09', '10', '11') THEN l.charge ELSE 0 END) AS drug,
         sum(CASE WHEN l.med_chrgitm_type = '03' THEN l.charge ELSE 0 END) AS exam,
         sum(CASE WHEN l.med_chrgitm_type = '04' THEN l.charge ELSE 0 END) AS test,
         sum(CASE WHEN l.med_chrgitm_type = '05' THEN l.charge ELSE 0 END) AS treatment,
         sum(CASE WHEN l.med_chrgitm_type = '06' THEN l.charge ELSE 0 END) AS operation,
         sum(CASE WHEN l.med_chrgitm_type = '08' THEN l.charge ELSE 0 END) AS consumable,
         sum(CASE WHEN k.kind = 'CT' THEN l.charge ELSE 0 END) AS ct,
         sum(CASE WHEN k.kind = 'MR' THEN l.charge ELSE 0 END) AS mr,
         sum(CASE WHEN k.kind <> 'none' THEN 1 ELSE 0 END) AS large_exams,
         sum(greatest(l.charge - l.scope_amount, 0)) AS self_pay,
         sum(CASE WHEN l.med_chrgitm_type IN ('09', '10', '11') AND (l.chrgitm_lv = '03' OR (l.chrgitm_lv IS NULL AND l.scope_amount = 0))
                  THEN l.charge ELSE 0 END) AS self_drug
  FROM line l
  LEFT JOIN named k ON k.med_list_codg = l.med_list_codg AND k.place = 1
  WHERE l.stay_id IS NOT NULL
  GROUP BY l.stay_id
)
SELECT s.stay_id, s.setl_id, s.person_id, s.psn_no, s.fixmedins_code, s.fixmedins_name, s.hosp_lv, s.dr_codg, s.admitted, s.discharged,
       substr(CAST(s.discharged AS VARCHAR), 1, 7) AS month, substr(CAST(s.discharged AS VARCHAR), 1, 4) AS year,
       coalesce(s.hosp_lv, '') || CASE WHEN s.fixmedins_name LIKE '%中医%' OR s.fixmedins_name LIKE '%中西医%'
                                         OR s.fixmedins_name LIKE '%民族医%' THEN 't' ELSE '' END AS peer_group,
       substr(s.main_dx, 1, 2) || CASE WHEN b.operation > 0 THEN '+' ELSE '' END AS case_group,
       b.operation > 0 AS is_operated, s.charge, b.charge AS lines_charge, b.drug, b.exam, b.test, b.treatment, b.consumable, b.ct, b.mr,
       CAST(b.large_exams AS INTEGER) AS large_exams, b.self_pay, b.self_drug
FROM stay s
LEFT JOIN billed b ON b.stay_id = s.stay_id
