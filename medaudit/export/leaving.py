"""What leaves, leaves with its event: the number, the files in their place, and the line in the ledger, or none of them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from medaudit import __version__
from medaudit.errors import MedauditError, Problem
from medaudit.export import hiding
from medaudit.export.load import Load
from medaudit.language import say
from medaudit.ledger import Event, Ledger, Pen
from medaudit.ledger.tables import events
from medaudit.library.shelf import hashed
from medaudit.output.folder import whole_folder
from medaudit.runs.folder import MARK

MANIFEST = "manifest.json"
OPTION = "FOLDER"


@dataclass(frozen=True)
class Left:
    """An export that was made. number: such as E2026-0007. event: as the ledger has it. files: name → sha256. findings: that went
    out. unasked: findings that no letter asks about. behind: the last event's time where this clock is behind it."""

    number: str
    folder: Path
    event: Event
    files: dict[str, str]
    findings: int
    unasked: int
    behind: dt.datetime | None


def leave(
    load: Load, out: Path | None, forms: Sequence[str], ledger: Ledger, who: str, why: str
) -> Left:
    """Write the files of `forms` into folder `out` (default ./medaudit-export-NUMBER) and add the event.

    The number is taken, the files are put into place and the event is added while nobody else adds to the ledger. Raises MedauditError,
    and leaves neither files nor event, when the folder is not empty or one of them cannot be written.
    """
    place, manifest = Path(), ""
    try:
        with ledger.writing() as pen:
            at = pen.clock()
            number = _number(pen, at)
            folder = out or Path(f"medaudit-export-{number}")
            about = _about(load, number, at, who, why)
            with whole_folder(folder, OPTION, lambda _: False) as partial:
                unasked = _write(partial, load, forms, number, about)
                ids = load.ids()
                _manifest(partial, load, about, ids)
                files = _hashes(partial)
                place, manifest = folder.resolve(), files[MANIFEST]
            event = pen.add(_event(load, about, files, ids, folder))
            behind = pen.behind
    except BaseException:
        # Also an interruption: nothing leaves without its event.
        _take_back(place, manifest)
        raise
    return Left(number, folder, event, files, len(ids), unasked, behind)


def _take_back(place: Path, manifest: str) -> None:
    """Remove the folder if it came into its place. Its manifest tells that it is ours. Raises MedauditError where it stays."""
    ours = place / MANIFEST
    if not manifest or not ours.is_file() or hashed(ours) != manifest:
        return
    shutil.rmtree(place, ignore_errors=True)
    if place.exists():
        what = say(
            "导出没有记入台账，而文件删不掉",
            "the export is not in the ledger, and its files cannot be removed",
        )
        raise MedauditError(
            Problem(what, str(place), say("手工删除这个文件夹", "remove this folder by hand"))
        )


def _number(pen: Pen, at: dt.datetime) -> str:
    """The year and the next number in it. Events are never taken away, so none comes twice."""
    e, taken = events.c, f'%"number":"E{at:%Y}-%'
    many = pen.connection.execute(
        sa.select(sa.func.count()).where(e.kind == "export", e.content.like(taken))
    ).scalar_one()
    return f"E{at:%Y}-{many + 1:04d}"


def _write(
    folder: Path, load: Load, forms: Sequence[str], number: str, about: dict[str, Any]
) -> int:
    from medaudit.export import notice, sheets, tables

    if "xlsx" in forms:
        sheets.write(folder / "cases.xlsx", load, number)
    if "csv" in forms:
        tables.write_cases_csv(folder / "cases.csv", load, number)
    if "json" in forms:
        tables.write_cases_json(folder / "cases.json", load, about)
    return notice.write(folder, load, number) if "docx" in forms else 0


def _about(load: Load, number: str, at: dt.datetime, who: str, why: str) -> dict[str, Any]:
    """What every form of it says of an export."""
    profile = load.wanted.profile
    return {
        "number": number,
        "at": at.isoformat(timespec="seconds"),
        "who": who,
        "why": why,
        "masked": not load.reveal,
        "profile": profile.name if profile else "",
        "medaudit": __version__,
        "run": _identity(load),
    }


def _identity(load: Load) -> dict[str, Any]:
    """Which run it was: when it finished, its own hash, and those of the files it read, without saying where they lay."""
    told = load.run.told
    return {
        "finished": told.get("finished", ""),
        "sha256": hashed(load.run.folder / MARK),
        "inputs": {Path(one["file"]).name: one.get("sha256") for one in told.get("inputs", ())},
    }


def _manifest(folder: Path, load: Load, about: dict[str, Any], ids: list[str]) -> None:
    """What is in the folder. It leaves with it, so patients' numbers in it are as masked as everywhere."""
    told = about | {
        "files": _hashes(folder),
        "subjects": [
            {
                "case": case.number,
                "subject_type": case.kind,
                "subject_id": hiding.subject_id(case.kind, case.id, load.reveal),
            }
            for case in load.cases
        ],
        "finding_ids": ids,
    }
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_bytes(text.encode("utf-8", "replace"))


def _event(
    load: Load, about: dict[str, Any], files: dict[str, str], ids: list[str], folder: Path
) -> Event:
    return Event(
        kind="export",
        action="revealed" if load.reveal else "masked",
        who=about["who"],
        why=about["why"],
        day=dt.date.fromisoformat(about["at"][:10]),
        content={
            "number": about["number"],
            "folder": str(folder),
            "profile": about["profile"],
            "run": about["run"],
            "files": files,
            # The ledger stays in the building: it says in clear whose case went out under which number.
            "subjects": [[case.number, case.kind, case.id] for case in load.cases],
            "finding_ids": ids,
            "amount": round(sum(case.amount for case in load.cases), 2),
        },
    )


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashed(path) for path in sorted(folder.iterdir())}
