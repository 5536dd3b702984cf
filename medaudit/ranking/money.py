"""The money of a suspect: what its findings come to, each line and each settlement once."""

from __future__ import annotations

from medaudit.findings import CENTS

_COUNTS = (
    "CASE WHEN c.level = 'violation' THEN 1 ELSE p.weight END"
    " * CASE WHEN r.ring AND c.subject_type <> 'ring' THEN c.strength ELSE 1 END"
)
# Each line counts once and each settlement for no more than its fund money, however many rules hit it.
MONEY = f"""
WITH weighed AS (
  SELECT c.subject_type, c.subject_id, l.setl_id, l.feedetl_sn, l.packaged,
         {CENTS.format(f"CAST(l.amount AS DOUBLE) * {_COUNTS}")} AS amount
  FROM claim c
  JOIN rule_info r ON r.rule = c.rule
  JOIN part p ON p.subject_type = c.subject_type AND p.subject_id = c.subject_id AND p.family = c.family
  JOIN finding_line l ON l.finding_id = c.finding_id
   AND CASE c.subject_type WHEN 'settlement' THEN l.setl_id WHEN 'patient' THEN l.person_id
            WHEN 'doctor' THEN l.dr_codg WHEN 'ring' THEN c.subject_id ELSE l.fixmedins_code END = c.subject_id
), once AS (
  SELECT subject_type, subject_id, setl_id, feedetl_sn,
         max(CASE WHEN packaged THEN 0 ELSE amount END) AS amount,
         max(CASE WHEN packaged THEN amount ELSE 0 END) AS packaged_amount
  FROM weighed GROUP BY subject_type, subject_id, setl_id, feedetl_sn
), settlement_money AS (
  SELECT subject_type, subject_id, setl_id,
         greatest(coalesce(sum(CASE WHEN feedetl_sn IS NOT NULL THEN amount END), 0),
                  coalesce(max(CASE WHEN feedetl_sn IS NULL THEN amount END), 0)) AS amount,
         sum(packaged_amount) AS packaged_amount
  FROM once GROUP BY subject_type, subject_id, setl_id
)
SELECT m.subject_type, m.subject_id,
       CAST(sum(least(m.amount, v.fund_money)) AS DECIMAL(16,2)) AS amount,
       CAST(sum(least(m.packaged_amount, v.fund_money)) AS DECIMAL(16,2)) AS packaged_amount
FROM settlement_money m JOIN visit v ON v.setl_id = m.setl_id
GROUP BY m.subject_type, m.subject_id
"""
