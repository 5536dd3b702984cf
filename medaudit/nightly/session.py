"""A workspace opened for a scan: its records read, and an engine that goes on from the base where it can."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.engine import Engine, no_rows
from medaudit.nightly import base, changed, verdicts
from medaudit.nightly.engine import Nightly
from medaudit.progress import SILENT, Progress
from medaudit.records.load import Records, load
from medaudit.records.shown import planned_is_two
from medaudit.records.verdicts import Verdicts
from medaudit.runs.plan import Plan, knowledge_of
from medaudit.workspace.catalogue import NIGHTS, SCAN, Catalogue, read
from medaudit.workspace.lock import locked
from medaudit.workspace.meeting import NAMES
from medaudit.workspace.parts import demand_sound, forget_strays

# When more people than this share are concerned a full scan is begun: it leaves a new base, and takes hardly longer.
LIMIT = 0.15
# A table that would add more than this share (or FEW) is computed of everybody, and whatever reads it.
MORE, FEW = 0.01, 20
NEEDED = ("people", "visit", "stay_part", "tied_person")


@dataclass
class Session:
    """An opened workspace. catalogue: as it is. key: what its records are read by."""

    folder: Path
    catalogue: Catalogue
    plan: Plan
    key: str
    engine: Nightly
    records: Records
    made: dict[str, str] = field(default_factory=dict)  # what is left for later scans

    def go_on(self) -> None:
        """Once the records are complete: from here on compute what is needed."""
        self.engine.know(
            base.record_shapes(
                {name: self.engine.columns(name) for name in (*base.PEOPLE, *base.whole_tables())}
            )
        )
        self.engine.plain = False

    def computed(self, is_whole: bool) -> None:
        """Once the rules have run. is_whole: whether all of them did; else no base is left where there is one."""
        engine = self.engine
        engine.plain = True
        stays = (
            engine.base is not None
            or self.plan.as_of
            or not (is_whole or not base.is_there(self.folder / NIGHTS))
        )
        self.made = (
            {} if stays else {n: by for n, by in engine.computed.items() if engine.file(n).exists()}
        )
        self.records.how = self._told()

    def leave(self) -> None:
        """Leave a base for later scans, where this one computed everything."""
        if self.made:
            planned = planned_is_two(self.engine)
            left = base.Base(
                self.folder / NIGHTS, self.key, self.catalogue.last, self.made, planned
            )
            base.write(left, self.engine.folder)

    def _told(self) -> dict[str, Any]:
        """How the result came about, for run.json."""
        last = self.catalogue.deliveries[-1]
        told: dict[str, Any] = {
            "deliveries": last.number,
            "last": last.at,
            "settled_until": self._until(last.at[:10]),
            "lost": self.catalogue.missing(),
        }
        if self.plan.as_of:
            told["as_of"] = self.plan.as_of.isoformat()
        if self.engine.base is None:
            return told | {"computed": "all"}
        spent = self.engine.spent
        return told | {
            "computed": "changes",
            "since_delivery": self.engine.base.delivery,
            "people": self.engine.concerned.count(),
            "tables": {
                "of_them": len(spent.few),
                "of_everybody": len(spent.whole),
                "anew": sorted(spent.anew),
            },
        }

    def _until(self, day: str) -> str | None:
        """The last day that settlements reach. A day that had not come when they came is a slip of the pen."""
        settled = "coalesce(CAST(setl_time AS DATE), enddate)"
        last = self.engine.value(
            f"SELECT max({settled}) FROM settlement WHERE {settled} <= DATE '{day}'"
        )
        return None if last is None else str(last)


@contextmanager
def opened(
    folder: Path,
    plan: Plan,
    progress: Progress = SILENT,
    first: Callable[[Engine], None] = lambda _: None,
) -> Iterator[Session]:
    """Open a workspace and read its records; nobody else works on it meanwhile.

    first: asked of the engine before anything is read. Raises MedauditError for a damaged workspace, for an engine that cannot
    read one, and when another works on it.
    """
    with locked(folder, plan.wait):
        catalogue = read(folder)
        forget_strays(folder, catalogue)
        demand_sound(folder, catalogue)
        key = base.key_of(plan.settings, knowledge_of(plan))
        found = None if plan.full or plan.as_of else base.read(folder / NIGHTS, key, catalogue.last)
        staging = folder / SCAN
        engine = Nightly(staging, plan.memory_limit, plan.threads, found)
        try:
            first(engine)
            records = _load(engine, folder, catalogue, plan, progress)
            yield Session(folder, catalogue, plan, key, engine, records)
        finally:
            engine.close()
            shutil.rmtree(staging, ignore_errors=True)


def _load(
    engine: Nightly, folder: Path, catalogue: Catalogue, plan: Plan, progress: Progress
) -> Records:
    def judge(asked: Engine, given: Collection[str], doubtful: Collection[str]) -> Verdicts:
        if engine.base is not None and not _goes_on(engine, folder, catalogue, given):
            engine.base = None
        return verdicts.judge(engine, plan.settings, given, doubtful)

    stored = catalogue.stored(folder, plan.as_of)
    shelves = knowledge_of(plan)
    return load([], plan.settings, engine, progress, knowledge=shelves, stored=stored, judge=judge)


def _goes_on(engine: Nightly, folder: Path, catalogue: Catalogue, given: Collection[str]) -> bool:
    """Whether the base can be gone on from, and whom the deliveries since then concern."""
    before = engine.base
    assert before
    since = [one for one in catalogue.deliveries if one.number > before.delivery]
    files = [folder / "changes" / f"{one.number}.parquet" for one in since]
    needed = {*NEEDED, *(f"verdict_{name}" for name in given)}
    if any(one.whole for one in since) or not all(file.is_file() for file in files):
        return False
    if not needed <= before.computed.keys() or before.planned_two != planned_is_two(engine):
        return False
    if files:
        engine.show("changed", files)
    else:
        engine.view("changed", no_rows(dict.fromkeys(("name", *NAMES), "VARCHAR")))
    changed.gather(engine, before.file("people"), before.file("tied_person"))
    people = engine.value(f"SELECT count(*) FROM ({engine.before('people')}) p")
    if engine.value("SELECT count(*) FROM first_person") > LIMIT * people:
        return False
    engine.most = max(FEW, int(MORE * people))
    changed.begin(engine.concerned, engine.before("visit"), engine.before("stay_part"))
    return True
