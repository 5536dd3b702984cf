/*
[grain]
zh = "不得同收的两个项目一行，互斥表与随附名称表各一行；互相排斥的只留一个方向"
en = "one row per pair of items that may not be charged together, from item_conflict and from the shipped names; of two that exclude each other one is kept"
[columns]
paid_item = { zh = "已收的项目", en = "the item it stands beside" }
denied_item = { zh = "不得同收的项目", en = "the item excluded" }
scope = { zh = "visit 同一次就诊、day 同一天", en = "visit, or day" }
bypass = { zh = "互斥表的例外说明，0 为没有", en = "exceptions told by the table, 0 for none" }
origin = { zh = "item_conflict 互斥表、conflict_name 随附的名称", en = "item_conflict, or conflict_name for the shipped names" }
*/
WITH service AS (
  SELECT med_list_codg, item_name, is_purification, coalesce(med_chrgitm_type, '') AS class FROM item
), paid_named AS (
  SELECT n.paid_name, n.denied_name, n.scope, n.bypass, n.source, i.med_list_codg, i.is_purification
  -- A % inside a shipped name stands for anything. A bed answers only to names of beds; "重症监护" is nursing, "重症监护病房床位费" is not.
  FROM conflict_name n JOIN service i ON i.item_name LIKE '%' || n.paid_name || '%'
  WHERE i.class NOT IN ('08', '09', '10', '11') AND (i.class <> '01' OR n.paid_name LIKE '%床%')
), pair AS (
  SELECT paid_item, denied_item, CASE WHEN scope = 'visit' THEN 'visit' ELSE 'day' END AS scope, max(bypass) AS bypass,
         coalesce(begndate, DATE '1900-01-01') AS begndate, max(coalesce(enddate, DATE '2999-12-31')) AS enddate,
         max(source) AS source, 'item_conflict' AS origin
  FROM item_conflict WHERE paid_item <> denied_item
  GROUP BY paid_item, denied_item, CASE WHEN scope = 'visit' THEN 'visit' ELSE 'day' END, coalesce(begndate, DATE '1900-01-01')
  UNION ALL
  SELECT n.med_list_codg, d.med_list_codg, CASE WHEN n.scope = 'visit' THEN 'visit' ELSE 'day' END, min(coalesce(n.bypass, '0')),
         DATE '1900-01-01', DATE '2999-12-31', max(n.source), 'conflict_name'
  FROM paid_named n JOIN service d ON d.item_name LIKE '%' || n.denied_name || '%'
  WHERE d.med_list_codg <> n.med_list_codg AND (d.class <> '01' OR n.denied_name LIKE '%床%')
    -- an item that carries the other's name too is that one; consumables are named after what they serve
    AND ((d.class = '08' AND n.is_purification AND (n.denied_name LIKE '%器' OR n.denied_name LIKE '%管路' OR n.denied_name LIKE '%针'))
         OR (d.class NOT IN ('08', '09', '10', '11') AND d.item_name NOT LIKE '%' || n.paid_name || '%'))
  GROUP BY n.med_list_codg, d.med_list_codg, CASE WHEN n.scope = 'visit' THEN 'visit' ELSE 'day' END
)
-- Of two that exclude each other one is kept.
SELECT p.* FROM pair p
LEFT JOIN pair r ON r.paid_item = p.denied_item AND r.denied_item = p.paid_item AND r.scope = p.scope AND r.origin = p.origin
WHERE r.paid_item IS NULL OR p.paid_item < p.denied_item
