/*
[grain]
zh = "每位医师、每位门诊患者、每天一行，占位医师除外"
en = "one row per doctor, out-patient and date; filler doctors left out"
[columns]
*/
SELECT d.dr_codg, d.person_id, v.begndate AS day, min(d.fixmedins_code) AS fixmedins_code
FROM doctor_visit d
JOIN visit v ON v.setl_id = d.setl_id
WHERE NOT v.is_stay AND coalesce(v.fixmedins_type, '1') <> '2' AND v.setting <> 'pharmacy'
GROUP BY d.dr_codg, d.person_id, v.begndate
