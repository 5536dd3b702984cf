/*
code        = "POL05"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101008000", "GZ10000102007000"]
prior       = 0.5
needs       = ["fee_item", "catalogue.lmt_indication|catalogue_limit.lmt_indication", "diagnosis|settlement.dise_codg"]
[title]
zh = "诊断不在目录限定的适应症之内"
en = "No diagnosis that the item is limited to"
[message]
zh = "{item_name} 限定适应症 {lmt_indication}（{limit_source}），本次就诊的 {diagnoses} 个诊断（如 {diag_code}）都不在其中，涉及 {charge_amount} 元"
en = "{item_name} is limited to {lmt_indication} ({limit_source}); none of the {diagnoses} diagnoses of this visit (such as {diag_code}) is among them: {charge_amount} yuan"
[benign]
zh = "诊断漏填或编码不准，适应症写在病程里；慢性病在其他就诊时已诊断；限定清单未收全同义编码；预防性用药、检查后排除"
en = "A diagnosis left out or coded loosely, with the indication in the notes; a chronic illness diagnosed at another visit; equivalent codes missing from the list; prophylaxis, or an illness ruled out afterwards"
[next]
zh = "查病历中的用药指征和检查结果，对照目录限定的原文；看该医师、该科室的同类情形是否成片"
en = "Look in the record for the indication and test results and compare them with the wording of the limit; see whether the doctor or the department does so as a rule"
*/
WITH told AS (  -- .x stands for any fourth character; a span is written C00-C97
  SELECT told, replace(replace(replace(replace(value, '.X', ''), '～', '-'), '~', '-'), '至', '-') AS value FROM limit_value WHERE kind = 'indication'
),
code AS (
  SELECT told, CASE WHEN value LIKE '%-%' THEN substr(value, 1, 3) ELSE replace(value, '.', '') END AS low,
         CASE WHEN value LIKE '___-___' THEN substr(value, 5, 3) WHEN value LIKE '_____-_____' THEN substr(value, 7, 3) END AS high,
         substr(value, 1, 1) BETWEEN 'A' AND 'Z' AND substr(value, 2, 1) BETWEEN '0' AND '9'
           AND (value NOT LIKE '%-%' OR value LIKE '___-___' OR value LIKE '_____-_____') AS is_icd
  FROM told
),
legible AS (SELECT told FROM code GROUP BY told HAVING min(CASE WHEN is_icd THEN 1 ELSE 0 END) = 1),
asked AS (SELECT l.*, coalesce(l.stay_id, l.setl_id) AS leg FROM limited_line l JOIN legible g ON g.told = l.lmt_indication),
visited AS (   -- every settlement of the visits and stays in question
  SELECT v.setl_id, coalesce(v.stay_id, v.setl_id) AS leg, v.setting, v.main_dx, v.dise_codg
  FROM visit v JOIN (SELECT DISTINCT leg FROM asked) a ON a.leg = coalesce(v.stay_id, v.setl_id)
),
noted AS (     -- a registered chronic disease has codes of its own that look like ICD codes: they allow, and prove nothing
  SELECT v.leg, d.diag_code, upper(replace(d.diag_code, '.', '')) AS dx, 1 AS listed, 1 AS sure
  FROM visited v JOIN diagnosis d ON d.setl_id = v.setl_id WHERE coalesce(d.diag_type, '1') NOT IN ('2', '3')
  UNION
  SELECT leg, main_dx, upper(replace(main_dx, '.', '')), 0, CASE WHEN setting = 'chronic' AND main_dx = dise_codg AND main_dx NOT LIKE '%.%' THEN 0 ELSE 1 END
  FROM visited WHERE main_dx IS NOT NULL
  UNION
  SELECT leg, dise_codg, upper(replace(dise_codg, '.', '')), 0, 0 FROM visited WHERE dise_codg IS NOT NULL
),
fitting AS (
  SELECT d.dx, c.told FROM (SELECT DISTINCT dx FROM noted) d
  JOIN code c ON c.is_icd AND (CASE WHEN c.high IS NULL THEN starts_with(d.dx, c.low) ELSE substr(d.dx, 1, 3) BETWEEN c.low AND c.high END)
  GROUP BY d.dx, c.told
),
here AS (SELECT n.leg, f.told FROM noted n JOIN fitting f ON f.dx = n.dx GROUP BY n.leg, f.told),
of_visit AS (
  SELECT leg, count(DISTINCT CASE WHEN sure = 1 THEN dx END) AS diagnoses, max(listed) AS listed, min(CASE WHEN sure = 1 THEN diag_code END) AS diag_code
  FROM noted GROUP BY leg
),
lacking AS (
  SELECT a.*, o.diagnoses, o.listed, o.diag_code, h.told IS NOT NULL AS indicated
  FROM asked a JOIN of_visit o ON o.leg = a.leg LEFT JOIN here h ON h.leg = a.leg AND h.told = a.lmt_indication
  WHERE h.told IS NULL
),
known AS (     -- what these people were ever diagnosed with
  SELECT k.person_id, upper(replace(coalesce(v.main_dx, v.dise_codg), '.', '')) AS dx
  FROM (SELECT DISTINCT person_id FROM lacking) k JOIN visit v ON v.person_id = k.person_id
  UNION
  SELECT k.person_id, upper(replace(d.diag_code, '.', ''))
  FROM (SELECT DISTINCT person_id FROM lacking) k JOIN visit v ON v.person_id = k.person_id JOIN diagnosis d ON d.setl_id = v.setl_id
),
ever AS (
  SELECT k.person_id, c.told FROM known k
  JOIN code c ON c.is_icd AND (CASE WHEN c.high IS NULL THEN starts_with(k.dx, c.low) ELSE substr(k.dx, 1, 3) BETWEEN c.low AND c.high END)
  GROUP BY k.person_id, c.told
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on, l.charge AS charge_amount,
  CAST(CASE WHEN e.told IS NOT NULL THEN 0.3 WHEN l.listed = 0 OR NOT l.pooled THEN 0.5 ELSE 0.8 END AS DOUBLE) AS strength,
  CASE WHEN e.told IS NOT NULL OR l.listed = 0 OR NOT l.pooled THEN 'suspected' END AS level,
  l.med_list_codg, l.item_name, l.lmt_indication, l.diagnoses, l.diag_code, e.told IS NOT NULL AS indicated_elsewhere, l.pooled, l.indication_source AS limit_source
FROM lacking l
LEFT JOIN ever e ON e.person_id = l.person_id AND e.told = l.lmt_indication
WHERE NOT l.indicated   -- 本次就诊或住院的所有诊断都不在限定的适应症之内 | No diagnosis of the visit or stay is among those allowed
  AND l.diagnoses > 0   -- 本次就诊有可靠的 ICD 诊断 | The visit has a diagnosis by an ICD code
