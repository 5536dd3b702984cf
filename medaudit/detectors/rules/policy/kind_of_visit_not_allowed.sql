/*
code        = "POL04"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000102009000"]
prior       = 0.8
needs       = ["fee_item", "catalogue.lmt_med_type|catalogue_limit.lmt_med_type|limit_name.lmt_med_type"]
[title]
zh = "就医方式不在目录限定之内"
en = "Kind of visit the item is not allowed for"
[message]
zh = "{item_name} 限定就医方式“{lmt_med_type}”（{limit_source}），实际医疗类别 {med_type}，涉及 {charge_amount} 元"
en = "{item_name} is limited to visits of kind \"{lmt_med_type}\" ({limit_source}); this one is of kind {med_type}: {charge_amount} yuan"
[benign]
zh = "急诊留观期间用药，随后转住院；当地把日间病房、家庭病床等按住院对待；医疗类别选错；限定已放宽而目录未更新"
en = "Used in emergency observation before the admission; day wards or home beds that count as stays locally; a wrong kind of visit chosen; a limit relaxed since"
[next]
zh = "核对目录限定原文和医疗类别；急诊的查留观病历，看同日或次日是否收入院"
en = "Check the wording of the limit and the kind of visit; for emergencies read the observation record and see whether an admission followed"
*/
WITH kind AS (
  SELECT DISTINCT lmt_med_type, med_type, setting, is_stay, coalesce(adm_way, '') AS adm_way
  FROM limited_line WHERE lmt_med_type IS NOT NULL AND setting <> 'other'
),
word AS (
  SELECT v.told, replace(replace(replace(replace(replace(v.value, '限', ''), '仅', ''), '使用', ''), '支付', ''), '患者', '') AS word
  FROM limit_value v WHERE v.kind = 'med_type'
),
compared AS (  -- 21 and 11 stand for every stay and every other visit; a word that is none of these is not understood
  SELECT k.*, CASE
    WHEN w.word IN ('21', '住院', '普通住院', 'INPATIENT') THEN k.is_stay
    WHEN w.word IN ('11', '门诊', '普通门诊', 'OUTPATIENT') THEN NOT k.is_stay
    WHEN w.word IN ('13', '急诊', '急诊抢救', '抢救', 'EMERGENCY')
      THEN starts_with(k.med_type, '13') OR starts_with(k.med_type, '24') OR k.med_type = '991401' OR k.adm_way = '1'
    WHEN w.word IN ('14', '门诊慢特病', '慢特病', '门诊慢病', '门诊特病', '门诊大病', '门慢', '门特', 'CHRONIC') THEN k.setting = 'chronic'
    WHEN w.word IN ('41', '药店', '药店购药', '定点药店', '零售药店', 'PHARMACY') THEN k.setting = 'pharmacy'
    WHEN w.word IN ('生育', 'MATERNITY') THEN k.setting = 'maternity'
    WHEN w.word IN ('28', '日间手术') THEN starts_with(k.med_type, '28')
    WHEN substr(w.word, 1, 1) BETWEEN '0' AND '9' THEN starts_with(k.med_type, w.word) END AS fits
  FROM kind k JOIN word w ON w.told = k.lmt_med_type
),
judged AS (
  SELECT lmt_med_type, med_type, setting, is_stay, adm_way, max(CASE WHEN fits THEN 1 ELSE 0 END) AS fits,
         max(CASE WHEN fits IS NULL THEN 1 ELSE 0 END) AS unclear
  FROM compared GROUP BY lmt_med_type, med_type, setting, is_stay, adm_way
),
against AS (
  SELECT l.*, j.fits, j.unclear, starts_with(l.med_type, '13') OR l.med_type = '991401' AS is_emergency
  FROM limited_line l
  JOIN judged j ON j.lmt_med_type = l.lmt_med_type AND j.med_type = l.med_type AND j.setting = l.setting
               AND j.is_stay = l.is_stay AND j.adm_way = coalesce(l.adm_way, '')
  WHERE j.fits = 0
),
admitted AS (  -- what was given the day before a stay may have been the beginning of it
  SELECT a.feedetl_sn FROM against a
  JOIN stay s ON s.person_id = a.person_id AND s.fixmedins_code = a.fixmedins_code AND date_diff('day', a.day, s.admitted) BETWEEN 0 AND 1
  GROUP BY a.feedetl_sn
)
SELECT a.setl_id, a.feedetl_sn, a.psn_no, a.fixmedins_code, a.dr_codg, a.day AS occurred_on, a.charge AS charge_amount,
  CAST(CASE WHEN a.is_emergency OR s.feedetl_sn IS NOT NULL OR NOT a.pooled OR a.med_type_by_name THEN 0.5 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN a.is_emergency OR s.feedetl_sn IS NOT NULL OR NOT a.pooled OR a.med_type_by_name THEN 'suspected' END AS level,
  a.med_list_codg, a.item_name, a.med_type, a.setting, a.lmt_med_type, a.is_emergency, s.feedetl_sn IS NOT NULL AS admitted_after, a.pooled,
  a.med_type_source AS limit_source, a.med_type_by_name
FROM against a
LEFT JOIN admitted s ON s.feedetl_sn = a.feedetl_sn
WHERE a.fits = 0     -- 就医方式不在目录限定之内 | The kind of visit is none of those allowed
  AND a.unclear = 0  -- 限定清单的每个值都看得懂 | Every value of the limit is understood
