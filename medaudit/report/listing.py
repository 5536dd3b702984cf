"""The ranked lists as columns: what the page filters and sorts, and how each suspect stood in earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medaudit.dossier.opened import Opened
from medaudit.export import hiding
from medaudit.report.earlier import Earlier
from medaudit.review.worklist import STATES

LISTED = 20_000  # suspects of a kind that the page holds
ORDER = ("institution", "pharmacy", "doctor", "patient", "settlement", "ring")  # of the kinds

_ROWS = """
SELECT s.rank, s.subject_id, s.subject_name, CAST(s.score AS DOUBLE) AS score, s.probability, CAST(s.amount AS DOUBLE) AS amount,
       s.findings, s.rules, coalesce(l.levels, 0) AS levels
FROM suspects s LEFT JOIN (
  SELECT c.subject_id, max(CASE f.level WHEN 'violation' THEN 1 ELSE 0 END) + max(CASE f.level WHEN 'suspected' THEN 2 ELSE 0 END)
         + max(CASE f.level WHEN 'lead' THEN 4 ELSE 0 END) AS levels
  FROM claims c JOIN findings f ON f.finding_id = c.finding_id WHERE c.subject_type = $kind GROUP BY c.subject_id
) l ON l.subject_id = s.subject_id
WHERE s.subject_type = $kind AND s.rank <= $most ORDER BY s.rank
"""


def lists(
    run: Opened, states: Mapping[str, str], earlier: Sequence[Earlier], reveal: bool
) -> dict[str, Any]:
    """Kind → columns of equal length: rank, id, name, score and amount (yuan), p (0–1), n (findings), rules (place in `combos`),
    levels (1 violation + 2 suspected + 4 lead), state (place in STATES, -1 undecided), was (rank in the latest earlier run, 0 new);
    `of`: how many there are, of which the first LISTED are told. `combos`: the texts of column rules, such as "STY02×2 ANO"."""
    combos: dict[str, int] = {}
    told: dict[str, Any] = {}
    for kind in ORDER:
        rows = run.rows(_ROWS, kind=kind, most=LISTED)
        if not rows:
            continue
        before = earlier[-1].ranks(kind) if earlier else {}
        columns: dict[str, list[Any]] = {
            "rank": [row["rank"] for row in rows],
            "id": [hiding.subject_id(kind, row["subject_id"], reveal) for row in rows],
            "name": [hiding.subject_name(kind, row["subject_name"] or "", reveal) for row in rows],
            "score": [round(row["score"] or 0, 2) for row in rows],
            "p": [round(row["probability"] or 0, 4) for row in rows],
            "amount": [round(row["amount"] or 0, 2) for row in rows],
            "n": [row["findings"] for row in rows],
            "rules": [combos.setdefault(row["rules"] or "", len(combos)) for row in rows],
            "levels": [row["levels"] for row in rows],
        }
        if states:
            columns["state"] = [_state(states.get(f"{kind} {row['subject_id']}")) for row in rows]
        if earlier:
            columns["was"] = [before.get(row["subject_id"], 0) for row in rows]
        total = run.row("SELECT count(*) AS n FROM suspects WHERE subject_type = $kind", kind=kind)
        told[kind] = columns | {"of": total["n"]}
    return {"kinds": told, "combos": list(combos)}


def _state(name: str | None) -> int:
    return STATES.index(name) if name in STATES else -1


def key(kind: str, id: str, rank: int, reveal: bool) -> str:
    """What a suspect's page is called in a link: its id, or, where that points at a person and is masked, its rank."""
    return str(rank) if kind == "patient" and not reveal else id
