/*
[grain]
zh = "每位医师、每笔门诊（含慢特病）结算、每日一行，占位医师除外"
en = "one row per doctor, out-patient settlement (chronic care too) and date; filler doctors left out"
[columns]
started = { zh = "本人最早一条明细的时间", en = "time of the doctor's first line" }
drug_lines = { zh = "西药、中成药明细条数", en = "lines of western and Chinese patent drugs" }
drug_charge = { zh = "西药、中成药金额（元）", en = "their charge, yuan" }
basket = { zh = "处方指纹：药品与数量完全相同的处方相同；不足三种药为空", en = "fingerprint of the prescription: the same drugs and counts give the same; NULL for fewer than three drugs" }
*/
WITH numbered AS (
  SELECT med_list_codg, dense_rank() OVER (ORDER BY med_list_codg) AS item_no FROM item
), billed AS (
  SELECT l.dr_codg, l.setl_id, l.day, l.person_id, l.psn_no, l.fixmedins_code, l.setting, l.dr_name, l.fee_ocur_time, l.charge,
         CASE WHEN l.med_chrgitm_type IN ('09', '11') THEN l.charge END AS drug_charge,
         CASE WHEN l.med_chrgitm_type IN ('09', '11') THEN CAST(n.item_no AS DOUBLE) END AS item_no,
         CASE WHEN l.med_chrgitm_type IN ('09', '11') THEN CAST(floor(l.cnt * 10000) AS DOUBLE) END AS cnt
  FROM line l
  JOIN numbered n ON n.med_list_codg = l.med_list_codg
  WHERE l.setting IN ('outpatient', 'chronic') AND l.fixmedins_type = '1' AND l.dr_codg IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM placeholder_doctor p WHERE p.dr_codg = l.dr_codg)
), summed AS (
  -- Whole numbers, so that no order of adding matters.
  SELECT dr_codg, setl_id, day, min(person_id) AS person_id, min(psn_no) AS psn_no, min(fixmedins_code) AS fixmedins_code,
         min(setting) AS setting, max(dr_name) AS dr_name, min(fee_ocur_time) AS started,
         CAST(sum(charge) AS DECIMAL(16,2)) AS charge, CAST(count(item_no) AS INTEGER) AS drug_lines,
         CAST(coalesce(sum(drug_charge), 0) AS DECIMAL(16,2)) AS drug_charge, min(item_no) AS least, max(item_no) AS most,
         sum(item_no) AS numbers, sum(CAST(item_no AS DOUBLE) * item_no) AS squares, sum(cnt) AS counts,
         sum(CAST(item_no AS DOUBLE) * cnt) AS mixed, sum(CAST(item_no AS DOUBLE) * item_no * cnt) AS weighted
  FROM billed
  GROUP BY dr_codg, setl_id, day
)
SELECT dr_codg, setl_id, day, person_id, psn_no, fixmedins_code, setting, dr_name, started, charge, drug_lines, drug_charge,
       -- Below 0 where some number lies between the least and the most: not every drug is one of two.
       CASE WHEN squares - CAST(least + most AS DOUBLE) * numbers + CAST(least AS DOUBLE) * most * drug_lines < 0
            THEN CAST(drug_lines AS VARCHAR) || '-' || CAST(CAST(numbers AS BIGINT) AS VARCHAR) || '-' || CAST(CAST(squares AS BIGINT) AS VARCHAR)
                 || '-' || CAST(CAST(counts AS BIGINT) AS VARCHAR) || '-' || CAST(CAST(mixed AS BIGINT) AS VARCHAR)
                 || '-' || CAST(CAST(weighted AS BIGINT) AS VARCHAR) END AS basket
FROM summed
