/*
[grain]
zh = "慢特病结算中每条西药、中成药明细一行"
en = "one row per line of a Western medicine or Chinese patent medicine in a chronic outpatient settlement"
[columns]
drug = { zh = "通用名编码，没有时为项目编码", en = "generic code, the item's code where there is none" }
generic_code = { zh = "通用名编码", en = "generic code" }
pack_supply = { zh = "按包装推算的可用天数，拆零为空", en = "days that the packs last, NULL for split packs" }
is_solvent = { zh = "氯化钠、葡萄糖、注射用水等溶媒", en = "a solvent such as saline, glucose or water for injection" }
*/
SELECT l.feedetl_sn, l.setl_id, l.person_id, l.psn_no, l.fixmedins_code, l.dr_codg, l.day, l.med_list_codg,
       coalesce(i.item_name, l.item_name) AS item_name, coalesce(i.generic_code, l.med_list_codg) AS drug, i.generic_code,
       l.cnt, l.charge, l.scope_amount, CASE WHEN l.prd_days > 0 THEN l.prd_days END AS prd_days,
       CASE WHEN coalesce(l.trdn_flag, '0') <> '1' THEN CAST(l.cnt AS DOUBLE) * i.pack_days END AS pack_supply,
       coalesce(l.item_name LIKE '%氯化钠%' OR l.item_name LIKE '%葡萄糖%' OR l.item_name LIKE '%注射用水%', FALSE) AS is_solvent
FROM line l
JOIN chronic_visit v ON v.setl_id = l.setl_id
JOIN item i ON i.med_list_codg = l.med_list_codg
WHERE l.med_chrgitm_type IN ('09', '11')
