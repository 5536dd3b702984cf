/*
[grain]
zh = "每条单项明细与其所属组合项目一行：同时收了组合，或同日（同次就诊）收了两项以上单项"
en = "one row per fee line of a part and the whole it belongs to: the whole stands beside it, or two or more parts do"
[columns]
leg_id = { zh = "就诊：住院、就诊ID，没有时为结算ID", en = "the visit: the stay, its mdtrt_id, else the settlement" }
whole_name = { zh = "组合项目", en = "the whole item" }
place = { zh = "判定范围：日期或就诊", en = "the date or the visit within which it is judged" }
parts = { zh = "组合所含单项数", en = "how many parts the whole has" }
taken = { zh = "收了几个单项", en = "how many of them were charged" }
turn = { zh = "该单项的第几条", en = "1 for the first line of this part, 2 for the next" }
unit_charge = { zh = "单项每次金额（元）", en = "charge of one of the part, yuan" }
parts_price = { zh = "各单项每项一次合计（元）", en = "the parts taken, one of each, yuan" }
beside_whole = { zh = "同时收了组合项目", en = "the whole was charged too" }
whole_feedetl_sn = { zh = "组合项目的明细", en = "the fee line of the whole" }
whole_drord_no = { zh = "组合项目的医嘱号", en = "its order number" }
whole_hour = { zh = "组合项目的钟点，只有日期时为空", en = "its hour, NULL where only the date is known" }
part_hour = { zh = "单项的钟点，只有日期时为空", en = "the part's hour, NULL where only the date is known" }
whole_price = { zh = "组合价格：本机构收费，其次限价表、目录限价，均取最高（元）", en = "price of the whole: the institution's own, else price_limit, else the catalogue's, always the highest, yuan" }
price_from = { zh = "组合价格取自 own 本机构、price_limit 限价表、catalogue 目录", en = "own, price_limit or catalogue" }
*/
WITH bundle AS (
  SELECT DISTINCT whole_item, part_item, CASE WHEN scope = 'visit' THEN 'visit' ELSE 'day' END AS scope,
         coalesce(begndate, DATE '1900-01-01') AS begndate, coalesce(enddate, DATE '2999-12-31') AS enddate
  FROM item_bundle WHERE whole_item <> part_item
), size AS (
  SELECT whole_item, scope, count(DISTINCT part_item) AS parts FROM bundle GROUP BY whole_item, scope
), met AS (
  SELECT l.*, v.leg_id
  FROM line l
  JOIN (SELECT whole_item AS code FROM bundle UNION SELECT part_item FROM bundle) c ON c.code = l.med_list_codg
  JOIN visit v ON v.setl_id = l.setl_id
  WHERE l.charge > 0
), part AS (
  SELECT m.*, b.whole_item, b.scope, CASE WHEN b.scope = 'visit' THEN m.leg_id ELSE CAST(m.day AS VARCHAR) END AS place,
         CAST(m.charge AS DOUBLE) / nullif(m.cnt, 0) AS unit_charge
  FROM met m JOIN bundle b ON b.part_item = m.med_list_codg AND m.day BETWEEN b.begndate AND b.enddate
), whole AS (   -- its first line on the day, or in the visit
  SELECT scope, med_list_codg, person_id, fixmedins_code, place, feedetl_sn, drord_no, hour,
         row_number() OVER (PARTITION BY scope, med_list_codg, person_id, fixmedins_code, place ORDER BY fee_ocur_time, feedetl_sn) AS turn
  FROM (SELECT s.scope, m.*, CASE WHEN s.scope = 'visit' THEN m.leg_id ELSE CAST(m.day AS VARCHAR) END AS place
        FROM met m JOIN size s ON s.whole_item = m.med_list_codg) w
), many AS (    -- counted first, so that few lines are numbered below
  SELECT p.whole_item, p.scope, p.person_id, p.fixmedins_code, p.place, count(DISTINCT p.med_list_codg) AS taken,
         max(w.feedetl_sn) AS whole_feedetl_sn, max(w.drord_no) AS whole_drord_no, max(w.hour) AS whole_hour
  FROM part p
  LEFT JOIN whole w ON w.scope = p.scope AND w.med_list_codg = p.whole_item AND w.person_id = p.person_id
                   AND w.fixmedins_code = p.fixmedins_code AND w.place = p.place AND w.turn = 1
  GROUP BY p.whole_item, p.scope, p.person_id, p.fixmedins_code, p.place
  HAVING count(DISTINCT p.med_list_codg) > 1 OR max(w.feedetl_sn) IS NOT NULL
), own AS (
  SELECT med_list_codg, fixmedins_code, max(pric) AS pric FROM met GROUP BY med_list_codg, fixmedins_code
), at_level AS (
  SELECT med_list_codg, coalesce(hosp_lv, 'every') AS hosp_lv, max(lmt_pric) AS pric
  FROM price_limit WHERE lmt_pric > 0 GROUP BY med_list_codg, coalesce(hosp_lv, 'every')
), listed AS (
  SELECT med_list_codg, max(med_list_name) AS name, max(CASE WHEN lmt_pric > 0 THEN lmt_pric END) AS pric
  FROM catalogue GROUP BY med_list_codg
), numbered AS (
  SELECT p.*, y.taken, y.whole_feedetl_sn, y.whole_drord_no, y.whole_hour,
         row_number() OVER (PARTITION BY p.whole_item, p.scope, p.person_id, p.fixmedins_code, p.place, p.med_list_codg
                            ORDER BY p.fee_ocur_time, p.feedetl_sn) AS turn
  FROM many y
  JOIN part p ON p.whole_item = y.whole_item AND p.scope = y.scope AND p.person_id = y.person_id
             AND p.fixmedins_code = y.fixmedins_code AND p.place = y.place
)
SELECT n.feedetl_sn, n.setl_id, n.leg_id, n.stay_id, n.person_id, n.psn_no, n.fixmedins_code, n.dr_codg, n.day, n.med_list_codg, n.item_name,
       n.cnt, n.charge, n.scope_amount, n.drord_no, n.whole_item, coalesce(i.item_name, c.name, n.whole_item) AS whole_name, n.scope, n.place,
       CAST(s.parts AS INTEGER) AS parts, CAST(n.taken AS INTEGER) AS taken, CAST(n.turn AS INTEGER) AS turn, n.unit_charge,
       -- In decimals, so that no order of adding shows.
       CAST(sum(CASE WHEN n.turn = 1 THEN CAST(n.unit_charge AS DECIMAL(18,6)) ELSE 0 END)
         OVER (PARTITION BY n.whole_item, n.scope, n.person_id, n.fixmedins_code, n.place) AS DOUBLE) AS parts_price,
       n.whole_feedetl_sn IS NOT NULL AS beside_whole, n.whole_feedetl_sn, n.whole_drord_no, n.whole_hour, n.hour AS part_hour,
       CAST(coalesce(o.pric, a.pric, b.pric, c.pric) AS DOUBLE) AS whole_price,
       CASE WHEN o.pric IS NOT NULL THEN 'own' WHEN coalesce(a.pric, b.pric) IS NOT NULL THEN 'price_limit'
            WHEN c.pric IS NOT NULL THEN 'catalogue' END AS price_from
FROM numbered n
JOIN size s ON s.whole_item = n.whole_item AND s.scope = n.scope
LEFT JOIN visit v ON v.setl_id = n.setl_id
LEFT JOIN item i ON i.med_list_codg = n.whole_item
LEFT JOIN own o ON o.med_list_codg = n.whole_item AND o.fixmedins_code = n.fixmedins_code
LEFT JOIN at_level a ON a.med_list_codg = n.whole_item AND a.hosp_lv = v.hosp_lv
LEFT JOIN at_level b ON b.med_list_codg = n.whole_item AND b.hosp_lv = 'every'
LEFT JOIN listed c ON c.med_list_codg = n.whole_item
