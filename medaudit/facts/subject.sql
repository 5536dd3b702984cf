/*
[grain]
zh = "每家机构、每家药店、每个人、每笔结算、每位医师一行：可能成为疑点对象的全体"
en = "one row per institution, pharmacy, person, settlement and doctor: everybody who could be a suspect"
[columns]
subject_type = { zh = "institution、pharmacy、doctor、patient、settlement", en = "institution, pharmacy, doctor, patient or settlement" }
subject_id = { zh = "编号", en = "code" }
subject_name = { zh = "名称或姓名", en = "name" }
peer = { zh = "同类：机构、医师为机构等级", en = "who it is compared with: of institutions and doctors the level" }
settlements = { zh = "结算笔数", en = "settlements" }
people = { zh = "人数", en = "people" }
charge = { zh = "总费用（元）", en = "charge, yuan" }
fund_money = { zh = "基金和个人账户支付（元）", en = "paid by the fund and personal accounts, yuan" }
first_day = { zh = "最早日期", en = "first day" }
last_day = { zh = "最晚日期", en = "last day" }
*/
WITH doctor_name AS (
  SELECT dr_codg, max(dr_name) AS dr_name FROM doctor GROUP BY dr_codg
), doctor_size AS (
  SELECT dr_codg, fixmedins_code, max(hosp_lv) AS hosp_lv, count(*) AS settlements
  FROM doctor_visit GROUP BY dr_codg, fixmedins_code
), doctor_home AS (
  SELECT dr_codg, hosp_lv, row_number() OVER (PARTITION BY dr_codg
                                              ORDER BY settlements DESC, fixmedins_code) AS place
  FROM doctor_size
)
SELECT CASE WHEN max(fixmedins_type) = '2' THEN 'pharmacy' ELSE 'institution' END AS subject_type,
       fixmedins_code AS subject_id, max(fixmedins_name) AS subject_name,
       CASE WHEN max(fixmedins_type) = '2' THEN 'pharmacy' ELSE coalesce(max(hosp_lv), '-') END AS peer,
       count(*) AS settlements, count(DISTINCT person_id) AS people,
       CAST(sum(charge) AS DECIMAL(18,2)) AS charge, CAST(sum(fund_money) AS DECIMAL(18,2)) AS fund_money,
       min(begndate) AS first_day, max(enddate) AS last_day
FROM visit GROUP BY fixmedins_code
UNION ALL
SELECT 'patient', person_id, max(psn_name), '-', count(*), 1,
       CAST(sum(charge) AS DECIMAL(18,2)), CAST(sum(fund_money) AS DECIMAL(18,2)), min(begndate), max(enddate)
FROM visit GROUP BY person_id
UNION ALL
SELECT 'settlement', setl_id, psn_name, '-', 1, 1, charge, fund_money, begndate, enddate FROM visit
UNION ALL
SELECT 'doctor', d.dr_codg, max(n.dr_name), coalesce(max(h.hosp_lv), '-'), count(*), count(DISTINCT d.person_id),
       CAST(sum(d.charge) AS DECIMAL(18,2)), CAST(sum(d.fund_money) AS DECIMAL(18,2)), min(v.begndate), max(v.enddate)
FROM doctor_visit d
JOIN visit v ON v.setl_id = d.setl_id
JOIN doctor_home h ON h.dr_codg = d.dr_codg AND h.place = 1
LEFT JOIN doctor_name n ON n.dr_codg = d.dr_codg
GROUP BY d.dr_codg
