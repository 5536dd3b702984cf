/*
[grain]
zh = "每笔结算的每个排除理由一行；一次住院的各笔结算相同"
en = "one row per settlement and reason to set it aside; all settlements of a stay alike"
[columns]
reason = { zh = "理由", en = "the reason" }
detail = { zh = "依据：编码或数值", en = "what says so: a code or a figure" }
*/
WITH diagnosed AS (
  SELECT setl_id, diag_code AS code, FALSE AS is_main FROM diagnosis
  UNION
  SELECT setl_id, main_dx, TRUE FROM visit WHERE main_dx IS NOT NULL
), treated AS (
  SELECT l.setl_id, sum(CASE WHEN i.is_chemo THEN 1 ELSE 0 END) AS chemo,
         sum(CASE WHEN i.is_radio THEN 1 ELSE 0 END) AS radio,
         sum(CASE WHEN i.is_dialysis THEN 1 ELSE 0 END) AS dialysis,
         sum(CASE WHEN i.is_rehab THEN CAST(l.charge AS DOUBLE) ELSE 0 END) AS rehab,
         min(i.item_name) AS item_name
  FROM line l JOIN item i ON i.med_list_codg = l.med_list_codg
  WHERE i.is_chemo OR i.is_radio OR i.is_dialysis OR i.is_rehab
  GROUP BY l.setl_id
), lined_up AS (
  SELECT s.*, lag(admitted) OVER (PARTITION BY person_id ORDER BY admitted, stay_id) AS admitted_before,
         lag(discharged) OVER (PARTITION BY person_id ORDER BY admitted, stay_id) AS discharged_before,
         lag(dscg_way) OVER (PARTITION BY person_id ORDER BY admitted, stay_id) AS left_before,
         lag(readmission_planned) OVER (PARTITION BY person_id ORDER BY admitted, stay_id) AS planned_before
  FROM stay s
), told AS (
  SELECT d.setl_id, e.reason, d.code AS detail
  FROM diagnosed d JOIN exclusion_icd e ON starts_with(d.code, e.prefix)
  WHERE d.is_main OR e.place = 'any'
  UNION ALL SELECT t.setl_id, 'chemotherapy', t.item_name FROM treated t JOIN visit v ON v.setl_id = t.setl_id
  WHERE t.chemo > 0 AND (v.icd3 BETWEEN 'C00' AND 'D48' OR v.icd3 IS NULL)
  UNION ALL SELECT setl_id, 'radiotherapy', item_name FROM treated WHERE radio > 0
  UNION ALL SELECT setl_id, 'dialysis', item_name FROM treated WHERE dialysis > 0
  UNION ALL SELECT t.setl_id, 'rehabilitation', t.item_name FROM treated t JOIN visit v ON v.setl_id = t.setl_id
  WHERE t.rehab >= 0.3 * CAST(v.charge AS DOUBLE)
  UNION ALL SELECT setl_id, 'per_diem', coalesce(payment_way, med_type) FROM visit
  WHERE is_stay AND (starts_with(med_type, '2105') OR payment_way = 'day')
  UNION ALL SELECT setl_id, 'hospice', med_type FROM visit WHERE med_type = '2114'
  UNION ALL SELECT setl_id, 'day_surgery', med_type FROM visit WHERE starts_with(med_type, '28')
  UNION ALL SELECT setl_id, 'maternity', med_type FROM visit WHERE setting = 'maternity'
  UNION ALL SELECT setl_id, 'emergency', coalesce(adm_way, med_type) FROM visit
  WHERE is_stay AND (adm_way = '1' OR starts_with(med_type, '24'))
  UNION ALL SELECT setl_id, 'newborn', CAST(brdy AS VARCHAR) FROM visit
  WHERE date_diff('day', brdy, begndate) BETWEEN 0 AND 28
  UNION ALL SELECT setl_id, 'transfer', coalesce(dscg_way, adm_way) FROM visit
  WHERE is_stay AND (dscg_way IN ('2', '3') OR adm_way = '3')
  UNION ALL SELECT setl_id, 'transfer', left_before FROM lined_up
  WHERE left_before IN ('2', '3') AND date_diff('day', discharged_before, admitted) BETWEEN -1 AND 1
  UNION ALL SELECT setl_id, 'planned_readmission', NULL FROM stay WHERE readmission_planned
  UNION ALL SELECT setl_id, 'planned_readmission', CAST(discharged_before AS VARCHAR) FROM lined_up
  WHERE planned_before AND date_diff('day', discharged_before, admitted) <= 31
  -- Tumour cycles of two, three or four weeks, counted from admission to admission.
  UNION ALL SELECT setl_id, 'chemotherapy', CAST(date_diff('day', admitted_before, admitted) AS VARCHAR) FROM lined_up
  WHERE icd3 BETWEEN 'C00' AND 'D48'
    AND (date_diff('day', admitted_before, admitted) BETWEEN 12 AND 16
         OR date_diff('day', admitted_before, admitted) BETWEEN 19 AND 23
         OR date_diff('day', admitted_before, admitted) BETWEEN 26 AND 30)
)
SELECT coalesce(k.setl_id, t.setl_id) AS setl_id, v.stay_id, t.reason, max(t.detail) AS detail
FROM told t
JOIN visit v ON v.setl_id = t.setl_id
LEFT JOIN visit k ON k.stay_id = v.stay_id
GROUP BY coalesce(k.setl_id, t.setl_id), v.stay_id, t.reason
