/*
code        = "IDN03"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "other_setl_id"]
responsible = ["patient"]
basis       = ["条例 17", "条例 41(2)"]
needs       = ["settlement.invono|settlement.setl_type"]
prior       = 0.6
[title]
zh = "同一费用重复报销"
en = "Reimbursed twice"
[message]
zh = "与结算 {other_setl_id} 是同一笔费用（发票 {invono}，总额 {charge} 元、{other_charge} 元），基金两次支付"
en = "The same cost as settlement {other_setl_id} (invoice {invono}, totals {charge} yuan and {other_charge} yuan), paid by the fund both times"
[benign]
zh = "先前一次结算已撤销但退费记录缺失；手工报销只补报联网结算时漏掉的部分；大病、公务员补助等第二层待遇分开结算；发票号是占位号或被重复使用。"
en = "The first settlement was cancelled and its refund is missing; the manual claim only made up for what direct settlement left out; a second layer of benefit settled apart; the invoice number is a filler or was used again."
[next]
zh = "调取手工报销档案，与联网结算单、发票原件和支付流水比对，确认基金是否实际付了两次。"
en = "Compare the manual claim's file with the direct settlement, the original invoice and the payments, and see whether the fund really paid twice."
[params.max_uses]
default = 5
unit = "settlement"
help = { zh = "同一号码出现在更多结算上时视为占位号", en = "a number on more settlements than this is taken for a filler" }
source = { zh = "本系统取值：一张发票至多对应几次结算", en = "medaudit's own default: one invoice is settled a few times at most" }
*/
WITH paper AS (
  SELECT setl_id, person_id, trim(invono) AS invono
  FROM visit
  WHERE length(trim(invono)) >= 6  -- 发票号不少于 6 位 | The invoice number has at least six characters
    AND replace(trim(invono), substr(trim(invono), 1, 1), '') <> ''  -- 发票号不是同一个字符 | It is not one character repeated
),
invoice AS (
  -- fillers such as 123456 would pair everything with everything: they go before the pairing
  SELECT invono FROM paper GROUP BY invono
  HAVING count(*) BETWEEN 2 AND $max_uses  -- 有别的结算也用这个发票号，又没有多到像填充值 | Other settlements carry the number too, but not so many that it is a filler
),
twin AS (
  SELECT a.setl_id, b.setl_id AS other_setl_id, 1 AS same_invoice
  FROM invoice i
  JOIN paper a ON a.invono = i.invono
  JOIN paper b ON b.invono = i.invono AND b.person_id = a.person_id AND b.setl_id <> a.setl_id  -- 同一人另有一笔结算用这个发票号 | Another settlement of the person carries the number
  UNION ALL
  SELECT a.setl_id, b.setl_id, 0
  FROM visit a
  JOIN visit b ON b.person_id = a.person_id AND b.fixmedins_code = a.fixmedins_code AND b.begndate = a.begndate
    AND b.enddate = a.enddate AND b.charge = a.charge AND b.setl_id <> a.setl_id  -- 同一人在同一机构另有一笔起止日期和总额都相同的结算 | Another settlement of the person there has the same dates and total
  WHERE a.is_stay  -- 本次是住院 | This one is a hospital stay
    AND b.is_stay  -- 另一次也是住院 | So is the other
),
pair AS (
  SELECT setl_id, other_setl_id, max(same_invoice) AS same_invoice FROM twin GROUP BY setl_id, other_setl_id
)
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, coalesce(CAST(v.setl_time AS DATE), v.enddate) AS occurred_on,
  -- the money stands on the leg that cost the fund less
  CAST(CASE WHEN v.fund_money < o.fund_money OR (v.fund_money = o.fund_money AND v.setl_id > o.setl_id)
    THEN v.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN v.charge <> o.charge THEN 0.4 WHEN (v.setl_type = '1') <> (o.setl_type = '1') THEN 0.9 ELSE 0.7 END AS DOUBLE) AS strength,
  CASE WHEN v.charge <> o.charge THEN 'lead' ELSE 'suspected' END AS level,
  p.other_setl_id, v.invono, v.setl_type, o.setl_type AS other_setl_type, v.charge, o.charge AS other_charge,
  o.fund_money AS other_fund_money
FROM pair p
JOIN visit v ON v.setl_id = p.setl_id
JOIN visit o ON o.setl_id = p.other_setl_id
WHERE ((v.setl_type = '1') <> (o.setl_type = '1') OR (p.same_invoice = 1 AND v.charge = o.charge)) -- 一次联网一次手工，或同一发票同样总额 | Settled once directly and once by hand, or one invoice with one total
  AND (v.fixmedins_code = o.fixmedins_code OR v.charge = o.charge) -- 同一机构或总额相同 | The same institution or the same total
  AND v.fund_money > 0 -- 本次基金有支付 | The fund paid this settlement
  AND o.fund_money > 0 -- 另一次基金也有支付 | The fund paid the other settlement too
  AND coalesce(v.setl_type, '') <> '3' -- 本次不是医疗救助 | This one is not medical assistance
  AND coalesce(o.setl_type, '') <> '3' -- 另一次不是医疗救助 | The other is not medical assistance
  AND coalesce(v.insutype, '') NOT IN ('320', '330', '370', '392') -- 本次不是补充层待遇 | This one is no supplementary benefit
  AND coalesce(o.insutype, '') NOT IN ('320', '330', '370', '392') -- 另一次不是补充层待遇 | The other is no supplementary benefit
