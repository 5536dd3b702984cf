/*
[grain]
zh = "每位医师、其患者当天去过的每家药店一行：去了多少，按同院、同科、同地区其他医师的患者应有多少"
en = "one row per doctor and pharmacy where the doctor's patients went the same day: how many, and how many to expect by the patients of other doctors of the hospital, the specialty and the area"
[columns]
sent = { zh = "当天去该药店的人次", en = "patient-days that went to the pharmacy" }
seen = { zh = "该医师的门诊人次", en = "the doctor's patient-days in all" }
expected = { zh = "应有人次：三种参照中最高者", en = "how many to expect, by the highest of the three references" }
reference = { zh = "最高的参照：hospital 同院、dept 同科、area 同地区", en = "the highest reference: hospital, dept (specialty) or area" }
fund_money = { zh = "在该药店这些结算的基金和个人账户（元）", en = "fund money and personal accounts of those settlements at the pharmacy, yuan" }
label = { zh = "无害的样子：gate 医院门口药店、specialty 专科药店（同院、同科其他医师的患者当天购药，三分之一以上在此），没有为空", en = "a harmless look: gate (at the hospital's gate) or specialty, where a third or more of what patients of the hospital's or the specialty's other doctors buy the same day is bought there; NULL for none" }
*/
WITH sent AS (
  SELECT s.dr_codg, s.fixmedins_code, s.person_id, s.day, sum(v.fund_money) AS fund_money FROM sent_sale s
  JOIN visit v ON v.setl_id = s.setl_id GROUP BY s.dr_codg, s.fixmedins_code, s.person_id, s.day
), patient_day AS (
  SELECT dr_codg, person_id, day FROM doctor_day UNION SELECT dr_codg, person_id, day FROM sent
), size AS (
  SELECT dr_codg, count(*) AS seen FROM patient_day GROUP BY dr_codg
), own AS (
  SELECT dr_codg, fixmedins_code, count(*) AS sent, sum(fund_money) AS fund_money FROM sent GROUP BY dr_codg, fixmedins_code
), worked AS (
  SELECT dr_codg, fixmedins_code, count(*) AS n FROM doctor_day GROUP BY dr_codg, fixmedins_code
), placed AS (
  SELECT dr_codg, fixmedins_code, row_number() OVER (PARTITION BY dr_codg ORDER BY n DESC, fixmedins_code) AS place FROM worked
), practice AS (
  SELECT p.dr_codg, max(p.fixmedins_code) AS hospital, max(d.dept) AS dept, max(v.admdvs) AS area
  FROM placed p
  LEFT JOIN doctor d ON d.dr_codg = p.dr_codg
  LEFT JOIN (SELECT fixmedins_code, max(admdvs) AS admdvs FROM visit GROUP BY fixmedins_code) v ON v.fixmedins_code = p.fixmedins_code
  WHERE p.place = 1 GROUP BY p.dr_codg
), belongs AS (
  SELECT dr_codg, 'hospital' AS reference, hospital AS group_id FROM practice WHERE hospital IS NOT NULL
  UNION ALL SELECT dr_codg, 'dept', dept FROM practice WHERE dept IS NOT NULL
  UNION ALL SELECT dr_codg, 'area', area FROM practice WHERE area IS NOT NULL
), group_size AS (
  SELECT b.reference, b.group_id, sum(s.seen) AS seen FROM belongs b JOIN size s ON s.dr_codg = b.dr_codg GROUP BY b.reference, b.group_id
), group_sent AS (
  SELECT b.reference, b.group_id, o.fixmedins_code, sum(o.sent) AS sent, count(*) AS doctors FROM belongs b JOIN own o ON o.dr_codg = b.dr_codg
  GROUP BY b.reference, b.group_id, o.fixmedins_code
), bought AS (
  SELECT dr_codg, sum(sent) AS sent FROM own GROUP BY dr_codg
), group_bought AS (
  SELECT b.reference, b.group_id, sum(t.sent) AS sent FROM belongs b JOIN bought t ON t.dr_codg = b.dr_codg GROUP BY b.reference, b.group_id
), everywhere AS (
  SELECT fixmedins_code, CAST(sum(sent) AS DOUBLE) AS sent FROM own GROUP BY fixmedins_code
), everybody AS (
  SELECT CAST(sum(seen) AS DOUBLE) AS seen FROM size
), referred AS (
  -- Fifty patients at the whole county's share keep a group of few from deciding.
  SELECT o.dr_codg, o.fixmedins_code, o.sent, o.fund_money, z.seen, b.reference,
         (CAST(g.sent - o.sent AS DOUBLE) + CAST(50 AS DOUBLE) * e.sent / nullif(a.seen, 0)) / nullif(CAST(n.seen - z.seen AS DOUBLE) + 50, 0) AS share,
         CASE WHEN g.doctors > 5 AND 3 * (g.sent - o.sent) >= t.sent - w.sent THEN b.reference END AS usual  -- of five other doctors
  FROM own o
  JOIN bought w ON w.dr_codg = o.dr_codg
  JOIN size z ON z.dr_codg = o.dr_codg
  JOIN belongs b ON b.dr_codg = o.dr_codg
  JOIN group_size n ON n.reference = b.reference AND n.group_id = b.group_id
  JOIN group_sent g ON g.reference = b.reference AND g.group_id = b.group_id AND g.fixmedins_code = o.fixmedins_code
  JOIN group_bought t ON t.reference = b.reference AND t.group_id = b.group_id
  JOIN everywhere e ON e.fixmedins_code = o.fixmedins_code
  CROSS JOIN everybody a
), ranked AS (
  SELECT r.*, row_number() OVER (PARTITION BY dr_codg, fixmedins_code ORDER BY share DESC, reference) AS place,
         max(CASE WHEN usual = 'hospital' THEN 1 ELSE 0 END) OVER (PARTITION BY dr_codg, fixmedins_code) AS gate,
         max(CASE WHEN usual = 'dept' THEN 1 ELSE 0 END) OVER (PARTITION BY dr_codg, fixmedins_code) AS specialty
  FROM referred r
)
SELECT dr_codg, fixmedins_code, CAST(sent AS INTEGER) AS sent, CAST(seen AS INTEGER) AS seen, CAST(CAST(seen AS DOUBLE) * share AS DECIMAL(18,6)) AS expected, reference, CAST(fund_money AS DECIMAL(18,2)) AS fund_money,
       CASE WHEN gate = 1 THEN 'gate' WHEN specialty = 1 THEN 'specialty' END AS label
FROM ranked WHERE place = 1
