/*
code        = "MED06"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "rxno"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 38(2)", "GZ10000202004000"]
prior       = 0.55
needs       = ["fee_item.rxno"]
bands       = { column = "kinds", at_least = ["core_kinds", "min_kinds"] }
[title]
zh = "一张处方药品种类过多"
en = "Too many kinds of drugs on one prescription"
[message]
zh = "处方 {rxno} 有 {kinds} 种西药和中成药，超出的几种共 {charge_amount} 元"
en = "Prescription {rxno} has {kinds} kinds of medicines; those beyond the limit are worth {charge_amount} yuan"
[benign]
zh = "上传的是就诊号而不是处方号，几张处方并成一张；溶媒和皮试液分别计数；急救用药；复方制剂拆成几个编码。"
en = "The number uploaded is the visit's, so that several prescriptions look like one; solvents and skin tests counted singly; emergency treatment; one preparation under several codes."
[next]
zh = "调取处方原件，看是否真为一张；查该医师处方的平均种数和药费，是否有大处方、搭配开药。"
en = "Look at the original prescription; compare the doctor's mean number of kinds and drug costs for large or bundled prescriptions."
[params.min_kinds]
default = 6
unit = ""
help = { zh = "药品达到几种即超出", en = "kinds from which a prescription is beyond the limit" }
source = { zh = "处方管理办法：每张处方不超过 5 种药品，中药饮片除外", en = "rules on prescriptions: five kinds at most, decoction pieces apart" }
[params.core_kinds]
default = 8
unit = ""
help = { zh = "核心区间：达到这么多种才作可疑，以下只作线索", en = "core band: suspected from so many kinds on, a lead below" }
source = { zh = "本工具的设定，无全国依据：一两种之差常因计数口径", en = "set by this tool; no national source: one or two more often come from how kinds are counted" }
*/
WITH many AS (
  SELECT setl_id FROM dispensed
  WHERE med_chrgitm_type IN ('09', '11') AND rx_lines > 0
    AND source IN ('outpatient', 'chronic')  -- 医院、诊所的门诊处方 | An outpatient prescription of a hospital or clinic
  GROUP BY setl_id
  HAVING count(DISTINCT drug) >= $min_kinds
),
kind AS (
  SELECT l.setl_id, l.person_id, l.fixmedins_code, trim(l.rxno) AS rxno, coalesce(i.generic_code, l.med_list_codg) AS drug, sum(l.charge) AS charge
  FROM many m
  JOIN line l ON l.setl_id = m.setl_id
  JOIN item i ON i.med_list_codg = l.med_list_codg
  WHERE l.med_chrgitm_type IN ('09', '11')  -- 西药或中成药，中药饮片另算 | Western or Chinese patent medicines; decoction pieces are apart
    AND length(trim(l.rxno)) >= 4 AND replace(trim(l.rxno), substr(trim(l.rxno), 1, 1), '') <> ''  -- 处方号不是占位值 | The prescription number is no filler
    AND coalesce(i.item_name, '') NOT LIKE '%氯化钠注射%' AND coalesce(i.item_name, '') NOT LIKE '%葡萄糖%注射%'
    AND coalesce(i.item_name, '') NOT LIKE '%注射用水%' AND coalesce(i.item_name, '') NOT LIKE '%皮试%'  -- 溶媒、皮试液不计 | Solvents and skin tests do not count
  GROUP BY l.setl_id, l.person_id, l.fixmedins_code, trim(l.rxno), coalesce(i.generic_code, l.med_list_codg)
),
numbered AS (
  -- the cheapest kinds are taken for those beyond the limit
  SELECT k.*, count(*) OVER (PARTITION BY k.setl_id, k.rxno) AS kinds,
    row_number() OVER (PARTITION BY k.setl_id, k.rxno ORDER BY k.charge DESC, k.drug) AS place
  FROM kind k
),
habit AS (
  -- where large visits always stand under one number it may be the visit's
  SELECT fixmedins_code, max(numbers) AS numbers
  FROM (SELECT fixmedins_code, setl_id, count(DISTINCT rxno) AS numbers FROM kind GROUP BY fixmedins_code, setl_id) one
  GROUP BY fixmedins_code
),
holder AS (
  SELECT n.fixmedins_code, n.rxno, count(DISTINCT l.person_id) AS persons
  FROM (SELECT DISTINCT fixmedins_code, rxno FROM numbered WHERE kinds >= $min_kinds) n
  JOIN line l ON l.fixmedins_code = n.fixmedins_code AND l.rxno = n.rxno
  GROUP BY n.fixmedins_code, n.rxno
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  CAST(l.charge AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN h.numbers = 1 THEN 0.2 WHEN n.kinds < $core_kinds THEN 0.3 ELSE 0.6 END AS DOUBLE) AS strength,
  CASE WHEN h.numbers = 1 OR n.kinds < $core_kinds THEN 'lead' END AS level,
  n.rxno, n.kinds, h.numbers
FROM numbered n
JOIN habit h ON h.fixmedins_code = n.fixmedins_code
LEFT JOIN holder p ON p.fixmedins_code = n.fixmedins_code AND p.rxno = n.rxno
JOIN line l ON l.setl_id = n.setl_id AND trim(l.rxno) = n.rxno AND l.med_chrgitm_type IN ('09', '11')
JOIN item i ON i.med_list_codg = l.med_list_codg AND coalesce(i.generic_code, l.med_list_codg) = n.drug
WHERE n.place >= $min_kinds  -- 一张处方上超过上限的那几种药 | The kinds beyond what one prescription may hold
  AND (h.numbers > 1 OR n.kinds >= $core_kinds)  -- 本机构会把一次就诊分成几张处方；否则号码可能是就诊号，只看种类很多的 | The institution divides large visits into several prescriptions; elsewhere the number may be the visit's, and only very many kinds are told
  AND coalesce(p.persons, 1) = 1  -- 处方号只属于一人 | The number belongs to one person
