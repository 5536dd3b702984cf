"""A report goes into its file whole or not at all; one with names in clear only with its event in the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from medaudit.dossier.opened import Opened
from medaudit.ledger import Event, Ledger
from medaudit.library.shelf import hashed
from medaudit.output.whole import whole_file
from medaudit.runs.folder import MARK


@dataclass(frozen=True)
class Left:
    """A report that was written. size: bytes. event: as the ledger has it, None where everything is masked."""

    path: Path
    size: int
    event: Event | None


def leave(html: str, path: Path, run: Opened, ledger: Ledger, reveal: bool, who: str, why: str) -> Left:  # fmt: skip
    """Write the page to `path`. Names in clear are recorded before the file is there, and the file is its owner's alone.

    Raises MedauditError when the disk refuses or the ledger cannot be written; then there is no file.
    """
    told = html.encode("utf-8", "replace")
    event = None
    with whole_file(path) as part:
        part.write_bytes(told)
        if reveal:
            part.chmod(0o600)
            event = ledger.add(_event(told, path, run, who, why))[0]
    return Left(path, len(told), event)


def _event(told: bytes, path: Path, run: Opened, who: str, why: str) -> Event:
    """An export that has no number: it is no case list."""
    return Event(
        kind="export",
        action="revealed",
        who=who,
        why=why,
        day=dt.datetime.now().astimezone().date(),
        content={
            "form": "report",
            "folder": str(path),
            "run": {
                "finished": run.told.get("finished", ""),
                "sha256": hashed(run.folder / MARK),
            },
            "files": {path.name: hashlib.sha256(told).hexdigest()},
            "subjects": [],
            "finding_ids": [],
        },
    )
