/*
code        = "IDN01"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id"]
responsible = ["institution", "doctor", "patient"]
basis       = ["条例 20", "条例 40(3)", "GZ10000201008000"]
needs       = ["person.death_date|settlement.dscg_way"]
prior       = 0.85
subsumes    = ["BIL05"]
[title]
zh = "死亡后计费"
en = "Services after death"
[message]
zh = "登记死亡日期 {death_date}，{days_after} 天后仍有费用发生（身故后共 {visits_after} 次结算）"
en = "Charges {days_after} days after the recorded death on {death_date} ({visits_after} settlements after it)"
[benign]
zh = "死亡日期登记有误，身故后仍长期、规律地在多处就医的尤其可能；离院方式误填为死亡；住院费用在患者去世后补记；同一证件号被两人共用。"
en = "The death date is wrong, above all when the person goes on being treated regularly in several places; a discharge coded as death by mistake; charges of a stay entered late; two people registered under one certificate number."
[next]
zh = "与公安、民政、殡葬的死亡信息核对；确认无误后调取就诊凭证、取药签名和监控，查明实际使用人。"
en = "Check the date against police, civil-affairs and funeral records; once it stands, obtain the visit's credential, signatures and footage to learn who was treated."
[params.grace_days]
default = 1
unit = "day"
help = { zh = "身故后多少天内的费用不计（跨零点计费）", en = "charges up to so many days after the death are left alone (billing across midnight)" }
source = { zh = "跨零点计费的通常做法；本地可调", en = "usual for charges around midnight" }
*/
WITH deceased AS (
  -- the register goes before a discharge code; where registers disagree the latest date counts, as doubt favours the provider
  SELECT p.person_id, coalesce(max(r.death_date), max(p.death_date)) AS death_date, count(r.death_date) AS registered
  FROM people p
  LEFT JOIN person r ON r.psn_no = p.psn_no
  WHERE p.death_date IS NOT NULL  -- 有死亡日期 | A date of death is known
  GROUP BY p.person_id
),
service AS (
  -- the day the service happened counts, not the day it was settled
  SELECT l.setl_id, l.feedetl_sn, l.person_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.day, l.item_name, l.charge,
    d.death_date, d.registered
  FROM line l
  JOIN deceased d ON d.person_id = l.person_id
  UNION ALL
  SELECT v.setl_id, CAST(NULL AS VARCHAR), v.person_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate,
    CAST(NULL AS VARCHAR), v.charge, d.death_date, d.registered
  FROM visit v
  JOIN deceased d ON d.person_id = v.person_id
  WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.setl_id = v.setl_id)  -- 没有费用明细，按结算看 | No fee lines, so the settlement itself is looked at
),
activity AS (
  SELECT person_id, count(DISTINCT setl_id) AS visits_after
  FROM service
  WHERE day > death_date  -- 费用日期晚于死亡日期 | Dated after the death
  GROUP BY person_id
)
SELECT s.setl_id, s.feedetl_sn, s.psn_no, s.fixmedins_code, s.dr_codg, s.day AS occurred_on,
  CAST(s.charge AS DECIMAL(16,2)) AS charge_amount,
  -- a discharge code may be a slip of the pen, and charges of the last stay may have been entered late
  CAST(CASE WHEN s.registered = 0 THEN 0.5 WHEN v.begndate > s.death_date THEN 1 ELSE 0.7 END AS DOUBLE) AS strength,
  CASE WHEN s.registered > 0 THEN 'violation' ELSE 'suspected' END AS level,
  s.death_date, date_diff('day', s.death_date, s.day) AS days_after, a.visits_after, s.item_name
FROM service s
JOIN activity a ON a.person_id = s.person_id
JOIN visit v ON v.setl_id = s.setl_id
WHERE date_diff('day', s.death_date, s.day) > $grace_days -- 费用发生在死亡日期及宽限天数之后 | The service lies beyond the death date and the days of grace
  AND coalesce(s.item_name, '') NOT LIKE '%尸%' -- 不是尸体料理、尸检等身后项目 | It is not mortuary care or an autopsy
  AND coalesce(s.item_name, '') NOT LIKE '%遗体%' -- 不是遗体处理 | It is not the care of the body
