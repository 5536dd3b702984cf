-- One settlement of 300 is taken back a day later, and one of 2,000 was exported twice.
WITH paid AS (
  SELECT b.*, p.psn_no, p.psn_name, p.brdy, c.certno, c.tel, m.charge, m.scope, m.fund, m.account, m.family,
         CASE b.med_type WHEN '14' THEN h.opsp_dise_code ELSE b.icd END AS dise_codg,
         CASE b.med_type WHEN '14' THEN h.opsp_dise_name ELSE b.illness END AS dise_name
  FROM bill b
  JOIN money m ON m.sid = b.sid
  JOIN people p ON p.n = b.n
  JOIN person_file c ON c.psn_no = p.psn_no
  LEFT JOIN chronic_file h ON h.psn_no = p.psn_no
), every AS (
  SELECT *, 1 AS sign, 0 AS copy FROM paid
  UNION ALL SELECT *, -1, 0 FROM paid WHERE draw('refund', sid, 300) = 0 AND nights = 0
  UNION ALL SELECT *, 1, 1 FROM paid WHERE draw('export', sid, 2000) = 0
)
SELECT CASE WHEN sign < 0 THEN 'R' || setl_id ELSE setl_id END AS setl_id, 'M' || substr(setl_id, 5) AS mdtrt_id, psn_no, psn_name,
       certno, CAST(sex AS VARCHAR) AS gend, brdy, insutype, CASE insutype WHEN '310' THEN '11' ELSE '15' END AS psn_type,
       fixmedins_code, fixmedins_name, hosp_lv, med_type, begndate, enddate,
       setl_time + to_hours(CASE WHEN sign < 0 THEN 20 ELSE 0 END) AS setl_time, setl_type,
       CASE WHEN sign > 0 THEN '25' || lpad(CAST(CASE WHEN quirk = 'copy' THEN sid - 1 ELSE sid END AS VARCHAR), 10, '0') END AS invono,
       dise_codg, dise_name,
       CASE WHEN nights > 0 THEN '1' END AS dscg_way, CASE WHEN nights > 0 THEN '2' END AS adm_way, dept AS adm_dept_codg,
       CASE WHEN nights > 0 THEN dept || '-' || lpad(CAST(draw('bed', sid, 60) AS VARCHAR), 2, '0') END AS adm_bed, dr_codg AS atddr_no,
       cents(sign * charge) AS medfee_sumamt, cents(sign * fund) AS fund_pay_sumamt, cents(sign * scope) AS inscp_scp_amt,
       cents(0) AS fulamt_ownpay_amt, cents(sign * fund) AS hifp_pay, cents(sign * account) AS acct_pay,
       cents(sign * family) AS acct_mulaid_pay, cents(sign * (charge - fund - account - family)) AS psn_cash_pay,
       '990200' AS insuplc_admdvs,
       '990200' AS mdtrtarea_admvs, '0' || (1 + sid % 3) AS mdtrt_cert_type, fixmedins_code || '-' || (sid % 4) AS opter_id,
       tel AS coner_tel, CASE WHEN nights > 0 THEN '0' END AS days_rinp_flag_31,
       CASE WHEN sign < 0 THEN '1' ELSE '0' END AS refd_setl_flag, CASE WHEN sign < 0 THEN setl_id END AS init_setl_id, '1' AS vali_flag
FROM every ORDER BY setl_id, copy
