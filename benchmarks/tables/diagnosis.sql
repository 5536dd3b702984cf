-- Every bill but a pharmacy's has its illness; stays have one or two more.
SELECT b.setl_id, '1' AS diag_type, CASE WHEN k = 0 THEN '1' ELSE '0' END AS maindiag_flag, CAST(k + 1 AS INTEGER) AS diag_srt_no,
       CASE WHEN k = 0 THEN b.icd ELSE ['I10.x00', 'E78.500'][k] END AS diag_code,
       CASE WHEN k = 0 THEN b.illness ELSE ['高血压', '高脂血症'][k] END AS diag_name
FROM bill b, range(3) t(k)
WHERE b.med_type <> '41' AND k < CASE WHEN b.nights > 0 THEN 2 + b.sid % 2 ELSE 1 END
ORDER BY b.setl_id, k
