/*
[grain]
zh = "每笔找得到医师的药店结算一行：结算或明细上的医师，没有时为患者当天就诊的医师"
en = "one row per pharmacy settlement with a doctor behind it: named by the settlement or its lines, else the doctor the patient saw that day"
[columns]
dr_codg = { zh = "医师，一天看过几位的取其一", en = "the doctor, one of them where several were seen that day" }
fixmedins_code = { zh = "药店", en = "the pharmacy" }
is_named = { zh = "医师写在药店结算或明细上", en = "whether the pharmacy's settlement or lines name the doctor" }
*/
WITH sale AS (
  SELECT setl_id, person_id, fixmedins_code, begndate AS day, dr_codg FROM visit WHERE fixmedins_type = '2' OR setting = 'pharmacy'
), home AS (
  -- A pharmacist of the shop is no doctor who sends.
  SELECT dr_codg FROM doctor_day GROUP BY dr_codg
), ordered AS (
  SELECT l.setl_id, max(l.dr_codg) AS dr_codg FROM line l JOIN home h ON h.dr_codg = l.dr_codg
  WHERE l.fixmedins_type = '2' GROUP BY l.setl_id
), seen AS (
  SELECT person_id, day, max(dr_codg) AS dr_codg FROM doctor_day GROUP BY person_id, day
)
SELECT s.setl_id, s.person_id, s.day, s.fixmedins_code, coalesce(h.dr_codg, o.dr_codg, d.dr_codg) AS dr_codg,
       coalesce(h.dr_codg, o.dr_codg) IS NOT NULL AS is_named
FROM sale s
LEFT JOIN home h ON h.dr_codg = s.dr_codg
LEFT JOIN ordered o ON o.setl_id = s.setl_id
LEFT JOIN seen d ON d.person_id = s.person_id AND d.day = s.day
WHERE coalesce(h.dr_codg, o.dr_codg, d.dr_codg) IS NOT NULL
