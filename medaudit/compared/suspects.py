"""Suspects of two runs: who is new on a list, gone from it, moved or weighed otherwise, and the likely reason."""

from __future__ import annotations

from medaudit.compared.changes import Changes
from medaudit.compared.sides import Sides

_HELD = ("score", "probability", "amount", "findings")


def compare(sides: Sides, changes: Changes) -> None:
    """Leave table `suspect_difference`, of the columns of finding_difference; weight is the yuan by which the expected amount
    differs, places by how many the rank does. Needs finding_difference."""
    engine = sides.engine
    held = [name for name in _HELD if name in sides.shared["suspects"]]
    differs = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in held)
    score = "score" if "score" in held else "amount"
    engine.keep("suspect_pair", _PAIR.format(differs=differs, score=score))
    engine.keep("suspect_reason", _OWN)
    # A finding that both runs have and only one counts was decided about, or a decision was taken back.
    engine.keep("suspect_decided", _DECIDED if sides.has("claims") else _NOBODY)
    flags = {name: "TRUE" if getattr(changes, name) else "FALSE" for name in _FLAGS}
    engine.keep("suspect_difference", _DIFFERENCE.format(**flags))


_FLAGS = ("inputs", "settings", "software", "reviews", "left_out")
_NOBODY = "SELECT subject_type, subject_id FROM suspect_pair WHERE FALSE"

_PAIR = """
SELECT coalesce(n.subject_type, o.subject_type) AS subject_type, coalesce(n.subject_id, o.subject_id) AS subject_id,
  coalesce(n.subject_name, o.subject_name) AS subject_name,
  CASE WHEN o.subject_id IS NULL THEN 'new' WHEN n.subject_id IS NULL THEN 'gone'
       WHEN o.rank <> n.rank THEN 'moved' ELSE 'changed' END AS kind,
  o.amount AS amount_old, n.amount AS amount_new, o.rank AS rank_old, n.rank AS rank_new,
  o.subject_id IS NULL OR n.subject_id IS NULL OR {differs} AS is_own,
  CAST(abs(coalesce(n.{score}, 0) - coalesce(o.{score}, 0)) AS DOUBLE) AS weight,
  abs(coalesce(n.rank, o.rank) - coalesce(o.rank, n.rank)) AS places
FROM old_suspects o FULL JOIN new_suspects n ON n.subject_type = o.subject_type AND n.subject_id = o.subject_id
WHERE o.subject_id IS NULL OR n.subject_id IS NULL OR o.rank <> n.rank OR {differs}
"""

# The reason with most yuan among the differing findings that count, or counted, for a suspect.
_OWN = """
WITH counted AS (
  SELECT * FROM old_claims UNION SELECT * FROM new_claims
  UNION SELECT subject_type, subject_id, finding_id FROM finding_difference
), weighed AS (
  SELECT c.subject_type, c.subject_id, d.reason, sum(d.weight) AS weight, count(*) AS n
  FROM counted c JOIN finding_difference d ON d.finding_id = c.finding_id GROUP BY ALL
)
SELECT subject_type, subject_id, reason FROM weighed
QUALIFY row_number() OVER (PARTITION BY subject_type, subject_id ORDER BY weight DESC, n DESC, reason) = 1
"""

_DECIDED = """
WITH either AS (
  (SELECT * FROM old_claims EXCEPT SELECT * FROM new_claims)
  UNION ALL (SELECT * FROM new_claims EXCEPT SELECT * FROM old_claims)
), tip AS (
  SELECT coalesce(o.subject_type, n.subject_type) AS subject_type, coalesce(o.subject_id, n.subject_id) AS subject_id
  FROM (SELECT * FROM old_parts WHERE family = 'TIP') o
  FULL JOIN (SELECT * FROM new_parts WHERE family = 'TIP') n
    ON n.subject_type = o.subject_type AND n.subject_id = o.subject_id
  WHERE o.term IS DISTINCT FROM n.term
)
SELECT e.subject_type, e.subject_id FROM either e
JOIN old_findings o ON o.finding_id = e.finding_id JOIN new_findings n ON n.finding_id = e.finding_id
WHERE o.subject_type = n.subject_type AND o.subject_id = n.subject_id
UNION SELECT subject_type, subject_id FROM tip
"""

_DIFFERENCE = """
SELECT 'suspect' AS of, p.kind, CAST(NULL AS VARCHAR) AS finding_id, p.subject_type, p.subject_id, p.subject_name,
  CAST(NULL AS VARCHAR) AS rule, CAST(NULL AS VARCHAR) AS level, p.amount_old, p.amount_new, p.rank_old, p.rank_new,
  CASE
    WHEN NOT p.is_own THEN 'others'
    WHEN r.reason IS NOT NULL THEN r.reason
    WHEN d.subject_id IS NOT NULL THEN 'decided'
    WHEN {left_out} THEN 'selection'
    WHEN {reviews} THEN 'reviews'
    WHEN {inputs} OR (SELECT count(*) FROM finding_difference) > 0 THEN 'peers'
    WHEN {settings} THEN 'settings'
    WHEN {software} THEN 'software'
    -- What was decided about others changes what their peers are held against.
    WHEN (SELECT count(*) FROM suspect_decided) > 0 THEN 'peers'
    ELSE 'unexplained'
  END AS reason, p.weight, p.places
FROM suspect_pair p
LEFT JOIN suspect_reason r ON r.subject_type = p.subject_type AND r.subject_id = p.subject_id
LEFT JOIN (SELECT DISTINCT subject_type, subject_id FROM suspect_decided) d
  ON d.subject_type = p.subject_type AND d.subject_id = p.subject_id
"""
