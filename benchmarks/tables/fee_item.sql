-- Lines of a refunded settlement come back with the opposite sign; one line of 1,000 was uploaded twice.
WITH told AS (
  SELECT l.*, b.n, b.setl_id, b.fixmedins_code, b.dr_codg, b.dr_name, b.dept, b.med_type, b.nights, b.quirk, b.setl_time,
         b.setl_id || lpad(CAST(l.seq AS VARCHAR), 4, '0') AS feedetl_sn, i.med_list_codg, i.med_list_name, i.chrgitm_lv,
         i.pric AS list_price, i.is_pack
  FROM line l
  JOIN bill b ON b.sid = l.sid
  JOIN items i ON i.class = l.class AND i.item_no = l.item_no
), every AS (
  SELECT *, 1 AS sign, 0 AS copy FROM told
  UNION ALL SELECT *, -1, 0 FROM told WHERE draw('refund', sid, 300) = 0 AND nights = 0
  UNION ALL SELECT *, 1, 1 FROM told WHERE draw('upload', sid * 1000 + seq, 1000) = 0
)
SELECT CASE WHEN sign < 0 THEN 'R' || feedetl_sn ELSE feedetl_sn END AS feedetl_sn,
       CASE WHEN sign < 0 THEN 'R' || setl_id ELSE setl_id END AS setl_id, '9902' || lpad(CAST(n AS VARCHAR), 10, '0') AS psn_no,
       fixmedins_code, fee_ocur_time, med_list_codg, med_list_name, med_list_name AS medins_list_name,
       class AS med_chrgitm_type, chrgitm_lv, CAST(sign * cnt AS DECIMAL(16,4)) AS cnt, CAST(pric AS DECIMAL(16,6)) AS pric,
       cents(sign * charge) AS det_item_fee_sumamt, cents(sign * charge * (1 - selfpay_prop)) AS inscp_amt,
       CAST(list_price * 1.1 AS DECIMAL(16,6)) AS pric_uplmt_amt, CAST(selfpay_prop AS DECIMAL(5,4)) AS selfpay_prop,
       dr_codg AS bilg_dr_codg, dr_name AS bilg_dr_name, dept AS bilg_dept_codg, dept AS acord_dept_codg,
       CASE WHEN nights = 0 AND class IN ('09', '10', '11') AND med_type <> '41' THEN 'R' || substr(setl_id, 13) END AS rxno,
       CASE WHEN nights > 0 AND seq < 900 THEN 'O' || substr(feedetl_sn, 13) END AS drord_no,
       CASE WHEN nights = 0 AND class IN ('09', '11') THEN CASE WHEN quirk = 'hoard' THEN 60 WHEN med_type = '14' THEN 28 ELSE 7 END END
         AS prd_days,
       CASE WHEN is_pack THEN '0.5g×24' END AS spec, CASE WHEN nights > 0 THEN '0' END AS dscg_tkdrug_flag, '0' AS etip_flag,
       CASE WHEN med_type = '41' THEN lpad(CAST(sid * 100 + seq AS VARCHAR), 20, '8') END AS drug_trac_codg,
       CASE WHEN is_pack THEN '0' END AS trdn_flag, CASE WHEN sign < 0 THEN feedetl_sn END AS init_feedetl_sn,
       CASE WHEN nights = 0 THEN setl_time ELSE fee_ocur_time + to_hours(4) END + to_hours(CAST(copy * 24 AS BIGINT)) AS upload_time
FROM every ORDER BY feedetl_sn, copy
