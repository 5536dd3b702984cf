"""The account of what was imported: the batches, their files, and the days on which each is in force."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.spans import ALWAYS, NEVER

MARK = "knowledge.json"
TABLES = "tables"


@dataclass(frozen=True)
class Batch:
    """One delivery of lists. files: name and sha256 of each. Dates are inclusive, None for none, as they were given.

    replaces: the batches that end the day before this one begins.
    """

    name: str
    since: dt.date | None
    until: dt.date | None
    replaces: Sequence[str]
    files: Sequence[Mapping[str, Any]]
    imported: str
    points: int

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        return told | {key: told[key] and told[key].isoformat() for key in ("since", "until")}


def tables_of(folder: Path) -> Path:
    """The tables in a folder of knowledge: those made by an import, else the folder itself.

    Raises MedauditError for one without its account.
    """
    if is_shelf(folder):
        return folder / TABLES
    if (folder / "points.parquet").exists():
        raise damaged(folder / MARK)
    return folder


def is_shelf(folder: Path) -> bool:
    return (folder / MARK).is_file()


def versions(folder: Path) -> list[dict[str, Any]]:
    """The batches in a folder with the dates they are in force, for the account of a run; [] where none was imported."""
    known = batches(folder)
    inforce = in_force(known)
    return [replace(one, until=_or_none(inforce[one.name][1])).as_json() for one in known]


def in_force(known: Iterable[Batch]) -> dict[str, tuple[dt.date, dt.date]]:
    """Batch → first and last day in force: as given, and before the first day of each batch that replaces it."""
    spans = {one.name: (one.since or ALWAYS, one.until or NEVER) for one in known}
    for one in known:
        for name in one.replaces:
            if name in spans and one.since:
                since, until = spans[name]
                spans[name] = since, min(until, one.since - dt.timedelta(days=1))
    return spans


def _or_none(day: dt.date) -> dt.date | None:
    return None if day == NEVER else day


def batches(folder: Path) -> list[Batch]:
    """The batches in a folder. Raises MedauditError for an account that cannot be read."""
    path = folder / MARK
    if not path.is_file():
        return []
    try:
        told = json.loads(path.read_text("utf-8"))["batches"]
        return [
            Batch(
                **one
                | {key: one[key] and dt.date.fromisoformat(one[key]) for key in ("since", "until")}
            )
            for one in told
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path) from error


def damaged(path: Path) -> MedauditError:
    what = say("知识库文件缺失或损坏", "a file of the knowledge is missing or damaged")
    do = say(
        "从备份恢复，或换一个文件夹重新导入", "restore it, or import again into another folder"
    )
    return MedauditError(Problem(what, str(path), do))
