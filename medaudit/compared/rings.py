"""Rings that two runs call otherwise: one is the same while more than half of its members are still in it, as a later scan has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine
from medaudit.runs.reading import rings_before

# Which tables tell of whom, and of which finding.
_OF_SUBJECT = ("findings", "suspects", "subjects", "claims", "parts")
_OF_FINDING = ("findings", "claims", "finding_lines")


def renamed(old: Path, new: Path) -> dict[str, str]:
    """The id of a ring in the old run → that of the same ring in the new one, where they are not the same."""
    before, after = rings_before(old), rings_before(new)
    told: dict[str, str] = {}
    for kind, of_person in before.items():
        then, now = Counter(of_person.values()), after.get(kind, {})
        stayed = Counter((ring, now[who]) for who, ring in of_person.items() if who in now)
        for (one, other), n in sorted(stayed.items(), key=lambda pair: (-pair[1], pair[0])):
            apart = one not in now.values() and other not in then
            if apart and 2 * n > then[one] and one not in told and other not in told.values():
                told[one] = other
    return told


def put_same(engine: DuckEngine, names: Mapping[str, str]) -> None:
    """Have the views `old_…` call these rings, and the findings of them and their members, as the new run does."""
    if not names:
        return
    import pyarrow as pa

    schema = pa.schema([("was", pa.string()), ("now", pa.string())])
    columns = [pa.array(list(names), pa.string()), pa.array(list(names.values()), pa.string())]
    engine.put("ring_alias", schema, [pa.record_batch(columns, schema=schema)])
    for table in _OF_SUBJECT:
        evidence = ", replace(t.evidence, coalesce(e.was, ' '), coalesce(e.now, ' ')) AS evidence"
        findings = table == "findings"
        engine.keep(
            f"renamed_{table}",
            f"SELECT t.* REPLACE (coalesce(a.now, t.subject_id) AS subject_id{evidence if findings else ''}) "
            f"FROM old_{table} t LEFT JOIN ring_alias a ON t.subject_type = 'ring' AND a.was = t.subject_id"
            + (" LEFT JOIN ring_alias e ON e.was = json_extract_string(t.evidence, '$.ring_id')" if findings else ""),
        )  # fmt: skip
        engine.view(f"old_{table}", f"SELECT * FROM renamed_{table}")
    engine.keep("finding_alias", _ALIAS)
    for table in _OF_FINDING:
        engine.keep(
            f"called_{table}",
            f"SELECT t.* REPLACE (coalesce(a.now, t.finding_id) AS finding_id) FROM old_{table} t "
            "LEFT JOIN finding_alias a ON a.was = t.finding_id",
        )
        engine.view(f"old_{table}", f"SELECT * FROM called_{table}")


# The ids of findings are made of the ring's. Of a ring, a rule has one finding for each whom it is about.
_ALIAS = """
WITH told AS (
  SELECT 'old' AS side, finding_id, rule, subject_type, subject_id, psn_no, json_extract_string(evidence, '$.ring_id') AS ring FROM old_findings
  UNION ALL
  SELECT 'new', finding_id, rule, subject_type, subject_id, psn_no, json_extract_string(evidence, '$.ring_id') FROM new_findings
), one AS (
  SELECT side, rule, subject_type, subject_id, CASE subject_type WHEN 'patient' THEN coalesce(psn_no, '') ELSE '' END AS who, ring,
         min(finding_id) AS finding_id
  FROM told WHERE ring IN (SELECT now FROM ring_alias) GROUP BY ALL HAVING count(*) = 1
)
SELECT o.finding_id AS was, n.finding_id AS now FROM one o JOIN one n
  ON n.side = 'new' AND o.side = 'old' AND n.rule = o.rule AND n.subject_type = o.subject_type AND n.subject_id = o.subject_id
  AND n.who = o.who AND n.ring = o.ring
"""
