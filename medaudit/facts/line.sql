/*
[grain]
zh = "每条有结算可归的费用明细一行"
en = "one row per fee line whose settlement is used"
[columns]
day = { zh = "费用发生日期", en = "date of fee_ocur_time" }
hour = { zh = "记账的钟点，只有日期时为空", en = "the hour by the clock, NULL where only dates are known" }
item_name = { zh = "项目名称", en = "name of the item" }
charge = { zh = "明细金额（元）", en = "amount of the line, yuan" }
scope_amount = { zh = "符合政策范围金额，缺失时为明细金额（元）", en = "amount in scope, the charge where that is missing, yuan" }
scope_told = { zh = "符合政策范围金额是来源写明的", en = "whether the source itself says the amount in scope" }
dr_codg = { zh = "开单医师", en = "ordering doctor" }
dr_name = { zh = "开单医师姓名", en = "name of the ordering doctor" }
dept = { zh = "开单科室", en = "ordering department" }
*/
WITH first_layer AS (
  SELECT person_id, fixmedins_code, begndate, enddate, charge
  FROM visit WHERE insutype IS NULL OR insutype NOT IN ('320', '330', '370', '392')
  GROUP BY person_id, fixmedins_code, begndate, enddate, charge
), again AS (
  SELECT v.setl_id FROM visit v
  JOIN first_layer p ON p.person_id = v.person_id AND p.fixmedins_code = v.fixmedins_code
   AND p.begndate = v.begndate AND p.enddate = v.enddate AND p.charge = v.charge
  WHERE v.insutype IN ('320', '330', '370', '392')
)
SELECT f.feedetl_sn, f.setl_id, v.stay_id, v.person_id, v.psn_no, v.fixmedins_code, v.fixmedins_type, v.hosp_lv,
       v.admdvs, v.setting, v.is_stay, CAST(f.fee_ocur_time AS DATE) AS day, f.fee_ocur_time,
       CASE WHEN substr(CAST(f.fee_ocur_time AS VARCHAR), 12, 8) <> '00:00:00'
            THEN CAST(substr(CAST(f.fee_ocur_time AS VARCHAR), 12, 2) AS INTEGER) END AS hour, f.med_list_codg,
       coalesce(f.med_list_name, f.medins_list_name) AS item_name, f.med_chrgitm_type, f.chrgitm_lv,
       f.cnt, f.pric, f.det_item_fee_sumamt AS charge, coalesce(f.inscp_amt, f.det_item_fee_sumamt) AS scope_amount,
       f.inscp_amt IS NOT NULL AS scope_told,
       f.bilg_dr_codg AS dr_codg, f.bilg_dr_name AS dr_name, f.bilg_dept_codg AS dept, f.rxno, f.drord_no,
       f.prd_days, f.pric_uplmt_amt, f.selfpay_prop, f.etip_flag, f.dscg_tkdrug_flag, f.tcmdrug_used_way,
       f.drug_trac_codg, f.trdn_flag, f.upload_time
FROM fee_item f
JOIN visit v ON v.setl_id = f.setl_id
-- Medical assistance (setl_type 3) and supplementary insurance settle the same charges a second time.
WHERE (v.setl_type IS NULL OR v.setl_type <> '3')
  AND NOT EXISTS (SELECT 1 FROM again a WHERE a.setl_id = f.setl_id)
