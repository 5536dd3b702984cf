/*
[grain]
zh = "每个人员编号一行，结算表与人员表合并"
en = "one row per psn_no of the settlement and person tables"
[columns]
person_id = { zh = "同一证件号的人员编号中最小的一个：一个人", en = "the smallest psn_no with the same certno: one human being" }
*/
WITH seen AS (
  SELECT psn_no, max(psn_name) AS psn_name, max(insutype) AS insutype,
         CASE WHEN min(certno) = max(certno) THEN max(certno) END AS certno,
         CASE WHEN min(gend) = max(gend) THEN max(gend) END AS gend,
         CASE WHEN min(brdy) = max(brdy) THEN max(brdy) END AS brdy,
         min(CASE WHEN dscg_way = '5' THEN enddate END) AS died
  FROM settlement
  GROUP BY psn_no
), listed AS (
  SELECT psn_no FROM settlement UNION SELECT psn_no FROM person
), told AS (
  SELECT n.psn_no, coalesce(p.psn_name, s.psn_name) AS psn_name, coalesce(p.certno, s.certno) AS certno,
         coalesce(p.gend, s.gend) AS gend, coalesce(p.brdy, s.brdy) AS brdy,
         coalesce(p.death_date, s.died) AS death_date, coalesce(p.insutype, s.insutype) AS insutype,
         p.psn_idet_type, p.care_home, p.addr_code, p.emp_name, p.tel
  FROM listed n
  LEFT JOIN seen s ON s.psn_no = n.psn_no
  LEFT JOIN person p ON p.psn_no = n.psn_no
), shared AS (
  -- A number that many carry is a filler, and a child settled under a parent's number is not the parent.
  SELECT certno, min(psn_no) AS person_id
  FROM told
  WHERE length(certno) >= 8
  GROUP BY certno
  HAVING count(*) BETWEEN 2 AND 5 AND count(DISTINCT brdy) <= 1 AND count(DISTINCT gend) <= 1
)
SELECT t.psn_no, coalesce(h.person_id, t.psn_no) AS person_id, t.psn_name, t.certno, t.gend, t.brdy,
       min(t.death_date) OVER (PARTITION BY coalesce(h.person_id, t.psn_no)) AS death_date,
       t.insutype, t.psn_idet_type, t.care_home, t.addr_code, t.emp_name, t.tel
FROM told t LEFT JOIN shared h ON h.certno = t.certno
