/*
code        = "POL03"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution"]
basis       = ["条例 38(6)", "GZ10000101012000", "GZ10000102011000"]
prior       = 0.85
needs       = ["fee_item", "catalogue.lmt_hosp_lv|catalogue_limit.lmt_hosp_lv|limit_name.lmt_hosp_lv", "settlement.hosp_lv|institution.hosp_lv"]
[title]
zh = "机构级别低于目录限定"
en = "Institution below the level the item is limited to"
[message]
zh = "{item_name} 限 {lmt_hosp_lv} 及以上医疗机构（{limit_source}），本机构为 {hosp_lv}，涉及 {charge_amount} 元"
en = "{item_name} is limited to institutions of {lmt_hosp_lv} or above ({limit_source}); this one is of {hosp_lv}: {charge_amount} yuan"
[benign]
zh = "机构等级登记未及时更新；急诊抢救用药；外送到上级医院做的检查；医共体内由上级医院医师开单；未定级机构当地按某一级别管理"
en = "A level not yet updated; emergency treatment; a test sent to a higher hospital; ordered by a doctor of the leading hospital of the group; an unrated institution that is managed locally as of some level"
[next]
zh = "核对机构当时的等级批复、当地对未定级机构的规定和目录限定原文；急诊的查抢救记录"
en = "Check the level approved at the time, the local rule for unrated institutions and the wording of the limit; for emergencies read the resuscitation record"
*/
WITH below AS (
  SELECT l.* FROM limited_line l WHERE l.hosp_lv < l.lmt_hosp_lv
),
rated AS (  -- the register may know of a promotion before the settlements do, or after
  SELECT b.*, greatest(b.hosp_lv, coalesce(i.hosp_lv, b.hosp_lv)) AS best_lv,
         starts_with(b.med_type, '13') OR starts_with(b.med_type, '24') OR b.med_type = '991401'
           OR coalesce(b.adm_way = '1', FALSE) AS is_emergency
  FROM below b
  LEFT JOIN institution i ON i.fixmedins_code = b.fixmedins_code
)
SELECT r.setl_id, r.feedetl_sn, r.psn_no, r.fixmedins_code, r.dr_codg, r.day AS occurred_on, r.charge AS charge_amount,
  CAST(CASE WHEN r.is_emergency OR r.hosp_lv = '0' OR NOT r.pooled OR r.hosp_lv_by_name THEN 0.5 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN r.is_emergency OR r.hosp_lv = '0' OR NOT r.pooled OR r.hosp_lv_by_name THEN 'suspected' END AS level,
  r.med_list_codg, r.item_name, r.hosp_lv, r.lmt_hosp_lv, r.is_emergency, r.pooled,
  r.hosp_lv_source AS limit_source, r.hosp_lv_by_name
FROM rated r
WHERE r.best_lv < r.lmt_hosp_lv             -- 机构级别低于目录限定的最低级别 | The institution is below the lowest level allowed
  AND r.fixmedins_type = '1'                -- 医疗机构，不是药店（双通道药品由上级医院开方） | A medical institution; pharmacies fill prescriptions of higher hospitals
  AND coalesce(r.etip_flag, '0') <> '1'     -- 不是外送检查 | Not a test sent elsewhere
