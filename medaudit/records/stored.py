"""Rows that were read before and lie typed in files of ours."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.engine import Engine, quoted_name
from medaudit.records.schema import Table
from medaudit.settings import Settings

# The files by which folders of ours are known.
WORKSPACE, RUN = "medaudit-workspace.json", "run.json"


def is_run(folder: Path) -> bool:
    """Whether a folder holds a finished run of ours; other programs write a run.json as well."""
    try:
        told = json.loads((folder / RUN).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "medaudit" in told


@dataclass
class Reading:
    """What became of the rows of a table that were read: read = rejected + accepted, of which `stored` are still there.

    rejects: reason → rows. unread: column → values. columns: those that the files had.
    """

    read: int = 0
    stored: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return sum(self.rejects.values())


def count_in(counted: dict[str, int], more: Mapping[str, int]) -> None:
    """Add numbers by name to those there are."""
    for name, rows in more.items():
        counted[name] = counted.get(name, 0) + rows


@dataclass(frozen=True)
class Stored:
    """Accepted rows, one a key, by table: their files and the account of their reading. rejects: files of rows that were not
    accepted. inputs: the files as run.json tells them. as_of: only what was settled by then is read."""

    files: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    accounts: Mapping[str, Reading] = field(default_factory=dict)
    rejects: Sequence[Path] = ()
    inputs: Sequence[dict[str, Any]] = ()
    as_of: dt.date | None = None

    def of(self, table: str) -> Sequence[Path]:
        return self.files.get(table, ())

    @property
    def folders(self) -> list[Path]:
        """The folders that the files lie in."""
        return sorted({file.parent for files in self.files.values() for file in files})

    def rows(self, engine: Engine, table: Table, settings: Settings) -> str:
        """A SELECT of the typed rows of a table, "" where there are none. A column that a file lacks is NULL."""
        if not self.of(table.name):
            return ""
        name = f"stored_{table.name}"
        engine.show(name, self.of(table.name))
        nulls = [
            f"CAST(NULL AS VARCHAR) AS {n}" for n in ("reject_reason", "reject_column", "unread")
        ]
        columns = as_now(engine, name, table, settings)
        return f"SELECT row_id, {', '.join([*columns, *nulls])} FROM {name}{self._by_then(table)}"

    def _by_then(self, table: Table) -> str:
        """A condition that leaves out what was settled later, its lines and diagnoses too."""
        if self.as_of is None:
            return ""
        later = f"coalesce(CAST(setl_time AS DATE), enddate) > DATE '{self.as_of}'"
        if table.name == "settlement":
            return f" WHERE NOT {later}"
        if table.name in ("fee_item", "diagnosis"):
            return f" WHERE setl_id NOT IN (SELECT setl_id FROM stored_settlement WHERE {later})"
        return ""

    def show_rejects(self, engine: Engine) -> list[str]:
        """Show what was not accepted; the names under which it is shown."""
        if not self.rejects:
            return []
        engine.show("stored_rejects", self.rejects)
        return ["stored_rejects"]


def as_now(engine: Engine, name: str, table: Table, settings: Settings) -> list[str]:
    """The columns that a table has today, of rows shown as `name`; one that they were stored without is NULL."""
    there = engine.columns(name)
    texts = dict.fromkeys(settings.extra.get(table.name, ()), "VARCHAR")
    wanted = {column.name: column.sql_type for column in table.columns.values()} | texts
    return [
        quoted_name(column) if column in there else f"CAST(NULL AS {kind}) AS {quoted_name(column)}"
        for column, kind in wanted.items()
    ]


NOTHING = Stored()
