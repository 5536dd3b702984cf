/*
code        = "IDN06"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "other_setl_id"]
responsible = ["institution", "patient"]
basis       = ["条例 17", "条例 40(1)", "条例 41(1)"]
needs       = ["fee_item", "settlement.setl_time"]
prior       = 0.5
excludes    = ["newborn", "transfer"]
subsumes    = ["STY05"]
[title]
zh = "手术或透析当时另有本人就诊"
en = "Treated elsewhere during an operation or dialysis"
[message]
zh = "{occurred_on} 在 {other_institution} 做 {session}，同时又在 {institution} 接受须本人到场的检查或治疗（{item_name}）"
en = "{session} at {other_institution} on {occurred_on}, and yet a test or treatment that takes the person ({item_name}) at {institution}"
[benign]
zh = "手术或透析的费用提前或事后记账，日期时间不是实际时间；受托外院的检查未标外检；检查早已做完当日才结算；同一证件号被两人共用。"
en = "The operation or dialysis entered before or after it took place; a test asked for from outside but not marked; a test done earlier and settled that day; two people registered under one certificate number."
[next]
zh = "以麻醉记录、透析机记录单的起止时间和外院检查报告的时间、影像比对，查明哪一处不是本人；再看该卡其他日期的使用。"
en = "Compare the times on the anaesthesia or dialysis record with report and images of the other place to see which was not the holder; then look at other uses of the card."
[params.session_hours]
default = 3
unit = "hour"
help = { zh = "一次透析按多少小时计，从记账时刻起算", en = "hours of a dialysis session, counted from the time it is charged" }
source = { zh = "常规血液透析每次约 4 小时，留 1 小时余量；本工具的设定", en = "haemodialysis usually takes four hours; one is granted; set by this tool" }
[params.way_minutes]
default = 30
unit = "minute"
help = { zh = "记账后多少分钟内的就诊不算（先记账、后上机）", en = "visits so soon after the charge are left alone: charged first, connected later" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH known AS (
  SELECT med_list_codg, item_name, is_dialysis,
    -- anaesthesia by needle or gas keeps the patient down; that of the surface or the spot does not
    item_name LIKE '%麻醉%' AND item_name NOT LIKE '%局部%' AND item_name NOT LIKE '%表面%' AND item_name NOT LIKE '%浸润%'
      AND item_name NOT LIKE '%镇痛%' AND item_name NOT LIKE '%会诊%' AND item_name NOT LIKE '%访视%' AS is_narcosis
  FROM item
  WHERE is_dialysis OR item_name LIKE '%麻醉%'
),
session AS (
  SELECT l.setl_id, l.person_id, l.fixmedins_code, l.day, max(CASE WHEN k.is_narcosis THEN 1 ELSE 0 END) AS is_operation,
    -- the settlement of an outpatient session may have the better clock, the first charge is nearest to the start
    min(CASE WHEN k.is_dialysis AND substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 8) <> '00:00:00'
             THEN substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 8) END) AS started, min(k.item_name) AS session
  FROM line l
  JOIN known k ON k.med_list_codg = l.med_list_codg
  LEFT JOIN stay s ON s.stay_id = l.stay_id
  WHERE l.med_chrgitm_type IN ('03', '05', '06')  -- 是诊疗项目，不是麻醉药、透析液 | A procedure, not a drug or a fluid
    AND (k.is_narcosis AND l.day > s.admitted AND l.day < s.discharged OR k.is_dialysis)  -- 入院次日至出院前一日做了麻醉下手术，或做了透析 | An operation under anaesthesia after the day of admission and before discharge, or dialysis
  GROUP BY l.setl_id, l.person_id, l.fixmedins_code, l.day
),
meeting AS (
  SELECT o.setl_id AS other_setl_id, o.is_operation, o.session, o.fixmedins_code AS other_code, v.setl_id,
    CAST(substr(o.started, 1, 2) AS INTEGER) * 3600 + CAST(substr(o.started, 4, 2) AS INTEGER) * 60 AS started, t.clock
  FROM session o
  JOIN visit v ON v.person_id = o.person_id AND v.begndate = o.day AND v.enddate = o.day AND v.fixmedins_code <> o.fixmedins_code  -- 同一天另一家机构有本人的结算 | Another institution settled for the person that day
  LEFT JOIN timed_visit t ON t.setl_id = v.setl_id
  WHERE NOT v.is_stay AND v.fixmedins_type = '1'  -- 是门诊，不是药店 | An outpatient visit, not a pharmacy
),
bodily AS (
  SELECT l.setl_id, min(l.item_name) AS item_name, sum(l.charge) AS charge
  FROM line l
  JOIN (SELECT DISTINCT setl_id FROM meeting) m ON m.setl_id = l.setl_id
  WHERE l.med_chrgitm_type IN ('03', '05', '06')  -- 检查、治疗或手术，须本人在场 | An examination, treatment or operation: the person has to be there
    AND coalesce(l.etip_flag, '0') <> '1'         -- 不是外院委托的检查 | Not asked for by another institution
  GROUP BY l.setl_id
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, v.begndate AS occurred_on, CAST(b.charge AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN m.is_operation = 1 THEN 0.9 ELSE 0.5 END AS DOUBLE) AS strength,
  CASE WHEN m.is_operation = 1 THEN 'suspected' ELSE 'lead' END AS level,
  m.other_setl_id, coalesce(v.fixmedins_name, v.fixmedins_code) AS institution, coalesce(i.fixmedins_name, m.other_code) AS other_institution,
  m.session, b.item_name
FROM meeting m
JOIN bodily b ON b.setl_id = m.setl_id
JOIN visit v ON v.setl_id = m.setl_id
LEFT JOIN institution i ON i.fixmedins_code = m.other_code
WHERE (m.is_operation = 1
    OR m.clock - m.started BETWEEN 60 * $way_minutes AND 3600 * $session_hours)  -- 麻醉手术当天，或透析记账后的透析时段内 | On the day of the operation, or within the session after dialysis was charged
  AND v.fund_money > 0                     -- 该次就诊动用了医保资金 | The visit cost fund money
  AND coalesce(v.acct_mulaid_pay, 0) = 0   -- 没有用家庭共济账户支付 | No family account paid for it
