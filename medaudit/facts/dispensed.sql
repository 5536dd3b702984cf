/*
[grain]
zh = "每笔结算、每个可带走的药品一行：门诊与药店取药、出院带药"
en = "one row per settlement and drug to take home: out-patients, pharmacies, drugs given at discharge"
[columns]
drug = { zh = "通用名编码，没有时为项目编码", en = "generic_code, the item's own code where there is none" }
source = { zh = "outpatient 门诊、chronic 门诊慢特病、pharmacy 药店、discharge 出院带药", en = "outpatient, chronic, pharmacy, or discharge from a stay" }
day = { zh = "首次费用日期", en = "date of the first line" }
supply = { zh = "可用天数：处方天数，没有时为数量乘每包装天数；拆零与未知为空", en = "days it lasts: those of the prescription, else packages times the days of one; NULL for split packs and unknown" }
cnt = { zh = "数量合计", en = "total count" }
charge = { zh = "金额合计（元）", en = "total charge, yuan" }
scope_amount = { zh = "符合政策范围金额合计（元）", en = "total amount in scope, yuan" }
lines = { zh = "明细条数", en = "fee lines" }
rx_lines = { zh = "其中有处方号的条数", en = "of which carry a prescription number" }
dr_codg = { zh = "开单医师，几位时取其一", en = "ordering doctor, one of them where there are several" }
*/
SELECT l.setl_id, l.med_list_codg, max(coalesce(i.generic_code, l.med_list_codg)) AS drug,
       max(l.person_id) AS person_id, max(l.psn_no) AS psn_no, max(l.fixmedins_code) AS fixmedins_code,
       max(l.fixmedins_type) AS fixmedins_type, max(l.hosp_lv) AS hosp_lv,
       CASE WHEN bool_or(l.is_stay) THEN 'discharge' ELSE max(l.setting) END AS source,
       min(l.med_chrgitm_type) AS med_chrgitm_type, min(l.day) AS day, max(l.dr_codg) AS dr_codg,
       -- One prescription split over lines repeats its days, packages add up.
       CAST(coalesce(max(CASE WHEN l.prd_days > 0 THEN l.prd_days END),
                     sum(CASE WHEN coalesce(l.trdn_flag, '0') <> '1' THEN CAST(l.cnt AS DOUBLE) * i.pack_days END))
            AS DOUBLE) AS supply,
       CAST(sum(l.cnt) AS DECIMAL(38,4)) AS cnt, CAST(sum(l.charge) AS DECIMAL(38,2)) AS charge,
       CAST(sum(l.scope_amount) AS DECIMAL(38,2)) AS scope_amount, CAST(count(*) AS INTEGER) AS lines,
       -- A single character or a word for none is no number.
       CAST(sum(CASE WHEN length(trim(l.rxno)) >= 2 AND lower(trim(l.rxno)) NOT IN ('00', '无号', '无处方', 'null', 'none')
                     THEN 1 ELSE 0 END) AS INTEGER) AS rx_lines
FROM line l
JOIN item i ON i.med_list_codg = l.med_list_codg
WHERE l.med_chrgitm_type IN ('09', '10', '11')
  AND (l.setting IN ('outpatient', 'chronic', 'pharmacy') OR (l.is_stay AND l.dscg_tkdrug_flag = '1'))
GROUP BY l.setl_id, l.med_list_codg
