"""A simulated county whose records arrive day by day, with corrections and late refunds among them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from medaudit.audit import audit_to
from medaudit.runs.plan import Plan
from medaudit.settings import Settings
from medaudit.workspace.importing import Means, bring
from tests.workspace.conftest import Workspace

BILLS = ("settlement", "fee_item", "diagnosis")


@dataclass
class Days:
    """data: the county's files. days: the dates on which something arrives, in order; the first stands for all before it."""

    data: Path
    folder: Path
    days: Sequence[str]

    def __post_init__(self) -> None:
        self.db = duckdb.connect()
        when = "CAST(coalesce(setl_time, enddate) AS DATE)"
        read = "read_parquet('{}*.parquet', union_by_name = true)"
        self.db.execute(
            f"CREATE TABLE settlement AS SELECT *, {when} AS due FROM {read.format(self.data / 'settlement')}"
        )
        for name in BILLS[1:]:
            source = read.format(self.data / name)
            self.db.execute(
                f"CREATE TABLE {name} AS SELECT t.*, s.due FROM {source} t "
                "JOIN (SELECT DISTINCT setl_id, due FROM settlement) s ON s.setl_id = t.setl_id"
            )
        for name in BILLS:
            self.db.execute(
                f"UPDATE {name} SET due = DATE '{self.days[0]}' WHERE due < DATE '{self.days[0]}'"
            )

    @property
    def workspace(self) -> Path:
        return self.folder / "county"

    def first(self) -> None:
        """Everything up to the first day, and a scan that leaves a base."""
        place = self._dump(self.days[0])
        for file in self.data.glob("*.parquet"):
            if not file.name.startswith(BILLS):
                shutil.copy(file, place)
        bring([place], self.workspace, Means(Settings()))
        self.scan()

    def arrive(self, day: str, **more: str) -> None:
        """What is due on a day, and `more`: table → a SELECT of further rows."""
        bring([self._dump(day, **more)], self.workspace, Means(Settings()))

    def _dump(self, day: str, **more: str) -> Path:
        place = self.folder / "inbox" / day
        place.mkdir(parents=True)
        for name in BILLS:
            rows = f"SELECT * EXCLUDE (due) FROM {name} WHERE due = DATE '{day}'"
            if name in more:
                rows += f" UNION ALL BY NAME ({more[name]})"
            self.db.execute(f"COPY ({rows}) TO '{place / name}.parquet' (FORMAT parquet)")
        return place

    def scan(self, to: str = "run", **how: object) -> Path:
        """A scan; `to` another folder where it is not one of the nights, whose rings keep their ids."""
        out = self.folder / to
        audit_to(out, [self.workspace], Plan(**how))  # type: ignore[arg-type]
        return out

    def scan_of_everything(self) -> Path:
        """A scan of the same records that goes on from nothing, and leaves nothing."""
        copy, out = self.folder / "copy", self.folder / "whole"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.workspace, copy)
        audit_to(out, [copy], Plan(full=True))
        return out


def lists(run: Path) -> dict[str, list[str]]:
    """The findings and the suspects of a run, sorted."""
    return {
        name: sorted((run / name).read_text("utf-8-sig").splitlines())
        for name in ("findings.csv", "suspects.csv")
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of a county of 1,500 people."""
    place = tmp_path_factory.mktemp("small") / "county"
    make(place, 1500, 77)
    yield place / "data"


def make(place: Path, people: int, seed: int) -> None:
    from medaudit.cli import main

    with pytest.raises(SystemExit):
        main(["simulate", str(place), "--people", str(people), "--seed", str(seed), "--quiet"])


@pytest.fixture
def county(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)
