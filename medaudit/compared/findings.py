"""Findings of two runs, by their ids: which are new, gone or changed, and the likely reason."""

from __future__ import annotations

from medaudit.compared.changes import Changes
from medaudit.compared.sides import SIDES, Sides
from medaudit.engine import no_rows, quoted_name
from medaudit.engine.duckdb import quoted

# Besides its money: what makes a finding of the same id another one. Sentences are of a language, and no difference.
HELD = ("level", "subject_type", "subject_id", "setl_id", "charge_amount", "amount", "account_amount", "packaged",
        "strength", "evidence")  # fmt: skip
_RECORDS = {"settlement": "setl_id", "fee_item": "setl_id", "diagnosis": "setl_id"}


def compare(sides: Sides, changes: Changes) -> None:
    """Leave table `finding_difference`: of, kind, finding_id, subject_type, subject_id, rule, level, amount_old, amount_new
    (yuan), reason, weight (yuan by which it differs) and places (0)."""
    engine = sides.engine
    compared = [name for name in HELD if name in sides.shared["findings"]]
    differs = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in compared)
    engine.keep("finding_pair", _PAIR.format(differs=differs))
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        _show_prints(sides, side)
        engine.keep(f"{side}_standing", _STANDING.format(side=side))
        engine.keep(f"{side}_strange", _STRANGE.format(side=side, other=other))
    engine.keep("rewritten", _REWRITTEN)
    engine.keep("elsewhere", _ELSEWHERE)
    engine.keep("finding_difference", _DIFFERENCE.format(
        data=_flag(sides.has("subjects")), inputs=_flag(changes.inputs), settings=_flag(changes.settings),
        software=_flag(changes.software),
    ))  # fmt: skip


def _flag(truth: bool) -> str:
    return "TRUE" if truth else "FALSE"


def _show_prints(sides: Sides, side: str) -> None:
    """Show `old_print` or `new_print`: setl_id, print. Of each settlement a run kept, one number for its row, lines and diagnoses."""
    engine = sides.engine
    parts = []
    for name, key in _RECORDS.items():
        paths = [folder / "records" / f"{name}.parquet" for folder in sides.folders]
        if not all(path.is_file() for path in paths):
            continue
        described = [
            {row[0] for row in engine.rows(f"DESCRIBE SELECT * FROM read_parquet({quoted(path)})")}
            for path in paths
        ]
        shared = ", ".join(map(quoted_name, sorted(described[0] & described[1])))
        path = paths[SIDES.index(side)]
        parts.append(
            f"SELECT {key} AS setl_id, hash('{name}', {shared}) AS h FROM read_parquet({quoted(path)})"
        )
    rows = " UNION ALL ".join(parts) or no_rows({"setl_id": "VARCHAR", "h": "UBIGINT"})
    engine.view(
        f"{side}_print",
        f"SELECT setl_id, bit_xor(h) AS print, count(*) AS n FROM ({rows}) r GROUP BY setl_id",
    )


_PAIR = """
SELECT coalesce(n.finding_id, o.finding_id) AS finding_id, coalesce(n.rule, o.rule) AS rule,
  CASE WHEN o.finding_id IS NULL THEN 'new' WHEN n.finding_id IS NULL THEN 'gone' ELSE 'changed' END AS kind,
  coalesce(n.level, o.level) AS level, coalesce(n.subject_type, o.subject_type) AS subject_type,
  coalesce(n.subject_id, o.subject_id) AS subject_id, coalesce(n.setl_id, o.setl_id) AS setl_id,
  coalesce(n.psn_no, o.psn_no) AS psn_no, o.amount AS amount_old, n.amount AS amount_new
FROM old_findings o FULL JOIN new_findings n ON n.finding_id = o.finding_id
WHERE o.finding_id IS NULL OR n.finding_id IS NULL OR {differs}
"""

# The settlements that a differing finding stands on in a run.
_STANDING = """
SELECT finding_id, setl_id FROM (
  SELECT f.finding_id, unnest([f.setl_id, json_extract_string(f.evidence, '$.other_setl_id')]) AS setl_id
  FROM {side}_findings f SEMI JOIN finding_pair p ON p.finding_id = f.finding_id
  UNION ALL
  SELECT l.finding_id, l.setl_id FROM {side}_finding_lines l SEMI JOIN finding_pair p ON p.finding_id = l.finding_id
) s WHERE setl_id IS NOT NULL GROUP BY ALL
"""

# Findings of a run that stand on a settlement, or a person, the other run's files do not have.
_STRANGE = """
SELECT finding_id FROM {side}_standing s
ANTI JOIN (SELECT * FROM {other}_subjects WHERE subject_type = 'settlement') t ON t.subject_id = s.setl_id
UNION
SELECT finding_id FROM finding_pair p
JOIN {side}_subjects s ON s.subject_type = p.subject_type AND s.subject_id = p.subject_id
ANTI JOIN {other}_subjects t ON t.subject_type = p.subject_type AND t.subject_id = p.subject_id
WHERE p.subject_type <> 'ring'
"""

# Findings whose own settlements, lines or diagnoses are told otherwise in the other run (how: records), or whose
# person or subject has other settlements there (how: data).
_REWRITTEN = """
WITH standing AS (
  SELECT * FROM old_standing UNION SELECT * FROM new_standing
)
SELECT finding_id, 'records' AS how FROM standing s
JOIN old_print o ON o.setl_id = s.setl_id JOIN new_print n ON n.setl_id = s.setl_id
WHERE o.print <> n.print OR o.n <> n.n
UNION
SELECT finding_id, 'records' FROM standing s
JOIN old_subjects o ON o.subject_type = 'settlement' AND o.subject_id = s.setl_id
JOIN new_subjects n ON n.subject_type = 'settlement' AND n.subject_id = s.setl_id
WHERE o.charge <> n.charge OR o.fund_money <> n.fund_money
UNION
SELECT finding_id, 'data' FROM (
  SELECT finding_id, subject_type, subject_id FROM finding_pair
  UNION SELECT finding_id, 'patient', psn_no FROM finding_pair
) p
JOIN old_subjects o ON o.subject_type = p.subject_type AND o.subject_id = p.subject_id
JOIN new_subjects n ON n.subject_type = p.subject_type AND n.subject_id = p.subject_id
WHERE o.settlements <> n.settlements
"""

# A hit of one rule may be told within the finding of another on the same settlement, or of the same subject.
_ELSEWHERE = """
SELECT p.finding_id FROM finding_pair p
JOIN (SELECT *, 'new' AS side FROM new_findings UNION ALL BY NAME SELECT *, 'old' AS side FROM old_findings) f
  ON (f.setl_id = p.setl_id OR (f.subject_type = p.subject_type AND f.subject_id = p.subject_id))
WHERE p.kind IN ('new', 'gone') AND f.side <> CASE p.kind WHEN 'new' THEN 'new' ELSE 'old' END
  AND list_contains(CAST(json_extract(f.evidence, '$.also') AS VARCHAR[]), p.rule)
GROUP BY p.finding_id
"""

_DIFFERENCE = """
SELECT 'finding' AS of, p.kind, p.finding_id, p.subject_type, p.subject_id, CAST(NULL AS VARCHAR) AS subject_name,
  p.rule, p.level, p.amount_old, p.amount_new, CAST(NULL AS INTEGER) AS rank_old, CAST(NULL AS INTEGER) AS rank_new,
  CASE
    WHEN p.kind = 'new' AND r.not_old IS NOT NULL THEN r.not_old
    WHEN p.kind = 'gone' AND r.not_new IS NOT NULL THEN r.not_new
    WHEN e.finding_id IS NOT NULL THEN 'covered'
    WHEN {data} AND (s.finding_id IS NOT NULL OR t.finding_id IS NOT NULL) THEN 'data'
    WHEN r.changed IS NOT NULL THEN r.changed
    WHEN NOT {inputs} AND {settings} THEN 'settings'
    WHEN w.how IS NOT NULL AND ({inputs} OR NOT {software}) THEN w.how
    WHEN {inputs} THEN 'inputs'
    WHEN {settings} THEN 'settings'
    WHEN {software} THEN 'software'
    ELSE 'unexplained'
  END AS reason,
  CAST(abs(coalesce(p.amount_new, 0) - coalesce(p.amount_old, 0)) AS DOUBLE) AS weight, 0 AS places
FROM finding_pair p
LEFT JOIN rule_change r ON r.rule = p.rule
LEFT JOIN elsewhere e ON e.finding_id = p.finding_id
LEFT JOIN old_strange s ON s.finding_id = p.finding_id
LEFT JOIN new_strange t ON t.finding_id = p.finding_id
LEFT JOIN (SELECT finding_id, max(how) AS how FROM rewritten GROUP BY finding_id) w ON w.finding_id = p.finding_id
"""
