/*
code        = "IDN04"
status      = "stable"
level       = "lead"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor", "patient"]
basis       = ["条例 15", "条例 17", "GZ10000204007000"]
needs       = ["settlement.brdy|person.brdy", "settlement.dise_codg|diagnosis.diag_code"]
prior       = 0.6
[title]
zh = "诊断与年龄不符"
en = "Diagnosis of another age"
[message]
zh = "患者 {age} 岁，诊断“{clue}”通常只见于 {age_min}–{age_max} 岁（本机构同样情形 {persons} 人）"
en = "Aged {age}, with \"{clue}\", which belongs to ages {age_min} to {age_max} ({persons} such persons at this institution)"
[benign]
zh = "诊断在下拉列表或首字母检索中误选，同一编码涉及多人时尤其可能；出生日期登记有误；新生儿记在父母名下；为家人代诊代配；罕见的早发病例。"
en = "A slip in a pick-list or a search by initials, above all when many people share the code; a date of birth recorded wrongly; a newborn under a parent's number; a visit on behalf of a relative; a rare early case."
[next]
zh = "先核对出生日期和诊断编码的录入方式；排除差错后看处方、检查部位与本人是否相符，查明就诊人是不是参保人本人。"
en = "Check the date of birth and how the code was entered first; if neither explains it, see whether drugs and tests fit the holder and whether it was the holder who was treated."
[params.mapping_persons]
default = 10
unit = "person"
help = { zh = "同一机构同一诊断涉及这么多人时按录入差错处理，强度降低", en = "when so many people at one institution share the contradiction it is taken for a fault of entry and weakened" }
source = { zh = "国家医保局 2025-09-29 数据异常通报中此类情形多为录入差错；人数为本工具的设定，无全国依据", en = "a notice of the national bureau of 2025-09-29 found such cases to be faults of entry; the number is set by this tool, no national source" }
*/
WITH born AS (
  -- a date of birth that the certificate number contradicts is a data fault
  SELECT psn_no, brdy, gend FROM people
  WHERE brdy IS NOT NULL
    AND (length(certno) <> 18 OR certno IS NULL OR substr(certno, 7, 8) = replace(CAST(brdy AS VARCHAR), '-', ''))  -- 出生日期与证件号一致 | The date of birth agrees with the certificate number
),
dx AS (
  SELECT setl_id, main_dx AS code, 1 AS is_main FROM visit WHERE main_dx IS NOT NULL  -- 有主诊断 | There is a main diagnosis
  UNION ALL
  SELECT setl_id, diag_code, 0 FROM diagnosis WHERE coalesce(diag_type, '1') NOT IN ('2', '3')  -- 不是中医诊断 | Not a diagnosis of Chinese medicine
),
bound AS (
  -- prefixes are compared with the few distinct codes, not with every diagnosis
  SELECT c.code, a.prefix, a.age_min, a.age_max, a.name
  FROM (SELECT DISTINCT code FROM dx) c
  JOIN diagnosis_age a ON starts_with(c.code, a.prefix)  -- 诊断只见于一定年龄 | The diagnosis belongs to certain ages
),
clue AS (
  SELECT v.setl_id, v.psn_no, v.person_id, v.fixmedins_code, v.dr_codg, v.begndate, v.charge, v.is_stay, b.prefix, b.age_min, b.age_max, b.name,
    v.age, p.gend, max(d.is_main) AS is_main
  FROM dx d
  JOIN bound b ON b.code = d.code
  JOIN visit v ON v.setl_id = d.setl_id
  JOIN born p ON p.psn_no = v.psn_no
  WHERE (v.age < b.age_min OR v.age > b.age_max)  -- 年龄在范围之外 | The age lies outside them
  GROUP BY v.setl_id, v.psn_no, v.person_id, v.fixmedins_code, v.dr_codg, v.begndate, v.charge, v.is_stay, b.prefix, b.age_min, b.age_max, b.name, v.age, p.gend
),
spread AS (
  SELECT c.*, s.persons, row_number() OVER (PARTITION BY c.setl_id ORDER BY c.is_main DESC, c.prefix) AS place
  FROM clue c
  JOIN (SELECT fixmedins_code, prefix, count(DISTINCT person_id) AS persons FROM clue GROUP BY fixmedins_code, prefix) s
    ON s.fixmedins_code = c.fixmedins_code AND s.prefix = c.prefix
),
mother AS (
  SELECT setl_id FROM exclusion WHERE reason = 'maternity' GROUP BY setl_id
)
SELECT s.setl_id, s.psn_no, s.fixmedins_code, s.dr_codg, s.begndate AS occurred_on,
  CAST(CASE WHEN s.is_main = 1 THEN s.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  -- within two years of the bound it is near enough for an early or late case
  CAST(CASE WHEN s.persons >= $mapping_persons THEN 0.1 WHEN s.is_main = 0 THEN 0.2
            WHEN s.age BETWEEN s.age_min - 2 AND s.age_min OR s.age BETWEEN s.age_max AND s.age_max + 2 THEN 0.3 ELSE 0.6 END AS DOUBLE) AS strength,
  s.age, s.name AS clue, coalesce(s.age_min, 0) AS age_min, coalesce(s.age_max, 120) AS age_max, s.prefix, s.is_main = 1 AS is_main, s.persons
FROM spread s
LEFT JOIN mother m ON m.setl_id = s.setl_id
WHERE s.place = 1  -- 每笔结算取一个诊断，主诊断优先 | One diagnosis a settlement, the main one first
  AND NOT (m.setl_id IS NOT NULL AND s.gend = '2' AND s.age_max <= 1 AND s.age BETWEEN 12 AND 55)  -- 不是记在产妇名下的新生儿 | Not a newborn recorded under its mother
  AND NOT (s.age_max <= 1 AND s.is_main = 0 AND s.gend = '2' AND s.age BETWEEN 12 AND 55)  -- 不是产妇病历里的新生儿次诊断 | Not a newborn's condition noted on a woman's record
