/*
[grain]
zh = "同一人可能是同一笔费用的两笔结算一行，两个方向各一行"
en = "one row per two settlements of a person that may be of the same cost, each way round"
[columns]
other_setl_id = { zh = "另一笔结算", en = "the other settlement" }
same_invoice = { zh = "发票号相同为 1", en = "1 where the invoice numbers are the same" }
is_second = { zh = "总额相同、基金都有支付的两笔中，基金支付较少的一笔", en = "of two with the same total that the fund both paid, the one it paid less for" }
*/
WITH paper AS (
  SELECT setl_id, person_id, trim(invono) AS invono
  FROM visit
  WHERE length(trim(invono)) >= 6                                         -- a short number is no invoice's
    AND replace(trim(invono), substr(trim(invono), 1, 1), '') <> ''
), invoice AS (
  -- Fillers such as 123456 would pair everything with everything: one invoice is settled a few times at most.
  SELECT invono FROM paper GROUP BY invono HAVING count(*) BETWEEN 2 AND 5
), twin AS (
  SELECT a.setl_id, b.setl_id AS other_setl_id, 1 AS same_invoice
  FROM invoice i
  JOIN paper a ON a.invono = i.invono
  JOIN paper b ON b.invono = i.invono AND b.person_id = a.person_id AND b.setl_id <> a.setl_id
  UNION ALL
  SELECT a.setl_id, b.setl_id, 0
  FROM visit a
  JOIN visit b ON b.person_id = a.person_id AND b.fixmedins_code = a.fixmedins_code AND b.begndate = a.begndate
              AND b.enddate = a.enddate AND b.charge = a.charge AND b.setl_id <> a.setl_id
  WHERE a.is_stay AND b.is_stay
), pair AS (
  SELECT setl_id, other_setl_id, max(same_invoice) AS same_invoice FROM twin GROUP BY setl_id, other_setl_id
)
SELECT p.setl_id, p.other_setl_id, p.same_invoice,
       v.charge = o.charge AND v.fund_money > 0 AND o.fund_money > 0
         AND (v.fund_money < o.fund_money OR (v.fund_money = o.fund_money AND v.setl_id > o.setl_id)) AS is_second
FROM pair p
JOIN visit v ON v.setl_id = p.setl_id
JOIN visit o ON o.setl_id = p.other_setl_id
