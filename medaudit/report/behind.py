"""What stands behind the suspects that have a page: findings, fee lines, bills, days and costs, asked for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medaudit.dossier.opened import Opened

# Of each shown at most so many, the rest is counted.
FINDINGS, LINES, BILLS = 30, 8, 120
AROUND = 60  # days before and after a bill that its timeline shows
SAMPLE = 200_000  # bills that usual costs are taken from


@dataclass(frozen=True)
class Subject:
    """A suspect with a page. number: from 1 over all kinds; rank: within its kind; of: how many of the kind are listed."""

    number: int
    kind: str
    id: str
    name: str
    rank: int
    of: int
    probability: float
    amount: float
    score: float
    findings: int


def subjects(run: Opened, top: int) -> list[Subject]:
    """The first `top` suspects of each kind, kind by kind."""
    rows = run.rows(_SUBJECTS, top=top)
    return [
        Subject(
            number, row["subject_type"], row["subject_id"], row["subject_name"] or "", row["rank"], row["of"],
            float(row["probability"] or 0), float(row["amount"] or 0), float(row["score"] or 0), row["findings"],
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip


def prepare(run: Opened, chosen: Sequence[Subject]) -> None:
    """Leave tables of what is behind them in the run's engine, and its views of records narrowed to their people and places.

    Needs view `claims` (see medaudit.export.chosen.demand_present).
    """
    keep = run.engine.keep
    told = {
        "numbers": [one.number for one in chosen],
        "kinds": [one.kind for one in chosen],
        "ids": [one.id for one in chosen],
    }
    keep("paged", _PAGED, told)
    keep("paged_person", _PERSONS)
    keep("behind", _BEHIND)
    keep("behind_bill", _BILLS)
    keep("usual_cost", _USUAL)
    keep("own_cost", _OWN)
    for name, sql in _NEAR.items():
        keep(f"near_{name}", sql)
    for name in _NEAR:
        run.engine.view(name, f"SELECT * FROM near_{name}")


_SUBJECTS = """
SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY subject_type) AS "of" FROM suspects) s WHERE rank <= $top
ORDER BY subject_type, rank
"""
_PAGED = """
SELECT unnest(CAST($numbers AS INTEGER[])) AS page, unnest(CAST($kinds AS VARCHAR[])) AS kind, unnest(CAST($ids AS VARCHAR[])) AS id
"""
# All numbers of a human being: the same certificate, unless so many carry it that it is a filler.
_PERSONS = """
WITH told AS (
  SELECT psn_no, certno FROM settlement WHERE length(certno) >= 8 UNION SELECT psn_no, certno FROM person WHERE length(certno) >= 8
), usable AS (SELECT certno FROM told GROUP BY certno HAVING count(*) BETWEEN 2 AND 5)
SELECT page, id AS psn_no FROM paged WHERE kind = 'patient'
UNION
SELECT c.page, b.psn_no FROM paged c JOIN told a ON a.psn_no = c.id JOIN usable u ON u.certno = a.certno
JOIN told b ON b.certno = a.certno WHERE c.kind = 'patient'
"""
# Each page's findings with what they are masked by, the certain and dear ones first.
_BEHIND = """
SELECT c.page, row_number() OVER (PARTITION BY c.page ORDER BY CASE f.level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END,
                                  f.amount DESC, f.charge_amount DESC, f.finding_id) AS place,
       f.finding_id, f.psn_no, b.psn_name, p.psn_name AS person_psn_name, p.certno AS person_certno, b.certno AS bill_certno,
       b.coner_tel AS bill_tel, p.tel AS person_tel, f.rule, f.level, f.subject_type, f.subject_id, f.setl_id, f.fixmedins_code,
       f.dr_codg, f.occurred_on, f.charge_amount, f.amount, f.account_amount, f.packaged, f.strength, f.reason, f.evidence
FROM paged c JOIN claims k ON k.subject_type = c.kind AND k.subject_id = c.id JOIN findings f ON f.finding_id = k.finding_id
LEFT JOIN settlement b ON b.setl_id = f.setl_id
LEFT JOIN (SELECT psn_no, max(psn_name) AS psn_name, max(certno) AS certno, max(tel) AS tel FROM person GROUP BY psn_no) p
  ON p.psn_no = f.psn_no
"""
# Of a patient all bills, of a bill those of the person about that time, of others those that a finding is on.
_BILLS = f"""
WITH hit AS (
  SELECT DISTINCT g.page, l.setl_id FROM behind g JOIN finding_lines l ON l.finding_id = g.finding_id WHERE l.setl_id IS NOT NULL
  UNION SELECT page, setl_id FROM behind WHERE setl_id IS NOT NULL
), every AS (
  SELECT c.page, b.setl_id FROM paged_person c JOIN settlement b ON b.psn_no = c.psn_no
  UNION SELECT c.page, b.setl_id FROM paged c JOIN settlement o ON o.setl_id = c.id JOIN settlement b ON b.psn_no = o.psn_no
  WHERE c.kind = 'settlement' AND b.begndate <= o.enddate + INTERVAL {AROUND} DAY AND b.enddate >= o.begndate - INTERVAL {AROUND} DAY
  UNION SELECT h.page, h.setl_id FROM hit h
)
SELECT e.page, b.setl_id, b.begndate, b.enddate, b.med_type, b.fixmedins_code, b.fixmedins_name, b.hosp_lv, b.psn_no, b.psn_name,
       b.dise_name, b.medfee_sumamt AS charge, b.fund_pay_sumamt + coalesce(b.acct_pay, 0) AS fund, h.setl_id IS NOT NULL AS hit,
       count(*) OVER (PARTITION BY e.page) AS "of",
       row_number() OVER (PARTITION BY e.page ORDER BY h.setl_id IS NULL, b.fund_pay_sumamt + coalesce(b.acct_pay, 0) DESC, b.setl_id) AS place
FROM every e JOIN settlement b ON b.setl_id = e.setl_id LEFT JOIN hit h ON h.page = e.page AND h.setl_id = e.setl_id
"""
# What bills of that kind at that level are usually made of: of a part of what the run kept, so that a large one is as quick.
_USUAL = f"""
WITH bill AS (
  SELECT setl_id, substr(med_type, 1, 2) AS kind, coalesce(hosp_lv, '') AS level FROM settlement
  ORDER BY hash(setl_id) LIMIT {SAMPLE}
), cost AS (
  SELECT b.kind, b.level, x.med_chrgitm_type AS type, sum(CAST(x.det_item_fee_sumamt AS DOUBLE)) AS charge
  FROM fee_item x JOIN bill b ON b.setl_id = x.setl_id WHERE x.det_item_fee_sumamt > 0 GROUP BY ALL
)
SELECT kind, level, type, charge / sum(charge) OVER (PARTITION BY kind, level) AS share FROM cost
"""
_OWN = """
SELECT b.page, substr(b.med_type, 1, 2) AS kind, coalesce(b.hosp_lv, '') AS level, x.med_chrgitm_type AS type,
       sum(CAST(x.det_item_fee_sumamt AS DOUBLE)) AS charge
FROM (SELECT page, setl_id, med_type, hosp_lv FROM behind_bill b JOIN paged c USING (page) WHERE c.kind <> 'settlement' OR b.setl_id = c.id) b
JOIN fee_item x ON x.setl_id = b.setl_id WHERE x.det_item_fee_sumamt > 0 GROUP BY ALL
"""
# The records that a page's heading tells of.
_NEAR = {
    "settlement": "SELECT * FROM settlement WHERE setl_id IN (SELECT id FROM paged WHERE kind = 'settlement') "
    "OR psn_no IN (SELECT id FROM paged WHERE kind = 'patient')",
    "person": "SELECT * FROM person WHERE psn_no IN (SELECT id FROM paged WHERE kind = 'patient')",
    "doctor": "SELECT * FROM doctor WHERE dr_codg IN (SELECT id FROM paged WHERE kind = 'doctor')",
    "institution": "SELECT * FROM institution",
    "subjects": "SELECT s.* FROM subjects s JOIN paged c ON c.kind = s.subject_type AND c.id = s.subject_id",
}
FOUND = f"SELECT * FROM behind WHERE place <= {FINDINGS} ORDER BY page, place"
COUNTS = """
SELECT page, rule, count(*) AS findings, CAST(sum(amount) AS DOUBLE) AS amount FROM behind
GROUP BY page, rule ORDER BY page, amount DESC, findings DESC, rule
"""
FEE_LINES = f"""
SELECT * FROM (
  SELECT l.finding_id, x.feedetl_sn, x.fee_ocur_time, coalesce(x.med_list_name, x.medins_list_name, x.med_list_codg) AS item_name,
         x.cnt, x.pric, x.det_item_fee_sumamt AS charge, l.amount, l.setl_id, count(*) OVER (PARTITION BY l.finding_id) AS "of",
         row_number() OVER (PARTITION BY l.finding_id ORDER BY l.amount DESC, x.det_item_fee_sumamt DESC, x.fee_ocur_time, x.feedetl_sn) AS place
  FROM (SELECT DISTINCT finding_id FROM behind WHERE place <= {FINDINGS}) g
  JOIN finding_lines l ON l.finding_id = g.finding_id JOIN fee_item x ON x.feedetl_sn = l.feedetl_sn
) t WHERE place <= {LINES} ORDER BY finding_id, place
"""
TIMELINE = f"""
SELECT b.*, coalesce(i.fixmedins_name, b.fixmedins_name, b.fixmedins_code) AS place_name
FROM behind_bill b LEFT JOIN institution i ON i.fixmedins_code = b.fixmedins_code
WHERE b.place <= {BILLS} ORDER BY b.page, b.begndate, b.enddate, b.setl_id
"""
DAYS = """
SELECT page, begndate AS day, count(*) AS bills, CAST(sum(CASE WHEN hit THEN 1 ELSE 0 END) AS INTEGER) AS hits, CAST(sum(fund) AS DOUBLE) AS fund
FROM behind_bill GROUP BY page, begndate ORDER BY page, day
"""
COSTS = """
WITH whole AS (SELECT page, kind, level, sum(charge) AS charge FROM own_cost GROUP BY page, kind, level),
due AS (
  SELECT w.page, u.type, sum(w.charge * u.share) / max(t.charge) AS share FROM whole w
  JOIN usual_cost u ON u.kind = w.kind AND u.level = w.level
  JOIN (SELECT page, sum(charge) AS charge FROM whole GROUP BY page) t ON t.page = w.page GROUP BY w.page, u.type
), own AS (
  SELECT page, type, sum(charge) AS charge, sum(sum(charge)) OVER (PARTITION BY page) AS whole FROM own_cost GROUP BY page, type
)
SELECT coalesce(o.page, d.page) AS page, coalesce(o.type, d.type) AS type, coalesce(o.charge / o.whole, 0) AS share,
       coalesce(d.share, 0) AS usual, coalesce(o.charge, 0) AS charge
FROM own o FULL JOIN due d ON d.page = o.page AND d.type IS NOT DISTINCT FROM o.type
ORDER BY 1, share DESC, type
"""
PARTS = """
SELECT c.page, p.family, p.findings, p.observed, p.expected, CAST(p.term AS DOUBLE) AS term, CAST(p.base AS DOUBLE) AS base
FROM paged c JOIN parts p ON p.subject_type = c.kind AND p.subject_id = c.id ORDER BY c.page, p.term DESC, p.family
"""
OUTLIERS = """
SELECT c.page, c.kind, a.percentile, a.excess, a.peer, a.peers, a.reason
FROM paged c JOIN anomalies a ON a.subject_type = c.kind AND a.subject_id = c.id
"""
