/*
[grain]
zh = "目录里每份限定清单的每个值一行，清单以逗号、顿号、分号、竖线、斜线或空格分开"
en = "one row per list of a limit in the catalogue and value in it, parted by commas, semicolons, bars, slashes or blanks"
[columns]
kind = { zh = "哪种限定：med_type、insutype、indication、dept", en = "which limit: med_type, insutype, indication or dept" }
told = { zh = "清单原文", en = "the list as it is written" }
value = { zh = "其中一个值", en = "one of its values" }
*/
WITH digit AS (
  SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
), place AS (
  SELECT a.d * 10000 + b.d * 1000 + c.d * 100 + e.d * 10 + f.d + 1 AS n
  FROM digit a CROSS JOIN digit b CROSS JOIN digit c CROSS JOIN digit e CROSS JOIN digit f
  WHERE a.d < 3
), told AS (
  SELECT 'med_type' AS kind, lmt_med_type AS told FROM limit_span WHERE lmt_med_type IS NOT NULL
  UNION SELECT 'insutype', lmt_insutype FROM limit_span WHERE lmt_insutype IS NOT NULL
  UNION SELECT 'indication', lmt_indication FROM limit_span WHERE lmt_indication IS NOT NULL
  UNION SELECT 'dept', lmt_dept FROM limit_span WHERE lmt_dept IS NOT NULL
), list AS (
  SELECT kind, told,
         ',' || replace(replace(replace(replace(replace(replace(replace(replace(told, '，', ','), '、', ','), ';', ','),
                                                '；', ','), '|', ','), '/', ','), ' ', ','), '　', ',') || ',' AS list
  FROM told
), cut AS (
  SELECT l.kind, l.told, l.list, p.n, lead(p.n) OVER (PARTITION BY l.kind, l.told ORDER BY p.n) AS until
  FROM list l
  JOIN place p ON p.n <= length(l.list) AND substr(l.list, greatest(p.n, 1), 1) = ','
  -- A list longer than that is not known whole, so it is not judged at all.
  WHERE length(l.list) <= 30000
)
SELECT kind, told, upper(substr(list, greatest(n + 1, 1), greatest(until - n - 1, 0))) AS value
FROM cut
WHERE until - n > 1
GROUP BY kind, told, upper(substr(list, greatest(n + 1, 1), greatest(until - n - 1, 0)))
