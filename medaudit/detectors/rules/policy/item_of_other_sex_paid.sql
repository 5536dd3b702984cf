/*
code        = "POL01"
status      = "stable"
level       = "violation"
subject     = "settlement"
key         = ["setl_id", "med_list_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 38(6)", "GZ10000301004000", "GZ10000302004000"]
prior       = 0.8
needs       = ["fee_item", "catalogue.lmt_gend|catalogue_limit.lmt_gend", "settlement.gend|person.gend|settlement.certno|person.certno"]
excludes    = ["newborn"]
subsumes    = ["IDN02"]
[title]
zh = "限定性别的项目用于另一性别并由基金支付"
en = "Item limited to one sex paid for the other"
[message]
zh = "{item_name} 限定另一性别（{limit_source}），却进入基金支付范围，涉及 {charge_amount} 元（本机构同样情形 {persons} 人）"
en = "{item_name} is limited to the other sex ({limit_source}), yet was settled within the scope of the fund: {charge_amount} yuan ({persons} such persons at this institution)"
[benign]
zh = "医院项目与医保目录对照错误，同一项目涉及多人时尤其可能；性别登记有误或已变更；个别药品另一性别也有获批的用法而目录未更新；配偶的检查记在本人名下"
en = "The hospital's item mapped to the wrong catalogue code, above all when many people are affected; a sex recorded wrongly or changed since; a use approved for the other sex that the catalogue does not know yet; the spouse's test billed to the patient"
[next]
zh = "核对性别登记、目录限定和项目对照表；查报告单和医嘱，确认接受服务的是不是参保人本人，再看同一项目在该机构是否成批出现"
en = "Check the recorded sex, the limit and the item mapping; read report and order to see who was treated, and whether the item turns up for many at the institution"
[params.mapping_persons]
default = 10
unit = "person"
help = { zh = "同一机构同一项目涉及这么多人时多半是项目对照错误，降为线索", en = "When so many people at one institution share the contradiction it is probably a wrong mapping and kept as a lead" }
source = { zh = "国家医保局 2025-09-29 数据异常通报：百余名男性“宫腔镜”系项目对照错误；人数为本工具的设定", en = "notice of the national bureau of 2025-09-29: over a hundred hysteroscopies of men were a wrong mapping; the number is set by this tool" }
*/
WITH suspect AS (
  SELECT l.* FROM limited_line l
  WHERE l.lmt_gend IS NOT NULL AND coalesce(l.gend, '') <> l.lmt_gend
),
told AS (  -- the sex by every record of these people
  SELECT p.person_id, p.gend FROM people p WHERE p.person_id IN (SELECT person_id FROM suspect)
  UNION
  SELECT p.person_id, CASE WHEN substr(p.certno, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END
  FROM people p
  WHERE p.person_id IN (SELECT person_id FROM suspect) AND length(p.certno) = 18 AND substr(p.certno, 17, 1) BETWEEN '0' AND '9'
  UNION
  SELECT p.person_id, s.gend FROM settlement s JOIN people p ON p.psn_no = s.psn_no
  WHERE p.person_id IN (SELECT person_id FROM suspect)
),
known AS (  -- a registration that contradicts itself is a data fault
  SELECT person_id, min(gend) AS gend FROM told
  WHERE gend IN ('1', '2')  -- 性别已知 | The sex is known
  GROUP BY person_id
  HAVING min(gend) = max(gend)  -- 各处登记的性别一致 | All records give the same sex
),
spread AS (
  SELECT s.fixmedins_code, s.med_list_codg, count(DISTINCT s.person_id) AS persons
  FROM suspect s JOIN known k ON k.person_id = s.person_id
  WHERE s.lmt_gend <> k.gend
  GROUP BY s.fixmedins_code, s.med_list_codg
)
SELECT s.setl_id, s.feedetl_sn, s.psn_no, s.fixmedins_code, s.dr_codg, s.day AS occurred_on, s.charge AS charge_amount,
  CAST(CASE WHEN n.persons >= $mapping_persons THEN 0.4 ELSE 0.9 END AS DOUBLE) AS strength,
  CASE WHEN n.persons >= $mapping_persons THEN 'lead' END AS level,
  s.med_list_codg, s.item_name, k.gend, s.lmt_gend, n.persons, s.gend_source AS limit_source
FROM suspect s
JOIN known k ON k.person_id = s.person_id
JOIN spread n ON n.fixmedins_code = s.fixmedins_code AND n.med_list_codg = s.med_list_codg
WHERE s.lmt_gend <> k.gend  -- 目录限定的是另一性别 | The catalogue limits the item to the other sex
  AND s.pooled              -- 基金有支付，不只是个人账户或现金 | The fund paid, not the account or cash alone
  AND NOT (k.gend = '2' AND EXISTS (SELECT 1 FROM exclusion e WHERE e.setl_id = s.setl_id AND e.reason = 'maternity'))  -- 不是记在产妇名下的新生儿费用 | Not a newborn's care billed to its mother
