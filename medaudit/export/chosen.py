"""Whose cases go out: the best suspects by the findings that count, with the money of those findings, each line once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from medaudit.dossier.opened import Opened
from medaudit.errors import MedauditError, Problem
from medaudit.export.wanted import Wanted
from medaudit.language import say


@dataclass(frozen=True)
class Case:
    """One suspect to be looked at. number: from 1. probability 0–1, score and amount in yuan: the run's, or, of findings that were
    narrowed down, their own money and its product with the run's probability. findings: that go out. dismissed: left out."""

    number: int
    kind: str
    id: str
    name: str
    rank: int
    probability: float
    amount: float
    score: float
    findings: int
    dismissed: int


@dataclass(frozen=True)
class Chosen:
    """The cases, best first. listed: suspects there were to choose from. dismissed: findings left out of these cases;
    cleared: suspects left out because they, or all their findings, were dismissed."""

    cases: list[Case]
    listed: int
    dismissed: int
    cleared: int


def demand_present(run: Opened) -> None:
    """Show the run's claims. Raises MedauditError for a run written by an older medaudit."""
    path = run.folder / "claims.parquet"
    columns = {row["column_name"] for row in run.rows("DESCRIBE SELECT * FROM findings")}
    if not path.is_file() or "packaged" not in columns:
        what = say("这是旧版本写的运行结果", "this run was written by an older medaudit")
        do = say("重新运行 medaudit scan", "run `medaudit scan` again")
        raise MedauditError(Problem(what, str(run.folder), do))
    run.engine.show("claims", [path])


def choose(
    run: Opened,
    wanted: Wanted,
    ring_rules: Collection[str] = (),
    states: Mapping[str, str] | None = None,
) -> Chosen:
    """Leaves views `counted` (subject × finding that goes out) and `numbers` (of the people) in the run's engine.

    ring_rules: codes of rules whose subject is a ring. states: of findings (by id) and suspects (`type id`) decided about.
    """
    dismissed = [key for key, state in (states or {}).items() if state == "dismissed"]
    params = _params(wanted) | {"dismissed": dismissed, "rings": list(ring_rules)}
    run.engine.keep("numbers", _NUMBERS)
    run.engine.keep("within", _within(wanted), params)
    run.engine.keep("counted", _COUNTED, params)
    rows = run.rows(_LISTED, **params, narrowed=wanted.narrowed)
    fit = [one for one in rows if one["open"] and one["amount"] >= (wanted.min_amount or 0)]
    chosen = fit[: wanted.budget]
    cases = [
        Case(
            number, one["subject_type"], one["subject_id"], one["subject_name"] or "", one["rank"], float(one["probability"] or 0),
            float(one["amount"]), float(one["score"]), one["findings"], one["dismissed"],
        )
        for number, one in enumerate(chosen, 1)
    ]  # fmt: skip
    cleared = sum(not one["open"] for one in rows)
    return Chosen(cases, len(fit), sum(case.dismissed for case in cases), cleared)


def _params(wanted: Wanted) -> dict[str, Any]:
    return {
        "kinds": list(wanted.kinds),
        "areas": list(wanted.areas),
        "institutions": list(wanted.institutions),
        "rules": [prefix.upper() for prefix in wanted.rules],
        "item_types": list(wanted.item_types),
        "item_names": list(wanted.item_names),
        "diagnoses": [prefix.upper() for prefix in wanted.diagnoses],
        "since": wanted.since,
        "until": wanted.until,
        "person": wanted.person,
    }


# A human being's numbers: the same certificate, unless so many carry it that it is a filler.
_NUMBERS = """
WITH told AS (
  SELECT psn_no, max(certno) AS certno FROM (SELECT psn_no, certno FROM settlement UNION ALL SELECT psn_no, certno FROM person) a
  GROUP BY psn_no
), shared AS (
  SELECT certno, min(psn_no) AS person_id FROM told WHERE length(certno) >= 8 GROUP BY certno HAVING count(*) BETWEEN 2 AND 5
)
SELECT t.psn_no, coalesce(s.person_id, t.psn_no) AS person_id FROM told t LEFT JOIN shared s ON s.certno = t.certno
"""


def _any(name: str, test: str) -> str:
    """SQL: whether one of the texts of parameter `name` passes `test`, in which it is called p."""
    return f"EXISTS (SELECT 1 FROM (SELECT unnest(CAST(${name} AS VARCHAR[])) AS p) w WHERE {test})"


def _within(wanted: Wanted) -> str:
    """The findings that count, for each subject they count against."""
    tests = ["c.subject_type IN (SELECT unnest(CAST($kinds AS VARCHAR[])))"]
    if wanted.since:
        tests.append("f.occurred_on >= CAST($since AS DATE)")
    if wanted.until:
        tests.append("f.occurred_on <= CAST($until AS DATE)")
    if wanted.person:
        tests.append("f.psn_no = $person")
    if wanted.institutions:
        tests.append(_any("institutions", "f.fixmedins_code = p"))
    if wanted.areas:
        # Where the table of institutions does not say, national codes do.
        tests.append(
            _any("areas", "starts_with(coalesce(i.admdvs, substr(f.fixmedins_code, 2, 6)), p)")
        )
    if wanted.rules:
        tests.append(_any("rules", "starts_with(f.rule, p)"))
    items = [
        _any("item_types", "x.med_chrgitm_type = p") if wanted.item_types else "",
        _any("item_names", "contains(coalesce(x.med_list_name, x.medins_list_name, ''), p)")
        if wanted.item_names
        else "",
    ]
    onto = [
        f"EXISTS (SELECT 1 FROM finding_lines l JOIN fee_item x ON x.setl_id = l.setl_id AND (l.feedetl_sn IS NULL OR "
        f"x.feedetl_sn = l.feedetl_sn) WHERE l.finding_id = f.finding_id AND ({' OR '.join(filter(None, items))}))"
        if any(items)
        else "",
        "EXISTS (SELECT 1 FROM finding_lines l JOIN settlement b ON b.setl_id = l.setl_id LEFT JOIN diagnosis d ON d.setl_id = b.setl_id "
        f"WHERE l.finding_id = f.finding_id AND ({_any('diagnoses', 'starts_with(b.dise_codg, p) OR starts_with(d.diag_code, p)')}))"
        if wanted.diagnoses
        else "",
    ]
    if any(onto):
        tests.append(f"({' OR '.join(filter(None, onto))})")
    return (
        "SELECT c.subject_type, c.subject_id, f.finding_id, f.rule, f.level, f.packaged, f.fixmedins_code, "
        "CAST(f.strength AS DOUBLE) AS strength FROM claims c JOIN findings f ON f.finding_id = c.finding_id "
        f"LEFT JOIN institution i ON i.fixmedins_code = f.fixmedins_code WHERE {' AND '.join(tests)}"
    )


_COUNTED = """
SELECT * FROM within WHERE finding_id NOT IN (SELECT unnest(CAST($dismissed AS VARCHAR[])))
"""

# The money as the ranking counts it: what a policy decides whole, of the rest what peers do not explain (as the parts of the
# score have it), a ring's as far as the ring is believed; each line once, and a bill for no more than its lines or its whole.
_LISTED = """
WITH weighed AS (
  SELECT k.subject_type, k.subject_id, l.setl_id, l.feedetl_sn,
         floor(CAST(l.amount AS DOUBLE)
               * CASE WHEN k.level = 'violation' OR p.expected IS NULL THEN 1
                      WHEN p.observed > 0 THEN greatest(1 - p.expected / p.observed, 0) ELSE 0 END
               * CASE WHEN k.subject_type <> 'ring' AND k.rule IN (SELECT unnest(CAST($rings AS VARCHAR[]))) THEN k.strength ELSE 1 END
               * 100 + 0.5) / 100 AS amount
  FROM counted k
  LEFT JOIN parts p ON p.subject_type = k.subject_type AND p.subject_id = k.subject_id AND p.family = substr(k.rule, 1, 3)
  JOIN findings f ON f.finding_id = k.finding_id
  JOIN finding_lines l ON l.finding_id = k.finding_id
  LEFT JOIN fee_item x ON x.feedetl_sn = l.feedetl_sn
  LEFT JOIN settlement b ON b.setl_id = l.setl_id
  LEFT JOIN numbers n ON n.psn_no = b.psn_no
  WHERE k.packaged = 0
    AND CASE k.subject_type
          WHEN 'settlement' THEN l.setl_id = k.subject_id
          WHEN 'patient' THEN coalesce(n.person_id, b.psn_no) = k.subject_id OR b.psn_no = k.subject_id
          -- A finding on several doctors names the first of them; what is theirs the lines and bills tell.
          WHEN 'doctor' THEN CASE WHEN f.subject_type = 'doctor' THEN f.dr_codg
                                  ELSE coalesce(x.bilg_dr_codg, b.atddr_no, f.dr_codg) END = k.subject_id
          WHEN 'ring' THEN TRUE
          ELSE coalesce(b.fixmedins_code, f.fixmedins_code) = k.subject_id END
), once AS (
  SELECT subject_type, subject_id, setl_id, feedetl_sn, max(amount) AS amount FROM weighed
  GROUP BY subject_type, subject_id, setl_id, feedetl_sn
), billed AS (
  SELECT subject_type, subject_id, greatest(coalesce(sum(CASE WHEN feedetl_sn IS NOT NULL THEN amount END), 0),
                                            coalesce(max(CASE WHEN feedetl_sn IS NULL THEN amount END), 0)) AS amount
  FROM once GROUP BY subject_type, subject_id, setl_id
), money AS (
  SELECT subject_type, subject_id, sum(amount) AS amount FROM billed GROUP BY subject_type, subject_id
), number AS (
  SELECT w.subject_type, w.subject_id, count(*) AS every, count(c.finding_id) AS findings
  FROM within w LEFT JOIN counted c
    ON c.finding_id = w.finding_id AND c.subject_type = w.subject_type AND c.subject_id = w.subject_id
  GROUP BY w.subject_type, w.subject_id
), told AS (
  SELECT s.subject_type, s.subject_id, s.subject_name, s.rank, s.probability, coalesce(n.findings, 0) AS findings,
         coalesce(n.every - n.findings, 0) AS dismissed,
         CASE WHEN $narrowed OR n.every > n.findings THEN coalesce(m.amount, 0) ELSE CAST(s.amount AS DOUBLE) END AS amount,
         -- Who only stands out among peers has no finding, and is of no theme.
         (coalesce(n.findings, 0) > 0 OR n.every IS NULL)
           AND s.subject_type || ' ' || s.subject_id NOT IN (SELECT unnest(CAST($dismissed AS VARCHAR[]))) AS open
  FROM suspects s
  LEFT JOIN number n ON n.subject_type = s.subject_type AND n.subject_id = s.subject_id
  LEFT JOIN money m ON m.subject_type = s.subject_type AND m.subject_id = s.subject_id
  WHERE s.subject_type IN (SELECT unnest(CAST($kinds AS VARCHAR[]))) AND (n.every IS NOT NULL OR (s.findings = 0 AND NOT $narrowed))
)
SELECT *, round(probability * amount, 2) AS score FROM told
ORDER BY score DESC, amount DESC, probability DESC, subject_type, subject_id
"""
