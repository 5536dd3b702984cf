/*
code        = "POL11"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(6)"]
prior       = 0.7
needs       = ["fee_item.inscp_amt", "catalogue.payable|catalogue_limit.payable"]
[title]
zh = "目录不予支付的项目进入基金支付范围"
en = "Item the catalogue does not pay settled within scope"
[message]
zh = "{item_name} 不予支付（{limit_source}），却列入范围内金额 {scope_amount} 元"
en = "{item_name} is not payable ({limit_source}), yet {scope_amount} yuan of it were put within scope"
[benign]
zh = "目录调整的生效日期与系统更新有时差；编码对照错误；当地对个别项目另有支付政策（抢救、生育、公务员补助）；该险种目录不同"
en = "A change of the catalogue taken up late; a wrong mapping of codes; a local policy that pays it after all (resuscitation, maternity, civil servants); another scheme's catalogue"
[next]
zh = "核对目录当天的支付标志和当地支付政策，查项目对照关系，再看同一项目是否成批进入范围"
en = "Check the flag on that day and local policy, then the mapping; see whether the item was put within scope as a rule"
*/
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  CAST(least(f.inscp_amt, l.charge) AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN l.pooled THEN 0.9 ELSE 0.5 END AS DOUBLE) AS strength,
  CASE WHEN NOT l.pooled THEN 'suspected' END AS level,
  l.med_list_codg, l.item_name, CAST(f.inscp_amt AS DECIMAL(16,2)) AS scope_amount, l.insutype, l.pooled, l.payable_source AS limit_source
FROM limited_line l
JOIN fee_item f ON f.feedetl_sn = l.feedetl_sn
WHERE l.is_unpayable   -- 目录当天写明不予支付 | The catalogue of the day says that the fund does not pay
  AND l.scope_told     -- 来源写明了范围内金额 | The source itself says the amount in scope
  AND f.inscp_amt > 0  -- 范围内金额大于零 | The amount in scope is above zero
