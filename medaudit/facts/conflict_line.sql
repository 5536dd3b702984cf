/*
[grain]
zh = "与互斥有关的项目的明细一行，金额为正"
en = "one row per fee line of an item in some conflicting pair, with a charge above 0"
[columns]
leg_id = { zh = "就诊：住院、就诊ID，没有时为结算ID", en = "the visit: the stay, its mdtrt_id, else the settlement" }
hour = { zh = "记账的钟点，只有日期时为空", en = "the hour by the clock, NULL where only dates are known" }
*/
SELECT l.*, coalesce(l.stay_id, v.mdtrt_id, l.setl_id) AS leg_id,
       CASE WHEN substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 8) = '00:00:00' THEN NULL
            ELSE CAST(substr(CAST(l.fee_ocur_time AS VARCHAR), 12, 2) AS INTEGER) END AS hour
FROM line l
JOIN (SELECT paid_item AS code FROM conflict_pair UNION SELECT denied_item FROM conflict_pair) c ON c.code = l.med_list_codg
JOIN visit v ON v.setl_id = l.setl_id
WHERE l.charge > 0
