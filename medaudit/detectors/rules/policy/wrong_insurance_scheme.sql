/*
code        = "POL08"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(6)", "GZ10000101001000", "GZ10000101002000", "GZ10000102003000", "GZ10000102004000"]
prior       = 0.65
needs       = ["fee_item", "catalogue.lmt_insutype|catalogue_limit.lmt_insutype", "settlement.insutype|person.insutype"]
[title]
zh = "限定险种的项目由其他险种支付"
en = "Item limited to another insurance scheme"
[message]
zh = "{item_name} 限定险种“{lmt_insutype}”（{limit_source}），本次按险种 {insutype} 结算，涉及 {charge_amount} 元"
en = "{item_name} is limited to scheme \"{lmt_insutype}\" ({limit_source}); this visit was settled under {insutype}: {charge_amount} yuan"
[benign]
zh = "生育待遇已并入职工医保或居民医保支付；工伤认定未下来先按医保结算、之后退回；险种代码登记有误；限定已取消而目录未更新"
en = "Maternity benefits paid by the employees' or residents' scheme since their merger; settled before the injury was recognised and refunded later; a wrong scheme code; a limit lifted since"
[next]
zh = "核对目录限定原文和参保险种；限工伤的查受伤经过和工伤认定，确认是否应由工伤保险支付"
en = "Check the wording of the limit and the person's scheme; for work injury read how the injury came about and whether it was recognised"
*/
WITH kind AS (
  SELECT DISTINCT lmt_insutype, insutype, setting FROM limited_line
  WHERE lmt_insutype IS NOT NULL AND insutype IN ('310', '320', '330', '370', '380', '390', '391', '392', '510')
),
compared AS (  -- work injury is a scheme of its own, so no settlement here is of it
  SELECT k.*, CASE
    WHEN v.value LIKE '%工伤%' THEN FALSE
    WHEN v.value = '510' OR v.value LIKE '%生育%' THEN k.insutype = '510' OR k.setting = 'maternity'
    WHEN v.value = '310' OR v.value LIKE '%职工%' THEN k.insutype IN ('310', '320', '330', '370')
    WHEN v.value IN ('380', '390', '391', '392') OR v.value LIKE '%居民%' OR v.value LIKE '%农合%' THEN k.insutype IN ('380', '390', '391', '392')
    WHEN v.value LIKE '%基本医疗%' OR v.value IN ('基本', '医保') THEN k.insutype <> '510'
    WHEN v.value IN ('320', '330', '340', '350', '360', '370', '399', '410') THEN k.insutype = v.value END AS fits,
    v.value LIKE '%生育%' OR v.value = '510' AS is_maternity
  FROM kind k JOIN limit_value v ON v.kind = 'insutype' AND v.told = k.lmt_insutype
),
judged AS (
  SELECT lmt_insutype, insutype, setting, max(CASE WHEN fits THEN 1 ELSE 0 END) AS fits, max(CASE WHEN fits IS NULL THEN 1 ELSE 0 END) AS unclear,
         max(CASE WHEN is_maternity THEN 1 ELSE 0 END) AS maternity
  FROM compared GROUP BY lmt_insutype, insutype, setting
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on, l.charge AS charge_amount,
  CAST(CASE WHEN l.pooled THEN 0.9 ELSE 0.5 END AS DOUBLE) AS strength, CASE WHEN NOT l.pooled THEN 'suspected' END AS level,
  l.med_list_codg, l.item_name, l.insutype, l.lmt_insutype, l.pooled, l.insutype_source AS limit_source
FROM judged j
JOIN limited_line l ON l.lmt_insutype = j.lmt_insutype AND l.insutype = j.insutype AND l.setting = j.setting
WHERE j.fits = 0     -- 结算险种不在目录限定之内 | The scheme is none of those allowed
  AND j.unclear = 0  -- 限定清单的每个值都看得懂 | Every value of the limit is understood
  AND NOT (j.maternity = 1 AND EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = l.setl_id AND e.reason = 'maternity'))  -- 不是限生育的项目用于孕产妇 | Not an item for maternity used for a pregnancy or birth
