/*
[grain]
zh = "每条进入医保范围、项目当天有限定的费用明细一行；只用个人账户在药店购药的除外"
en = "one row per fee line in scope whose item has a limit that day; pharmacy purchases from a personal account alone are left out"
[columns]
age_then = { zh = "收费当天的周岁", en = "full years on the day of the charge" }
adm_dept = { zh = "入院科室", en = "department of admission" }
pooled = { zh = "统筹等基金有支付（不只是个人账户或现金）", en = "whether the fund paid, not personal accounts or cash alone" }
lmt_single = { zh = "单方不予支付", en = "not paid when used singly" }
is_unpayable = { zh = "目录或清单写明不予支付", en = "whether the catalogue or a list says that the fund does not pay" }
*/
SELECT l.feedetl_sn, l.setl_id, l.stay_id, l.person_id, l.psn_no, l.fixmedins_code, l.fixmedins_type, l.hosp_lv,
       v.insutype, v.med_type, l.setting, l.is_stay, v.adm_way, v.gend,
       CAST(substr(CAST(l.day AS VARCHAR), 1, 4) AS INTEGER) - CAST(substr(CAST(v.brdy AS VARCHAR), 1, 4) AS INTEGER)
         - CASE WHEN substr(CAST(l.day AS VARCHAR), 6, 5) < substr(CAST(v.brdy AS VARCHAR), 6, 5) THEN 1 ELSE 0 END
         AS age_then,
       v.fund_money > v.account_money AS pooled, l.day, l.med_list_codg, l.item_name, l.med_chrgitm_type, l.charge,
       l.scope_told, l.cnt, l.prd_days, l.rxno, l.tcmdrug_used_way, l.etip_flag, l.trdn_flag, l.dscg_tkdrug_flag,
       l.dr_codg, l.dept, v.dept AS adm_dept,
       s.lmt_gend, s.lmt_age_min, s.lmt_age_max, s.lmt_hosp_lv, s.lmt_med_type, s.lmt_insutype, s.lmt_indication,
       s.lmt_dept, s.course_max_days, s.lmt_single, s.is_unpayable,
       s.gend_source, s.age_source, s.hosp_lv_source, s.med_type_source, s.insutype_source, s.indication_source, s.dept_source, s.course_source, s.single_source, s.payable_source,
       s.hosp_lv_by_name, s.med_type_by_name, s.course_by_name
FROM limit_span s
-- Said this way, few lines are left before visits are looked up.
JOIN (SELECT k.* FROM line k WHERE k.med_list_codg IN (SELECT med_list_codg FROM limit_span)) l
            ON l.med_list_codg = s.med_list_codg
           AND date_diff('day', DATE '1901-01-01', l.day) >= s.since_day
           AND (s.before_day IS NULL OR date_diff('day', DATE '1901-01-01', l.day) < s.before_day)
JOIN visit v ON v.setl_id = l.setl_id
WHERE l.scope_amount > 0
  -- Where no amount in scope was sent, the class says what the patient paid alone.
  AND (l.scope_told OR coalesce(l.chrgitm_lv, '') <> '03')
  -- An account may buy from a pharmacy what the fund would not pay, and for the family.
  AND (v.fund_money > v.account_money OR l.fixmedins_type <> '2')
