/*
[grain]
zh = "与互斥有关的项目的明细一行，金额为正"
en = "one row per fee line of an item in some conflicting pair, with a charge above 0"
[columns]
leg_id = { zh = "就诊：住院、就诊ID，没有时为结算ID", en = "the visit: the stay, its mdtrt_id, else the settlement" }
*/
SELECT l.*, v.leg_id
FROM line l
JOIN (SELECT paid_item AS code FROM conflict_pair UNION SELECT denied_item FROM conflict_pair) c ON c.code = l.med_list_codg
JOIN visit v ON v.setl_id = l.setl_id
WHERE l.charge > 0
