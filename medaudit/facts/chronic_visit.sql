/*
[grain]
zh = "每笔门诊慢特病结算一行，救助和补充保险的再次结算除外"
en = "one row per chronic outpatient settlement, without those that settle the same charges a second time"
[columns]
day = { zh = "开始日期", en = "first day" }
last_day = { zh = "结束日期", en = "last day" }
year = { zh = "年", en = "year" }
opsp_class = { zh = "结算病种的大类，结算上没有病种时为空", en = "class of the settlement's disease, NULL where it names none" }
pooled_money = { zh = "统筹基金支付（元）：个人账户和其他基金除外", en = "paid by the pooled fund, without accounts and other funds, yuan" }
registered_diseases = { zh = "当时有效备案的病种数", en = "diseases with a valid registration then" }
in_register = { zh = "备案表里有这个病种", en = "whether anybody is registered for the disease" }
is_registered = { zh = "当时有任一病种的有效备案", en = "whether any registration was valid then" }
is_covered = { zh = "当时有该病种的有效备案；病种不详或备案表没有该病种时看任一病种", en = "whether a registration for the disease was valid then; any will do where the disease is unknown or nobody is registered for it" }
begins_on = { zh = "其后最早开始的备案", en = "first registration that begins afterwards" }
ended_on = { zh = "此前最晚失效的备案", en = "last registration that ended before" }
*/
WITH told AS (
  SELECT v.*, s.hifp_pay,
         CASE WHEN starts_with(v.dise_codg, 'M') AND length(v.dise_codg) = 6 THEN substr(v.dise_codg, 1, 4) ELSE v.dise_codg END AS opsp_class,
         coalesce(v.insutype, '') IN ('320', '330', '370', '392') AS is_supplement,
         min(CASE WHEN coalesce(v.insutype, '') IN ('320', '330', '370', '392') THEN 1 ELSE 0 END) OVER (
           PARTITION BY v.person_id, v.fixmedins_code, v.begndate, v.enddate, v.charge) AS only_supplement
  FROM visit v
  JOIN settlement s ON s.setl_id = v.setl_id
  WHERE v.setting = 'chronic' AND coalesce(v.setl_type, '') <> '3'
), class AS (
  SELECT opsp_class FROM registration GROUP BY opsp_class
), title AS (
  SELECT opsp_dise_name FROM registration WHERE opsp_dise_name IS NOT NULL GROUP BY opsp_dise_name
), asked AS (
  SELECT t.*, coalesce(c.opsp_class IS NOT NULL OR n.opsp_dise_name IS NOT NULL, FALSE) AS in_register
  FROM told t
  LEFT JOIN class c ON c.opsp_class = t.opsp_class
  LEFT JOIN title n ON n.opsp_dise_name = t.dise_name
  -- Medical assistance and supplementary insurance settle the same charges a second time.
  WHERE NOT t.is_supplement OR t.only_supplement = 1
), held AS (
  SELECT a.setl_id,
         count(DISTINCT CASE WHEN r.registered_on <= a.enddate AND coalesce(r.expires_on >= a.begndate, TRUE)
                             THEN r.opsp_class END) AS registered_diseases,
         max(CASE WHEN r.registered_on <= a.enddate AND coalesce(r.expires_on >= a.begndate, TRUE)
                   AND (NOT a.in_register OR r.opsp_class = a.opsp_class OR r.opsp_dise_name = a.dise_name)
                  THEN 1 ELSE 0 END) AS covered,
         min(CASE WHEN r.registered_on > a.enddate THEN r.registered_on END) AS begins_on,
         max(CASE WHEN r.expires_on < a.begndate THEN r.expires_on END) AS ended_on
  FROM asked a
  JOIN registration r ON r.person_id = a.person_id
  GROUP BY a.setl_id
)
SELECT a.setl_id, a.person_id, a.psn_no, a.fixmedins_code, a.fixmedins_type, a.dr_codg, a.insuplc_admdvs, a.insutype,
       a.begndate AS day, a.enddate AS last_day, CAST(substr(CAST(a.begndate AS VARCHAR), 1, 4) AS INTEGER) AS year,
       a.dise_codg, a.opsp_class, a.dise_name, a.charge, a.scope_amount, a.fund_money,
       CAST(greatest(least(coalesce(nullif(a.hifp_pay, 0), a.fund_money), a.fund_money - a.account_money), 0) AS DECIMAL(16,2)) AS pooled_money,
       CAST(coalesce(h.registered_diseases, 0) AS INTEGER) AS registered_diseases, a.in_register,
       coalesce(h.registered_diseases, 0) > 0 AS is_registered, coalesce(h.covered, 0) = 1 AS is_covered,
       h.begins_on, h.ended_on
FROM asked a
LEFT JOIN held h ON h.setl_id = a.setl_id
