/*
code        = "DOC02"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "dr_codg"]
responsible = ["institution", "doctor"]
basis       = ["医保发〔2024〕23号", "条例 38(6)"]
prior       = 0.8
needs       = ["doctor"]
excludes    = ["emergency"]
[title]
zh = "停用或未登记医师开单"
en = "Orders of a suspended or unregistered doctor"
[message]
zh = "医师 {dr_codg} 不在岗或未登记（停用日期 {status_date}），{occurred_on} 仍有开单费用"
en = "Doctor {dr_codg} was suspended (since {status_date}) or is not registered, yet ordered services on {occurred_on}"
[benign]
zh = "医师名册过期，恢复资格或新登记尚未同步；急诊抢救；停用前开出的长期医嘱后来才执行；名册没写停用日期，服务可能在停用之前，所以只作线索；编码录错。"
en = "The register is out of date and a restored or new registration is not in it yet; emergency and rescue; a standing order written before the suspension; a register without the date of the suspension, so that the service may have come first, which makes it a lead; a mistyped code."
[next]
zh = "核对医保医师登记和停用通知的生效日期；确认后对这些明细拒付，并查是否有人借用其工号。名册一名医师在一家机构只有一行，停用后又在原机构恢复的那段日子本规则看不到，要查历次停用通知；后来在另一机构登记的，按日期判断。"
en = "Check the register and the effective date of the suspension; if it stands, refuse these lines and see whether somebody used the doctor's login. The register holds one row for a doctor and institution, so a suspension since lifted there, which this rule cannot see, is in the notices; of a later registration elsewhere the dates decide."
[params.min_registered]
default = 5
unit = "doctor"
help = { zh = "机构在名册中至少有这么多医师，才认定名册覆盖该机构", en = "the register is trusted for an institution only with at least so many of its doctors in it" }
source = { zh = "本系统取值，避免把名册不全当作未登记", en = "medaudit's own default, so that an incomplete register is not read as unregistered doctors" }
*/
WITH registered AS (SELECT DISTINCT dr_codg FROM doctor),
span AS (
  -- from a suspension to the next registration that is open; an open one elsewhere, or of no known date, leaves no such span
  SELECT s.dr_codg, s.status_date AS since, min(n.status_date) AS until
  FROM doctor s
  LEFT JOIN doctor n ON n.dr_codg = s.dr_codg AND coalesce(n.dr_status, '1') <> '0' AND n.status_date > s.status_date
  WHERE s.dr_status = '0'
    AND NOT EXISTS (
      SELECT 1 FROM doctor o
      WHERE o.dr_codg = s.dr_codg AND coalesce(o.dr_status, '1') <> '0'
        AND (o.status_date IS NULL OR s.status_date IS NULL
             OR (o.status_date <= s.status_date AND coalesce(o.fixmedins_code, '') <> coalesce(s.fixmedins_code, '')))
    )
  GROUP BY s.dr_codg, s.status_date
),
closed AS (
  SELECT dr_codg, until, CAST(NULL AS DATE) AS last, min(since) AS since FROM span GROUP BY dr_codg, until
  UNION ALL
  -- notices of suspension, and what points brought, whatever the register says
  SELECT dr_codg, CAST(NULL AS DATE) AS until, enddate AS last, min(begndate) AS since FROM suspension GROUP BY dr_codg, enddate
),
staffed AS (
  SELECT fixmedins_code, count(DISTINCT dr_codg) AS doctors FROM doctor GROUP BY fixmedins_code
),
named AS (
  SELECT l.setl_id FROM line l
  WHERE l.dr_codg IS NOT NULL AND NOT EXISTS (SELECT 1 FROM placeholder_doctor x WHERE x.dr_codg = l.dr_codg)
  GROUP BY l.setl_id
),
ordered AS (
  SELECT setl_id, feedetl_sn, psn_no, fixmedins_code, dr_codg, day, setting, charge
  FROM line
  WHERE dr_codg IS NOT NULL
  UNION ALL
  -- no line names a particular doctor: the attending doctor answers for the settlement
  SELECT v.setl_id, CAST(NULL AS VARCHAR), v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate, v.setting, v.charge
  FROM visit v
  WHERE v.dr_codg IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM named n WHERE n.setl_id = v.setl_id)
)
SELECT o.setl_id, o.feedetl_sn, o.psn_no, o.fixmedins_code, o.dr_codg, o.day AS occurred_on,
  CAST(o.charge AS DECIMAL(16,2)) AS charge_amount,
  -- since when is unknown where the register gives no date: the service may have come before
  CAST(CASE WHEN r.dr_codg IS NULL THEN 0.5 WHEN c.since IS NULL THEN 0.3 ELSE 0.95 END AS DOUBLE) AS strength,
  CASE WHEN r.dr_codg IS NULL THEN 'suspected' WHEN c.since IS NULL THEN 'lead' ELSE 'violation' END AS level,
  c.since AS status_date, s.doctors AS registered_doctors
FROM ordered o
LEFT JOIN registered r ON r.dr_codg = o.dr_codg
LEFT JOIN closed c ON c.dr_codg = o.dr_codg AND (c.since IS NULL OR o.day >= c.since) AND (c.until IS NULL OR o.day < c.until) AND (c.last IS NULL OR o.day <= c.last)
LEFT JOIN staffed s ON s.fixmedins_code = o.fixmedins_code
WHERE (c.dr_codg IS NOT NULL OR (r.dr_codg IS NULL AND s.doctors >= $min_registered)) -- 医师当天停用（停用日期不明的也算），或名册中没有该医师 | The doctor was suspended that day (or since an unknown day), or is in no register
  AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.setl_id = o.setl_id AND starts_with(v.med_type, '13')) -- 不是急诊 | Not an emergency visit
  AND o.setting <> 'pharmacy' -- 不是药店销售（处方医师在别处） | Not a pharmacy sale, whose prescriber works elsewhere
  AND NOT (length(o.dr_codg) = 13 AND starts_with(o.dr_codg, 'N')) -- 不是护士编码 | The code is not a nurse's
  AND NOT EXISTS (SELECT 1 FROM placeholder_doctor x WHERE x.dr_codg = o.dr_codg) -- 不是占位编码 | The code is not a placeholder
