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
zh = "与结算 {other_setl_id} 是同一笔费用（发票 {invono}，本笔总额 {charge} 元，另一笔 {other_charge} 元），基金两次支付"
en = "The same cost as settlement {other_setl_id} (invoice {invono}; {charge} yuan here, {other_charge} yuan there), paid by the fund both times"
[benign]
zh = "先前一次结算已撤销但退费记录缺失；手工报销只补报联网结算时漏掉的部分；大病、公务员补助等第二层待遇分开结算；发票号是占位号或被重复使用。"
en = "The first settlement was cancelled and its refund is missing; the manual claim only made up for what direct settlement left out; a second layer of benefit settled apart; the invoice number is a filler or was used again."
[next]
zh = "调取手工报销档案，与联网结算单、发票原件和支付流水比对，确认基金是否实际付了两次。"
en = "Compare the manual claim's file with the direct settlement, the original invoice and the payments, and see whether the fund really paid twice."
*/
SELECT v.setl_id, v.psn_no, v.fixmedins_code, v.dr_codg, coalesce(CAST(v.setl_time AS DATE), v.enddate) AS occurred_on,
  -- the money stands on the leg that cost the fund less
  CAST(CASE WHEN v.fund_money < o.fund_money OR (v.fund_money = o.fund_money AND v.setl_id > o.setl_id)
    THEN v.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN v.charge <> o.charge THEN 0.4 WHEN (v.setl_type = '1') <> (o.setl_type = '1') THEN 0.9 ELSE 0.7 END AS DOUBLE) AS strength,
  CASE WHEN v.charge <> o.charge THEN 'lead' ELSE 'suspected' END AS level,
  p.other_setl_id, v.invono, v.setl_type, o.setl_type AS other_setl_type, v.charge, o.charge AS other_charge,
  o.fund_money AS other_fund_money
FROM twin_bill p
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
