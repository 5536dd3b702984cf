"""The tables of what goes out, made once for all cases: an export of hundreds must not keep others from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from medaudit.dossier.opened import Opened
from medaudit.export.chosen import Case

AROUND = 60  # days before and after a bill that its timeline shows


def prepare(run: Opened, cases: Sequence[Case]) -> None:
    """Leave views `going` (a case's findings in their order, with what they are masked by) and `case_bill` (the bills of its timeline)."""
    chosen = {
        "numbers": [case.number for case in cases],
        "kinds": [case.kind for case in cases],
        "ids": [case.id for case in cases],
    }
    run.engine.keep("chosen_case", _CASES, chosen)
    run.engine.keep("going", _GOING)
    run.engine.keep("case_bill", _CASE_BILL)


_CASES = """
SELECT unnest(CAST($numbers AS INTEGER[])) AS "case", unnest(CAST($kinds AS VARCHAR[])) AS kind, unnest(CAST($ids AS VARCHAR[])) AS id
"""

# What a row is masked with goes before what is rid of it: masking reads from the left.
_GOING = """
SELECT c."case",
       row_number() OVER (PARTITION BY c."case" ORDER BY CASE f.level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END,
                          f.amount DESC, f.charge_amount DESC, f.finding_id) AS place,
       row_number() OVER (PARTITION BY f.finding_id ORDER BY c."case") = 1 AS "first",
       f.finding_id, f.psn_no, b.psn_name, p.psn_name AS person_psn_name, p.certno AS person_certno, b.certno AS bill_certno,
       b.coner_tel AS bill_tel, p.tel AS person_tel, f.rule, f.level, f.subject_type, f.subject_id, f.setl_id, f.fixmedins_code,
       coalesce(i.fixmedins_name, b.fixmedins_name) AS fixmedins_name, f.dr_codg, f.occurred_on, f.charge_amount, f.amount,
       f.account_amount, f.packaged, f.strength, f.reason, f.evidence
FROM chosen_case c JOIN counted k ON k.subject_type = c.kind AND k.subject_id = c.id JOIN findings f ON f.finding_id = k.finding_id
LEFT JOIN settlement b ON b.setl_id = f.setl_id LEFT JOIN person p ON p.psn_no = f.psn_no
LEFT JOIN institution i ON i.fixmedins_code = f.fixmedins_code
ORDER BY c."case", place
"""

# Of a patient all bills, of a bill those of the person about that time, of others those a finding is on.
_CASE_BILL = f"""
SELECT c."case", b.setl_id FROM chosen_case c JOIN settlement b ON b.psn_no = c.id WHERE c.kind = 'patient'
UNION SELECT c."case", b.setl_id FROM chosen_case c JOIN numbers n ON n.person_id = c.id JOIN settlement b ON b.psn_no = n.psn_no
WHERE c.kind = 'patient'
UNION SELECT c."case", b.setl_id FROM chosen_case c JOIN settlement o ON o.setl_id = c.id JOIN settlement b ON b.psn_no = o.psn_no
WHERE c.kind = 'settlement' AND b.begndate <= o.enddate + INTERVAL {AROUND} DAY AND b.enddate >= o.begndate - INTERVAL {AROUND} DAY
UNION SELECT g."case", l.setl_id FROM going g JOIN chosen_case c ON c."case" = g."case" JOIN finding_lines l ON l.finding_id = g.finding_id
WHERE c.kind NOT IN ('patient', 'settlement')
UNION SELECT g."case", g.setl_id FROM going g JOIN chosen_case c ON c."case" = g."case"
WHERE c.kind NOT IN ('patient', 'settlement') AND g.setl_id IS NOT NULL
"""

FINDINGS = """
SELECT * FROM going WHERE "case" BETWEEN $since AND $until AND place <= $most ORDER BY "case", place
"""
LINES = """
SELECT * FROM (
  SELECT g."case", l.finding_id, x.feedetl_sn, x.fee_ocur_time, x.setl_id, x.med_list_codg,
         coalesce(x.med_list_name, x.medins_list_name, x.med_list_codg) AS item_name, x.bilg_dr_codg, x.cnt, x.pric,
         x.det_item_fee_sumamt, l.amount, count(*) OVER (PARTITION BY g."case") AS of,
         row_number() OVER (PARTITION BY g."case" ORDER BY l.amount DESC, x.det_item_fee_sumamt DESC, x.fee_ocur_time, l.finding_id,
                            x.feedetl_sn) AS place
  FROM going g JOIN finding_lines l ON l.finding_id = g.finding_id JOIN fee_item x ON x.feedetl_sn = l.feedetl_sn
  WHERE g."case" BETWEEN $since AND $until
) t WHERE place <= $most ORDER BY "case", place
"""
DAYS = """
SELECT * FROM (
  SELECT c."case", b.setl_id, b.begndate, b.enddate, b.med_type, b.fixmedins_code,
         coalesce(i.fixmedins_name, b.fixmedins_name) AS fixmedins_name, b.psn_no, b.psn_name, b.atddr_no, b.dise_codg, b.dise_name,
         b.medfee_sumamt, b.fund_pay_sumamt + coalesce(b.acct_pay, 0) AS fund_money, count(*) OVER (PARTITION BY c."case") AS of,
         row_number() OVER (PARTITION BY c."case" ORDER BY b.begndate, b.enddate, b.setl_id) AS place
  FROM case_bill c JOIN settlement b ON b.setl_id = c.setl_id LEFT JOIN institution i ON i.fixmedins_code = b.fixmedins_code
  WHERE c."case" BETWEEN $since AND $until
) t WHERE place <= $most ORDER BY "case", place
"""
COUNTS = """
SELECT "case", rule, count(*) AS findings, sum(amount) AS amount, max(occurred_on) AS last FROM going
GROUP BY "case", rule ORDER BY "case", amount DESC, findings DESC, rule
"""
STANDS_OUT = """
SELECT c."case", a.reason FROM chosen_case c JOIN anomalies a ON a.subject_type = c.kind AND a.subject_id = c.id
"""
BILLS = """
SELECT g.finding_id, b.fixmedins_code AS code, max(coalesce(i.fixmedins_name, b.fixmedins_name)) AS name, count(DISTINCT b.setl_id) AS bills,
       min_by(b.setl_id, CAST(b.begndate AS VARCHAR) || b.setl_id) AS setl_id, min(b.begndate) AS day, sum(l.amount) AS amount
FROM going g JOIN finding_lines l ON l.finding_id = g.finding_id JOIN settlement b ON b.setl_id = l.setl_id
LEFT JOIN institution i ON i.fixmedins_code = b.fixmedins_code
WHERE g."first" GROUP BY g.finding_id, b.fixmedins_code ORDER BY g.finding_id, b.fixmedins_code
"""
