/*
code        = "IDN02"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "item"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 17", "GZ10000204006000", "GZ10000301004000", "GZ10000302004000"]
needs       = ["settlement.gend|person.gend|settlement.certno|person.certno"]
prior       = 0.7
excludes    = ["newborn"]
[title]
zh = "项目或诊断与性别不符"
en = "Item or diagnosis of the other sex"
[message]
zh = "“{clue}”只用于另一性别（本机构同样情形 {persons} 人）"
en = "\"{clue}\" belongs to the other sex ({persons} such persons at this institution)"
[benign]
zh = "诊断或项目在下拉列表中误选；医院项目与医保目录对照错误，同一项目涉及多人时尤其可能；性别登记有误或已变更；配偶的检查记在本人名下，只由个人账户支付的尤其可能，所以只作线索。"
en = "A slip in a pick-list; the hospital's item mapped to the wrong catalogue code, above all when many people are affected; a sex recorded wrongly or changed since; the spouse's test billed to the patient, above all where a personal account alone paid, which is therefore a lead only."
[next]
zh = "先核对性别登记和项目对照表；排除差错后查病历和报告，确认接受服务的人是不是参保人本人。"
en = "Check the recorded sex and the item mapping first; if neither explains it, read the chart and the report to see whether the insured person was the one treated."
[params.mapping_persons]
default = 10
unit = "person"
help = { zh = "同一机构同一项目涉及这么多人时按对照错误处理，降为线索", en = "when so many people at one institution share the contradiction it is taken for a mapping fault and kept as a lead" }
source = { zh = "国家医保局 2025-09-29 数据异常通报：百余名男性“宫腔镜”系项目对照错误；人数为本系统取值", en = "notice of the national bureau of 2025-09-29: over a hundred hysteroscopies of men were a wrong mapping; the number is medaudit's own default" }
*/
WITH sexes AS (
  -- a registration that contradicts itself is a data fault: only people with one known sex
  SELECT person_id, min(gend) AS gend
  FROM (
    SELECT person_id, gend FROM people
    UNION SELECT person_id, CASE WHEN substr(certno, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END FROM people
    WHERE length(certno) = 18  -- 证件号为 18 位 | The certificate number has 18 characters
      AND substr(certno, 17, 1) BETWEEN '0' AND '9'  -- 第 17 位是数字，可看出性别 | Its 17th is a digit, which tells the sex
    UNION SELECT p.person_id, s.gend FROM settlement s JOIN people p ON p.psn_no = s.psn_no
  ) known
  WHERE gend IN ('1', '2')  -- 性别已知 | The sex is known
  GROUP BY person_id
  HAVING min(gend) = max(gend)  -- 各处登记的性别一致 | All records give the same sex
),
dx AS (
  SELECT setl_id, main_dx AS code, 1 AS is_main FROM visit WHERE main_dx IS NOT NULL  -- 有主诊断 | There is a main diagnosis
  UNION ALL
  SELECT setl_id, diag_code, 0 FROM diagnosis WHERE coalesce(diag_type, '1') NOT IN ('2', '3')  -- 不是中医诊断 | Not a diagnosis of Chinese medicine
),
sexed AS (
  -- prefixes are compared with the few distinct codes, not with every diagnosis
  SELECT c.code, min(s.gend) AS gend, min(s.name) AS name
  FROM (SELECT DISTINCT code FROM dx) c
  JOIN diagnosis_sex s ON starts_with(c.code, s.prefix)  -- 诊断只见于一种性别 | The diagnosis belongs to one sex only
  GROUP BY c.code
),
clue AS (
  SELECT v.setl_id, CAST(NULL AS VARCHAR) AS feedetl_sn, v.person_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS day,
    'diagnosis' AS item, x.name AS clue, x.gend AS meant_for, max(d.is_main) AS is_main,
    CASE WHEN max(d.is_main) = 1 THEN v.charge ELSE 0 END AS charge, FALSE AS pooled
  FROM dx d
  JOIN sexed x ON x.code = d.code
  JOIN visit v ON v.setl_id = d.setl_id
  GROUP BY v.setl_id, v.person_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate, v.charge, x.name, x.gend
  UNION ALL
  -- what the patient paid alone, or an account bought at a pharmacy, may be for anybody: limited_line leaves it out
  SELECT l.setl_id, l.feedetl_sn, l.person_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.day,
    l.med_list_codg, coalesce(i.item_name, l.item_name, l.med_list_codg), l.lmt_gend, 0, l.charge, l.pooled
  FROM limited_line l JOIN item i ON i.med_list_codg = l.med_list_codg
  WHERE l.lmt_gend IN ('1', '2')  -- 当天目录写明项目只用于一种性别 | By the catalogue of the day the item is for one sex only
),
against AS (
  -- of several such diagnoses of a settlement one is told, the main one first
  SELECT c.*, p.gend, row_number() OVER (PARTITION BY c.setl_id, c.item, c.feedetl_sn ORDER BY c.is_main DESC, c.clue) AS place
  FROM clue c
  JOIN sexes p ON p.person_id = c.person_id
  WHERE c.meant_for <> p.gend  -- 项目或诊断只用于另一性别 | The item or diagnosis belongs to the other sex
),
spread AS (
  SELECT fixmedins_code, item, clue, count(DISTINCT person_id) AS persons FROM against GROUP BY fixmedins_code, item, clue
)
SELECT c.setl_id, c.feedetl_sn, c.psn_no, c.fixmedins_code, c.dr_codg, c.day AS occurred_on,
  CAST(c.charge AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN c.is_main = 1 THEN 0.5 WHEN c.item = 'diagnosis' THEN 0.3 WHEN n.persons >= $mapping_persons OR NOT c.pooled THEN 0.4 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN c.pooled AND n.persons < $mapping_persons THEN 'violation' ELSE 'lead' END AS level,
  c.item, c.clue, c.gend, n.persons
FROM against c
JOIN spread n ON n.fixmedins_code = c.fixmedins_code AND n.item = c.item AND n.clue = c.clue
WHERE c.place = 1 -- 一笔结算的几个诊断只说一个，主诊断在先 | Of several diagnoses of a settlement one is told, the main one first
  AND NOT (c.gend = '2' AND EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = c.setl_id AND e.reason = 'maternity')) -- 不是记在产妇名下的新生儿费用 | Not a newborn's care billed to its mother
