/*
[grain]
zh = "每个不代表具体医师的编码一行"
en = "one row per code that stands for no particular doctor"
[columns]
dr_codg = { zh = "占位编码", en = "the filler code" }
*/
WITH used AS (
  SELECT bilg_dr_codg AS dr_codg, bilg_dr_name AS dr_name FROM fee_item WHERE bilg_dr_codg IS NOT NULL
  GROUP BY bilg_dr_codg, bilg_dr_name
  UNION
  SELECT atddr_no, NULL FROM settlement WHERE atddr_no IS NOT NULL
), department AS (
  SELECT bilg_dept_codg AS dept FROM fee_item WHERE bilg_dept_codg IS NOT NULL GROUP BY bilg_dept_codg
)
SELECT u.dr_codg
FROM used u LEFT JOIN department d ON d.dept = u.dr_codg
WHERE d.dept IS NOT NULL
   -- 0000, 9999, ----: one character over and over
   OR replace(u.dr_codg, substr(u.dr_codg, 1, 1), '') = ''
   -- D000000: a letter and then the same
   OR (length(u.dr_codg) >= 5 AND replace(substr(u.dr_codg, 2), substr(u.dr_codg, 2, 1), '') = '')
   OR lower(u.dr_codg) IN ('unknown', 'none', 'nan', 'n/a', 'admin', '无', '未知', '匿名', '默认')
   OR u.dr_name IN ('未知', '未知医生', '未知医师', '匿名', '匿名医生', '默认', '默认医生', '管理员', '无')
GROUP BY u.dr_codg
