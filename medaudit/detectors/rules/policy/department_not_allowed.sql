/*
code        = "POL06"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000102008000"]
prior       = 0.5
needs       = ["fee_item.bilg_dept_codg", "catalogue.lmt_dept|catalogue_limit.lmt_dept"]
[title]
zh = "开单科室不在目录限定之内"
en = "Ordered by a department the item is not limited to"
[message]
zh = "{item_name} 限定科室“{lmt_dept}”（{limit_source}），由科室 {dept} 开单，涉及 {charge_amount} 元"
en = "{item_name} is limited to departments \"{lmt_dept}\" ({limit_source}); it was ordered by {dept}: {charge_amount} yuan"
[benign]
zh = "会诊医师开单而科室记成患者所在病区；基层机构没有分科；科室编码与目录名称对照不全；急诊夜班代开"
en = "Ordered by a consultant and booked on the patient's ward; small institutions without separate departments; department codes not mapped in full; ordered by the emergency room at night"
[next]
zh = "核对科室编码与名称，查会诊记录和开单医师的执业范围，看项目实际由谁实施"
en = "Check codes and names of the departments; read the consultation note and the doctor's licence, and see who really gave the service"
*/
WITH asked AS (
  SELECT l.feedetl_sn, l.lmt_dept, l.dept, l.adm_dept, l.dr_codg FROM limited_line l
  WHERE l.lmt_dept IS NOT NULL AND l.dept IS NOT NULL
),
placed AS (    -- the departments that ordered, carried out, admitted, or employ the doctor
  SELECT feedetl_sn, lmt_dept, upper(dept) AS dept, 1 AS ordering FROM asked
  UNION SELECT feedetl_sn, lmt_dept, upper(adm_dept), 0 FROM asked WHERE adm_dept IS NOT NULL
  UNION SELECT a.feedetl_sn, a.lmt_dept, upper(d.dept), 0 FROM asked a JOIN doctor d ON d.dr_codg = a.dr_codg WHERE d.dept IS NOT NULL
  UNION SELECT a.feedetl_sn, a.lmt_dept, upper(f.acord_dept_codg), 0
  FROM asked a JOIN fee_item f ON f.feedetl_sn = a.feedetl_sn WHERE f.acord_dept_codg IS NOT NULL
),
pair AS (SELECT DISTINCT lmt_dept, dept FROM placed),
worded AS (    -- codes are compared with codes and names with names
  SELECT p.lmt_dept, p.dept, replace(replace(v.value, '限', ''), '使用', '') AS word,
         substr(p.dept, 1, 1) BETWEEN '0' AND '9' OR (substr(p.dept, 1, 1) BETWEEN 'A' AND 'Z' AND substr(p.dept, 2, 1) BETWEEN '0' AND '9') AS is_code,
         substr(v.value, 1, 1) BETWEEN '0' AND '9' OR (substr(v.value, 1, 1) BETWEEN 'A' AND 'Z' AND substr(v.value, 2, 1) BETWEEN '0' AND '9') AS word_is_code
  FROM pair p JOIN limit_value v ON v.kind = 'dept' AND v.told = p.lmt_dept
),
compared AS (
  SELECT lmt_dept, dept, min(CASE WHEN is_code = word_is_code THEN 1 ELSE 0 END) AS comparable,
         max(CASE WHEN starts_with(dept, word) OR starts_with(word, dept) THEN 1
                  WHEN NOT is_code AND (contains(dept, replace(word, '科', '')) OR contains(word, replace(dept, '科', ''))) THEN 1
                  ELSE 0 END) AS fits
  FROM worded GROUP BY lmt_dept, dept
),
judged AS (
  SELECT p.feedetl_sn, max(c.fits) AS fits, min(CASE WHEN p.ordering = 1 THEN c.comparable ELSE 1 END) AS comparable
  FROM placed p JOIN compared c ON c.lmt_dept = p.lmt_dept AND c.dept = p.dept
  GROUP BY p.feedetl_sn
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on, l.charge AS charge_amount,
  CAST(CASE WHEN l.pooled AND l.hosp_lv IN ('2', '3') THEN 0.8 ELSE 0.5 END AS DOUBLE) AS strength,
  CASE WHEN NOT l.pooled OR coalesce(l.hosp_lv, '0') NOT IN ('2', '3') THEN 'suspected' END AS level,
  l.med_list_codg, l.item_name, l.dept, l.lmt_dept, l.hosp_lv, l.pooled, l.dept_source AS limit_source
FROM judged j
JOIN limited_line l ON l.feedetl_sn = j.feedetl_sn
WHERE j.fits = 0        -- 开单、执行、入院科室和医师所在科室都不在限定之内 | Neither the ordering, performing or admitting department nor the doctor's is among those allowed
  AND j.comparable = 1  -- 开单科室与限定清单写法可比（编码对编码、名称对名称） | The ordering department and the limit are both codes or both names
