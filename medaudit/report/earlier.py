"""Earlier runs that a report is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.compared.rings import renamed
from medaudit.dossier.opened import Opened
from medaudit.engine import SQLFailed
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.report.behind import Subject
from medaudit.runs.folder import told_of
from medaudit.runs.kept import explaining

_STOOD = """
SELECT subject_type, subject_id, rank, CAST(score AS DOUBLE) AS score, probability FROM earlier_{place}_suspects
"""
# Two runs of one place have institutions or people in common, whatever months they are of.
_SHARED = """
SELECT count(*) FROM (
  SELECT 1 FROM earlier_{place}_subjects e JOIN subjects s ON s.subject_type = e.subject_type AND s.subject_id = e.subject_id LIMIT 1
) t
"""


@dataclass(frozen=True)
class Earlier:
    """A finished run: what its run.json says, and of each kind the suspects' rank, score (yuan) and probability. shared: whether it
    has anybody in common with the run reported on."""

    told: Mapping[str, Any]
    stood: Mapping[str, Mapping[str, tuple[int, float, float]]] = field(default_factory=dict)
    shared: bool = True

    def ranks(self, kind: str) -> dict[str, int]:
        return {id: stood[0] for id, stood in self.stood.get(kind, {}).items()}


def read(run: Opened, folders: Sequence[Path]) -> list[Earlier]:
    """The runs in these folders, the oldest first. Raises MedauditError for a folder without a finished run."""
    found = []
    for place, folder in enumerate(folders):
        told = told_of(folder)
        names = renamed(folder, run.folder)
        stood: dict[str, dict[str, tuple[int, float, float]]] = {}
        with _readable(folder):
            for name in ("suspects", "subjects"):
                run.engine.show(f"earlier_{place}_{name}", [folder / f"{name}.parquet"])
            for kind, id, rank, score, probability in run.engine.rows(_STOOD.format(place=place)):
                known = names.get(id, id) if kind == "ring" else id
                stood.setdefault(kind, {})[known] = (rank, score or 0.0, probability or 0.0)
            shared = run.engine.value(_SHARED.format(place=place))
        found.append(Earlier(told, stood, bool(shared)))
    return sorted(found, key=lambda one: str(one.told.get("finished", "")))


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What is wrong with an earlier run whose tables cannot be read."""
    try:
        with explaining(folder):
            yield
    except SQLFailed as error:
        what = say("这次更早的运行读不了，或格式太旧", "this earlier run cannot be read, or is of too old a form")  # fmt: skip
        do = say("去掉这个 --compare，或用这一版重新扫描", "leave this --compare out, or scan again with this version")  # fmt: skip
        raise MedauditError(Problem(what, f"--compare {folder}", do)) from error


def trend(run: Opened, earlier: Sequence[Earlier]) -> list[dict[str, Any]]:
    """Run by run, this one last: finished, medaudit, settlements (used), findings, levels, suspects by kind, amount (yuan) and shared."""
    return [
        {
            "finished": str(told.get("finished", ""))[:16].replace("T", " "),
            "medaudit": told.get("medaudit", ""),
            "settlements": told.get("tables", {}).get("settlement", {}).get("used", 0),
            "findings": told.get("findings", 0),
            "levels": dict(told.get("levels", {})),
            "suspects": dict(told.get("suspects", {})),
            "amount": told.get("amount") or 0,
            "shared": shared,
        }
        for told, shared in [*((one.told, one.shared) for one in earlier), (run.told, True)]
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
