"""Earlier runs that a report is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.dossier.opened import Opened
from medaudit.report.behind import Subject
from medaudit.runs.folder import told_of

_STOOD = """
SELECT subject_type, subject_id, rank, CAST(score AS DOUBLE) AS score, probability FROM {view}
"""


@dataclass(frozen=True)
class Earlier:
    """A finished run: what its run.json says, and of each kind the suspects' rank, score (yuan) and probability."""

    told: Mapping[str, Any]
    stood: Mapping[str, Mapping[str, tuple[int, float, float]]] = field(default_factory=dict)

    def ranks(self, kind: str) -> dict[str, int]:
        return {id: stood[0] for id, stood in self.stood.get(kind, {}).items()}


def read(run: Opened, folders: Sequence[Path]) -> list[Earlier]:
    """The runs in these folders, the oldest first. Raises MedauditError for a folder without a finished run."""
    found = []
    for place, folder in enumerate(folders):
        told = told_of(folder)
        view = f"earlier_{place}"
        run.engine.show(view, [folder / "suspects.parquet"])
        stood: dict[str, dict[str, tuple[int, float, float]]] = {}
        for kind, id, rank, score, probability in run.engine.rows(_STOOD.format(view=view)):
            stood.setdefault(kind, {})[id] = (rank, score or 0.0, probability or 0.0)
        found.append(Earlier(told, stood))
    return sorted(found, key=lambda one: str(one.told.get("finished", "")))


def trend(run: Opened, earlier: Sequence[Earlier]) -> list[dict[str, Any]]:
    """Run by run, this one last: finished, medaudit, settlements (used), findings, levels, suspects by kind and amount (yuan)."""
    return [
        {
            "finished": str(told.get("finished", ""))[:16].replace("T", " "),
            "medaudit": told.get("medaudit", ""),
            "settlements": told.get("tables", {}).get("settlement", {}).get("used", 0),
            "findings": told.get("findings", 0),
            "levels": dict(told.get("levels", {})),
            "suspects": dict(told.get("suspects", {})),
            "amount": told.get("amount", 0),
        }
        for told in [*(one.told for one in earlier), run.told]
    ]


def moves(run: Opened, earlier: Sequence[Earlier]) -> dict[str, dict[str, int]]:
    """Kind → how many suspects are new since the latest earlier run, gone, and on both lists; {} without one."""
    if not earlier:
        return {}
    now: dict[str, set[str]] = {}
    for kind, id in run.engine.rows("SELECT subject_type, subject_id FROM suspects"):
        now.setdefault(kind, set()).add(id)
    before = earlier[-1].stood
    return {
        kind: {
            "new": len(now.get(kind, set()) - before.get(kind, {}).keys()),
            "gone": len(before.get(kind, {}).keys() - now.get(kind, set())),
            "both": len(now.get(kind, set()) & before.get(kind, {}).keys()),
        }
        for kind in {**before, **now}
    }


def series(one: Subject, earlier: Sequence[Earlier]) -> list[list[float] | None]:
    """How a suspect stood run by run, this one last: rank, probability, score; None where it was not listed."""
    before = [run.stood.get(one.kind, {}).get(one.id) for run in earlier]
    told: list[list[float] | None] = [
        [stood[0], round(stood[2], 4), round(stood[1], 2)] if stood else None for stood in before
    ]
    return [*told, [one.rank, round(one.probability, 4), round(one.score, 2)]]
