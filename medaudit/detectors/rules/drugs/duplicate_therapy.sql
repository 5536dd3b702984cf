/*
code        = "MED03"
status      = "stable"
level       = "suspected"
subject     = "patient"
key         = ["person_id", "drug_group", "year"]
responsible = ["patient", "institution", "doctor"]
basis       = ["条例 15", "条例 38(2)", "GZ10000301006000"]
prior       = 0.6
needs       = ["fee_item", "fee_item.prd_days|catalogue.pack_days"]
excludes    = ["hospice"]
bands       = { column = "overlaps", at_least = ["core_overlaps", "min_overlaps"] }
[title]
zh = "重复开药：同类药品在不同医师处重叠"
en = "Duplicate therapy from different prescribers"
[message]
zh = "{drug_name} 与 {other_drug_name} 用药时间重叠 {overlap_days} 天，分别由不同机构或医师开出；{year} 年这样重叠 {overlaps} 次"
en = "{drug_name} and {other_drug_name} overlap by {overlap_days} days, from different institutions or doctors; {overlaps} such overlaps in {year}"
[benign]
zh = "换药时旧药未用完；两种规格或剂型配合使用；指南允许的联合用药；外出时在另一机构临时取药；代家人取药。"
en = "The old drug was not finished when the drug was changed; two strengths or forms used together; a combination that guidelines allow; a fill elsewhere while travelling; drugs fetched for relatives."
[next]
zh = "对照两处的处方和病历，看医师是否知道另一处的用药；询问患者实际服用哪一种，现存多少。"
en = "Compare prescriptions and charts of both places: did the doctors know of each other; ask which drug is taken and what is left."
[params.group_length]
default = 6
unit = ""
min = 1
help = { zh = "西药编码前几位相同视为同类：6 位为 X 加 ATC 第四级，10 位左右为同一品种", en = "Western drugs whose codes agree in so many first characters are alike: 6 are X and the fourth ATC level, about 10 one substance" }
source = { zh = "国家药品编码结构：X 后为 ATC 分类；取第四级为通行做法", en = "structure of the national drug codes: X, then the ATC class; the fourth level is usual" }
[params.min_overlap_days]
default = 7
unit = "day"
help = { zh = "一次重叠至少天数", en = "days of one overlap at least" }
source = { zh = "本工具的设定，无全国依据：一张普通处方的天数", en = "set by this tool; no national source: the days of an ordinary prescription" }
[params.min_overlaps]
default = 3
unit = "fill"
help = { zh = "一年内至少重叠几次，且两种药互有先后", en = "overlaps in the year at least, either drug being the later one at times" }
source = { zh = "本工具的设定，无全国依据：换药、换回各算一次", en = "set by this tool; no national source: a change of drugs and back again are two" }
[params.core_overlaps]
default = 5
unit = "fill"
help = { zh = "核心区间：达到这个次数证据较强", en = "core band: from so many overlaps on the evidence is stronger" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH fill AS (
  SELECT d.person_id, d.drug, d.med_list_codg, d.setl_id, d.fixmedins_code, d.day, least(d.supply, 84) AS supply, i.item_name,
    CASE WHEN p.dr_codg IS NULL THEN d.dr_codg END AS dr_codg,
    CASE WHEN starts_with(d.med_list_codg, 'X') AND length(d.med_list_codg) >= 10 THEN substr(d.med_list_codg, 1, greatest($group_length, 1)) ELSE d.drug END AS drug_group,
    -- strengths in a name do not make another drug
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(i.item_name,
      '0', ''), '1', ''), '2', ''), '3', ''), '4', ''), '5', ''), '6', ''), '7', ''), '8', ''), '9', ''), '.', '') AS plain_name
  FROM dispensed d
  JOIN item i ON i.med_list_codg = d.med_list_codg
  LEFT JOIN placeholder_doctor p ON p.dr_codg = d.dr_codg
  WHERE d.supply > $min_overlap_days  -- 一次的用量长于重叠天数的下限 | The supply lasts longer than the least overlap
    AND d.med_chrgitm_type IN ('09', '11')  -- 西药或中成药 | A Western medicine or a Chinese patent medicine
    AND d.source <> 'discharge'  -- 不是出院带药 | Not given at discharge
),
several AS (
  SELECT person_id, drug_group FROM fill GROUP BY person_id, drug_group
  HAVING count(DISTINCT med_list_codg) > 1 AND (count(DISTINCT fixmedins_code) > 1 OR count(DISTINCT dr_codg) > 1)  -- 同类有几种药，来自几处 | Several drugs of the group, from several hands
),
own AS (
  SELECT f.* FROM several s
  JOIN fill f ON f.person_id = s.person_id AND f.drug_group = s.drug_group
  JOIN visit v ON v.setl_id = f.setl_id
  WHERE coalesce(v.acct_mulaid_pay, 0) = 0  -- 不用家庭共济账户支付 | No family account paid
),
regimen AS (
  -- what one doctor gave together once is one plan of treatment
  SELECT a.person_id, a.med_list_codg, b.med_list_codg AS other_item
  FROM own a JOIN own b ON b.setl_id = a.setl_id AND b.drug_group = a.drug_group AND b.med_list_codg <> a.med_list_codg
  GROUP BY a.person_id, a.med_list_codg, b.med_list_codg
),
pair AS (
  SELECT b.*, c.year, a.setl_id AS other_setl_id, a.drug AS other_drug, a.med_list_codg AS other_item, a.item_name AS other_drug_name,
    least(a.supply - date_diff('day', a.day, b.day), b.supply) AS overlap_days,
    row_number() OVER (PARTITION BY b.setl_id, b.med_list_codg ORDER BY a.supply - date_diff('day', a.day, b.day) DESC, a.setl_id, a.med_list_codg) AS place
  FROM own a
  JOIN own b ON b.person_id = a.person_id AND b.drug_group = a.drug_group AND b.med_list_codg <> a.med_list_codg AND b.plain_name <> a.plain_name
    AND (b.day > a.day OR (b.day = a.day AND b.setl_id > a.setl_id))
    AND (b.fixmedins_code <> a.fixmedins_code OR b.dr_codg <> a.dr_codg)  -- 由不同机构或医师开出 | From different institutions or doctors
  JOIN calendar c ON c.day = b.day
  WHERE a.supply - date_diff('day', a.day, b.day) >= $min_overlap_days  -- 前一种药还够用这么多天 | The earlier drug lasts so much longer
    AND NOT EXISTS (SELECT 1 FROM regimen r WHERE r.person_id = a.person_id AND r.med_list_codg = a.med_list_codg AND r.other_item = b.med_list_codg)  -- 没有在一次就诊中同时开出过 | Never given together at one visit
),
told AS (
  SELECT person_id, drug_group, year, count(*) AS overlaps, count(DISTINCT med_list_codg) AS later_items
  FROM pair WHERE place = 1 GROUP BY person_id, drug_group, year
)
SELECT l.setl_id, l.feedetl_sn, l.psn_no, l.fixmedins_code, l.dr_codg, l.day AS occurred_on,
  -- whole packages of the later drug that fall into the overlap
  CAST(CAST(l.charge AS DOUBLE) / nullif(l.cnt, 0) * floor(CAST(l.cnt AS DOUBLE) * p.overlap_days / nullif(p.supply, 0)) + 0.000001 AS DECIMAL(16,2)) AS charge_amount,
  CAST(CASE WHEN p.drug <> p.other_drug THEN 0.3 WHEN t.overlaps >= $core_overlaps THEN 0.7 ELSE 0.5 END AS DOUBLE) AS strength,
  CASE WHEN p.drug <> p.other_drug THEN 'lead' END AS level,
  p.person_id, p.drug_group, p.year, p.item_name AS drug_name, p.other_drug_name, p.other_setl_id, CAST(p.overlap_days AS INTEGER) AS overlap_days, t.overlaps
FROM pair p
JOIN told t ON t.person_id = p.person_id AND t.drug_group = p.drug_group AND t.year = p.year
JOIN line l ON l.setl_id = p.setl_id AND l.med_list_codg = p.med_list_codg
WHERE p.place = 1  -- 取重叠最久的一次 | The longest overlap of the fill
  AND t.overlaps >= $min_overlaps  -- 一年内重叠次数够多 | Overlaps often enough within the year
  AND t.later_items > 1  -- 两种药互有先后，不是换药 | Each is the later one at times, so it is no change of drug
  AND (p.drug = p.other_drug OR (substr(p.drug_group, 1, 2) NOT IN ('XL', 'XD', 'XV') AND substr(p.drug_group, 1, 4) NOT IN (
    'XB01', 'XA10', 'XN03', 'XN05', 'XJ05', 'XJ04', 'XR03', 'XR01', 'XC03', 'XS01')))  -- 同一通用名；不同通用名时，不属惯常联用的类别（抗栓、降糖、抗癫痫、抗精神病、抗病毒、抗结核、吸入、利尿、眼用、皮肤、抗肿瘤等） | One generic drug; of two, no group that is usually combined (antithrombotics, antidiabetics, antiepileptics, antipsychotics, antivirals, tuberculosis, inhalers, diuretics, eye drops, skin, tumour drugs …)
