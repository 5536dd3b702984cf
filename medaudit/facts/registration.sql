/*
[grain]
zh = "每人、每个慢特病病种、每段有效期一行"
en = "one row per person, chronic disease and period of validity"
[columns]
opsp_class = { zh = "病种大类：国家编码取前四位，其他编码取全码", en = "class of the disease: four characters of a national code, the whole of any other" }
registered_on = { zh = "备案开始日期", en = "registration valid from" }
expires_on = { zh = "备案结束日期，长期有效为空", en = "registration valid until, NULL when open" }
first_registered_on = { zh = "本人该病种大类最早的备案开始日期", en = "first day this person was registered for the class" }
registrar = { zh = "备案（认定）机构", en = "institution of the registration" }
year_limit = { zh = "年度支付限额（元），未填为空", en = "limit of payments a year, yuan, NULL where there is none" }
*/
WITH told AS (
  -- A person may be registered and not yet seen: the number then stands for the human being.
  SELECT coalesce(p.person_id, c.psn_no) AS person_id, c.psn_no, c.opsp_dise_code,
         -- M03901 is a form of M03900.
         CASE WHEN starts_with(c.opsp_dise_code, 'M') AND length(c.opsp_dise_code) = 6
              THEN substr(c.opsp_dise_code, 1, 4) ELSE c.opsp_dise_code END AS opsp_class,
         c.opsp_dise_name, c.begndate AS registered_on, c.enddate AS expires_on,
         c.fixmedins_code AS registrar, CASE WHEN c.year_lmt_amt > 0 THEN c.year_lmt_amt END AS year_limit
  FROM chronic c
  LEFT JOIN people p ON p.psn_no = c.psn_no
)
SELECT t.*, min(registered_on) OVER (PARTITION BY person_id, opsp_class) AS first_registered_on
FROM told t
-- A registration withdrawn before it began never held.
WHERE t.expires_on IS NULL OR t.expires_on >= t.registered_on
