/*
[grain]
zh = "每笔结算一行"
en = "one row per settlement"
[columns]
person_id = { zh = "人（见 people）", en = "the human being (see people)" }
stay_id = { zh = "所属住院，非住院为空", en = "the stay it is part of, NULL when it is none" }
leg_id = { zh = "就诊：住院、就诊ID，没有时为结算ID", en = "the visit: the stay, its mdtrt_id, else the settlement" }
setting = { zh = "inpatient 住院、outpatient 门诊、chronic 门诊慢特病、pharmacy 药店、maternity 生育、other 其他", en = "inpatient, outpatient, chronic, pharmacy, maternity or other" }
is_stay = { zh = "是否住院", en = "whether it is a hospital stay" }
age = { zh = "开始日期时的周岁", en = "full years at begndate" }
main_dx = { zh = "主诊断 ICD 编码，缺失为空", en = "ICD code of the main diagnosis, NULL when unknown" }
icd3 = { zh = "主诊断的三位类目", en = "its category, the first three characters" }
dept = { zh = "入院科室", en = "department of admission" }
bed = { zh = "入院床位", en = "bed" }
dr_codg = { zh = "主治医师", en = "attending doctor" }
charge = { zh = "医疗费总额（元）", en = "total charge, yuan" }
scope_amount = { zh = "符合政策范围金额（元）", en = "amount in scope, yuan" }
fund_money = { zh = "基金支付加个人账户（元）", en = "paid by the fund and personal accounts, yuan" }
account_money = { zh = "其中个人账户（元）", en = "of which personal accounts, yuan" }
readmission_planned = { zh = "出院时已计划 31 天内再住院", en = "readmission within 31 days was planned" }
payment_way = { zh = "item 按项目、case 按病种、day 按床日", en = "item, case or day" }
*/
WITH main AS (
  SELECT setl_id, min(diag_code) AS main_dx
  FROM diagnosis
  WHERE maindiag_flag = '1' AND coalesce(diag_type, '1') NOT IN ('2', '3') AND substr(diag_code, 1, 1) BETWEEN 'A' AND 'Z'
    AND substr(diag_code, 2, 1) BETWEEN '0' AND '9'
  GROUP BY setl_id
), paid AS (
  -- Shared family money is sometimes part of acct_pay and sometimes beside it: the total tells.
  SELECT s.*, coalesce(acct_pay, 0) AS own,
         CASE WHEN coalesce(acct_mulaid_pay, 0) = 0 THEN 0
              WHEN abs(medfee_sumamt - fund_pay_sumamt - coalesce(acct_pay, 0) - acct_mulaid_pay
                       - coalesce(psn_cash_pay, 0)) <= 0.05 THEN acct_mulaid_pay
              WHEN acct_mulaid_pay <= coalesce(acct_pay, 0) THEN 0
              ELSE acct_mulaid_pay END AS beside
  FROM settlement s
)
SELECT s.setl_id, s.mdtrt_id, k.stay_id, coalesce(k.stay_id, s.mdtrt_id, s.setl_id) AS leg_id, p.person_id, s.psn_no, p.psn_name, p.gend, p.brdy,
       -- Days by 365.2425 would turn a year late on some birthdays.
       CAST(substr(CAST(s.begndate AS VARCHAR), 1, 4) AS INTEGER) - CAST(substr(CAST(p.brdy AS VARCHAR), 1, 4) AS INTEGER)
         - CASE WHEN substr(CAST(s.begndate AS VARCHAR), 6, 5) < substr(CAST(p.brdy AS VARCHAR), 6, 5) THEN 1 ELSE 0 END
         AS age,
       s.fixmedins_code, coalesce(i.fixmedins_name, s.fixmedins_name) AS fixmedins_name,
       -- National codes begin with H or P; other codes are told by the kind of care.
       coalesce(i.fixmedins_type, CASE WHEN starts_with(s.fixmedins_code, 'P') THEN '2'
                                       WHEN starts_with(s.fixmedins_code, 'H') THEN '1'
                                       WHEN coalesce(m.setting, g.setting) = 'pharmacy' THEN '2' ELSE '1' END)
         AS fixmedins_type,
       coalesce(s.hosp_lv, i.hosp_lv) AS hosp_lv, i.admdvs, i.lnt, i.lat, i.payment_way,
       coalesce(s.insutype, p.insutype) AS insutype, s.med_type,
       coalesce(m.setting, g.setting, 'other') AS setting, coalesce(m.is_stay, g.is_stay, FALSE) AS is_stay,
       s.setl_type, s.begndate, s.enddate, s.setl_time,
       coalesce(d.main_dx, CASE WHEN substr(s.dise_codg, 1, 1) BETWEEN 'A' AND 'Z'
                                 AND substr(s.dise_codg, 2, 1) BETWEEN '0' AND '9' THEN s.dise_codg END) AS main_dx,
       substr(coalesce(d.main_dx, CASE WHEN substr(s.dise_codg, 1, 1) BETWEEN 'A' AND 'Z'
                                        AND substr(s.dise_codg, 2, 1) BETWEEN '0' AND '9' THEN s.dise_codg END),
              1, 3) AS icd3,
       s.dise_codg, s.dise_name, s.adm_dept_codg AS dept, s.adm_bed AS bed, s.dscg_way, s.adm_way,
       s.atddr_no AS dr_codg, s.opter_id, s.invono, s.coner_tel, s.mdtrt_cert_type,
       s.insuplc_admdvs, s.fulamt_ownpay_amt, s.psn_cash_pay,
       s.medfee_sumamt AS charge, coalesce(s.inscp_scp_amt, s.medfee_sumamt) AS scope_amount,
       CAST(greatest(s.fund_pay_sumamt + s.own + s.beside, 0) AS DECIMAL(16,2)) AS fund_money,
       CAST(greatest(s.own + s.beside, 0) AS DECIMAL(16,2)) AS account_money,
       s.acct_mulaid_pay,
       coalesce(s.days_rinp_flag_31 = '1', FALSE) AS readmission_planned
FROM paid s
JOIN people p ON p.psn_no = s.psn_no
LEFT JOIN main d ON d.setl_id = s.setl_id
LEFT JOIN institution i ON i.fixmedins_code = s.fixmedins_code
LEFT JOIN med_type m ON m.med_type = s.med_type
LEFT JOIN med_type g ON g.med_type = substr(s.med_type, 1, 2)
LEFT JOIN stay_part k ON k.setl_id = s.setl_id
