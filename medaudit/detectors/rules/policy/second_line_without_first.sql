/*
code        = "POL09"
status      = "stable"
level       = "suspected"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000101005000"]
prior       = 0.4
needs       = ["fee_item", "drug_line"]
[title]
zh = "未用一线药直接用限二线药"
en = "Second-line drug without the first line before it"
[message]
zh = "{item_name} 限二线使用，此前 {history_days} 天的记录里没有一线药（{first_drugs} 种可选），涉及 {charge_amount} 元"
en = "{item_name} is a second-line drug; none of the {first_drugs} first-line drugs in the {history_days} days of records before: {charge_amount} yuan"
[benign]
zh = "一线药用在记录开始以前、在外地或自费购买；一线药禁忌、过敏或缺货；病情危重、药敏结果支持直接使用；一线药编码未收全"
en = "The first line taken before the records begin, elsewhere or at one's own expense; a contraindication, an allergy or a shortage; a severe illness or a sensitivity test in favour; codes of first-line drugs missing from the list"
[next]
zh = "查病历中一线药的使用、禁忌或药敏记录；询问既往用药；看该医师是否一贯直接使用二线药"
en = "Look in the record for the first line, a contraindication or a sensitivity test; ask about earlier drugs; see whether the doctor always begins with the second line"
[params.lookback_days]
default = 180
unit = "day"
help = { zh = "记录开始后至少过这么多天才判断；患者本人的记录不足这么多天的只作线索", en = "Nothing is judged before the records go back this far; where the patient's own do not, the hit is a lead" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH second_item AS (   -- the list may name items or generic drugs
  SELECT i.med_list_codg, max(i.item_name) AS item_name, count(DISTINCT d.first) AS first_drugs,
         min(coalesce(d.begndate, DATE '1901-01-01')) AS listed_from, max(coalesce(d.enddate, DATE '9999-12-31')) AS listed_until
  FROM drug_line d JOIN item i ON i.med_list_codg = d.second OR i.generic_code = d.second
  GROUP BY i.med_list_codg
),
first_item AS (
  SELECT DISTINCT s.med_list_codg AS second_codg, f.med_list_codg
  FROM drug_line d
  JOIN item s ON s.med_list_codg = d.second OR s.generic_code = d.second
  JOIN item f ON f.med_list_codg = d.first OR f.generic_code = d.first
),
wanted AS (SELECT med_list_codg FROM second_item UNION SELECT med_list_codg FROM first_item),
used AS (
  SELECT l.feedetl_sn, l.setl_id, l.person_id, l.psn_no, l.fixmedins_code, l.fixmedins_type, l.dr_codg, l.day, l.med_list_codg,
         l.charge, l.scope_amount
  FROM line l JOIN wanted w ON w.med_list_codg = l.med_list_codg
),
taken AS (SELECT u.person_id, f.second_codg, min(u.day) AS first_day FROM used u JOIN first_item f ON f.med_list_codg = u.med_list_codg GROUP BY u.person_id, f.second_codg),
begun AS (SELECT u.person_id, u.med_list_codg, min(u.day) AS begun_on FROM used u GROUP BY u.person_id, u.med_list_codg),
known AS (
  SELECT v.person_id, min(v.begndate) AS known_since FROM visit v JOIN (SELECT DISTINCT person_id FROM begun) b ON b.person_id = v.person_id
  GROUP BY v.person_id
),
since AS (SELECT min(begndate) AS data_since FROM visit),
direct AS (
  SELECT u.*, s.item_name, s.first_drugs, b.begun_on, t.first_day,
         date_diff('day', d.data_since, b.begun_on) AS history_days, date_diff('day', k.known_since, b.begun_on) AS own_days,
         v.fund_money > v.account_money AS pooled
  FROM used u
  JOIN second_item s ON s.med_list_codg = u.med_list_codg AND u.day BETWEEN s.listed_from AND s.listed_until
  JOIN begun b ON b.person_id = u.person_id AND b.med_list_codg = u.med_list_codg
  JOIN known k ON k.person_id = u.person_id
  JOIN visit v ON v.setl_id = u.setl_id
  LEFT JOIN taken t ON t.person_id = u.person_id AND t.second_codg = u.med_list_codg
  CROSS JOIN since d
)
SELECT d.setl_id, d.feedetl_sn, d.psn_no, d.fixmedins_code, d.dr_codg, d.day AS occurred_on, d.charge AS charge_amount,
  CAST(CASE WHEN d.own_days < $lookback_days OR NOT d.pooled THEN 0.3 ELSE 0.7 END AS DOUBLE) AS strength,
  CASE WHEN d.own_days < $lookback_days OR NOT d.pooled THEN 'lead' END AS level,
  d.med_list_codg, d.item_name, d.first_drugs, d.begun_on, d.history_days, d.own_days, d.pooled
FROM direct d
WHERE d.scope_amount > 0                                   -- 进入医保范围 | Within the insured scope
  AND (d.pooled OR d.fixmedins_type <> '2')                -- 不是只用个人账户在药店购药 | Not bought in a pharmacy from a personal account alone
  AND d.history_days >= $lookback_days                     -- 首次使用二线药时记录已有足够长 | At the first use of the second line the records go back far enough
  AND (d.first_day IS NULL OR d.first_day > d.day)         -- 当天及以前没有用过任何一种一线药 | None of the first-line drugs on that day or before
