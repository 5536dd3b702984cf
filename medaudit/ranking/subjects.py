"""Everybody who could be a suspect, with plain aggregates: the denominators of every comparison."""

# One row per subject: subject_type, subject_id, subject_name, peer (who it is compared with),
# settlements, people, charge and fund_money (yuan), first_day, last_day.
SUBJECTS = """
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
"""
