/*
code        = "POL02"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101006000", "GZ10000101007000", "GZ10000102005000", "GZ10000102006000", "GZ10000103001000", "GZ10000103002000"]
prior       = 0.8
needs       = ["fee_item", "catalogue.lmt_age_min|catalogue.lmt_age_max|catalogue_limit.lmt_age_min|catalogue_limit.lmt_age_max", "settlement.brdy|person.brdy"]
excludes    = ["newborn", "maternity"]
[title]
zh = "限定年龄的项目用于范围外年龄"
en = "Item used beyond its age limit"
[message]
zh = "{item_name} 限 {age_limit} 岁（{limit_source}），患者收费当天 {age_then} 岁，涉及 {charge_amount} 元"
en = "{item_name} is limited to ages {age_limit} ({limit_source}); the patient was {age_then} on the day: {charge_amount} yuan"
[benign]
zh = "出生日期登记有误；生日前后连续用药的最后一段；子女的药记在家长名下；母婴共用一个人员编号；目录按月龄或体重限定而只登记了年龄"
en = "A birth date recorded wrongly; the last part of a course begun before a birthday; a child's drug under a parent's name; mother and baby under one number; a limit by months or weight written as years"
[next]
zh = "核对出生日期、证件号和目录限定的原文；查处方和病历，确认用药的是不是参保人本人"
en = "Check birth date, certificate number and the wording of the limit; read prescription and chart to see whether the insured person was the one treated"
[params.near_years]
default = 1
unit = "year"
help = { zh = "超出年龄界限不多于这么多岁的降为可疑", en = "Up to this many years beyond the limit the hit is only suspected" }
source = { zh = "本工具的设定，无全国依据：生日前后的连续治疗、按月龄限定的项目", en = "set by this tool; no national source: treatment across a birthday, limits by months" }
*/
WITH beyond AS (
  SELECT l.*, greatest(coalesce(l.lmt_age_min - l.age_then, 0), coalesce(l.age_then - l.lmt_age_max, 0)) AS years_off,
         coalesce(CAST(l.lmt_age_min AS VARCHAR), '0')
           || CASE WHEN l.lmt_age_max IS NULL THEN '+' ELSE '-' || CAST(l.lmt_age_max AS VARCHAR) END AS age_limit
  FROM limited_line l
  WHERE coalesce(l.age_then < l.lmt_age_min, FALSE) OR coalesce(l.age_then > l.lmt_age_max, FALSE)  -- 收费当天的周岁在限定之外 | The age on the day is beyond the limit
),
doubtful AS (  -- birth dates that the certificate numbers contradict
  SELECT p.person_id FROM people p
  WHERE length(p.certno) = 18 AND p.person_id IN (SELECT person_id FROM beyond)
    AND substr(p.certno, 7, 8) <> replace(CAST(p.brdy AS VARCHAR), '-', '')
  GROUP BY p.person_id
)
SELECT b.setl_id, b.feedetl_sn, b.psn_no, b.fixmedins_code, b.dr_codg, b.day AS occurred_on, b.charge AS charge_amount,
  CAST(CASE WHEN NOT b.pooled THEN 0.4 WHEN b.years_off <= $near_years THEN 0.5 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN NOT b.pooled OR b.years_off <= $near_years THEN 'suspected' END AS level,
  b.med_list_codg, b.item_name, b.age_then, b.age_limit, b.years_off, b.pooled, b.age_source AS limit_source
FROM beyond b
LEFT JOIN doubtful d ON d.person_id = b.person_id
WHERE b.years_off > 0           -- 收费当天的周岁在限定之外 | The age on the day is beyond the limit
  AND b.age_then BETWEEN 0 AND 119  -- 出生日期可信 | The birth date is credible
  AND d.person_id IS NULL       -- 出生日期与证件号不矛盾 | The certificate number does not contradict it
