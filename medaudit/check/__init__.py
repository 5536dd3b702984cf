"""Can this be audited? What files hold, what is missing, what that costs, and what looks odd in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit import facts
from medaudit.check.about import notes_of_facts
from medaudit.check.losses import losses
from medaudit.check.missing import Want, notes_of_gaps, notes_of_wants, wants
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import skips
from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.scratch import scratch
from medaudit.language import say
from medaudit.progress import SILENT, Progress
from medaudit.records import checks
from medaudit.records.checks import Looked
from medaudit.records.checks.note import WEIGHTS, Note
from medaudit.records.fit import demand_fit
from medaudit.records.knowledge import misread, unused
from medaudit.records.load import Records, read
from medaudit.records.recognise import lacks, recognise, remedy
from medaudit.records.source import Unread
from medaudit.records.sources import find
from medaudit.runs.plan import Plan, chosen, knowledge_of
from medaudit.settings import Settings

READS = {"visit", "stay", "placeholder_doctor"}


@dataclass
class Report:
    """Everything a check found. rows: source number → rows read and rows rejected."""

    settings: Settings
    records: Records
    looked: Looked
    rules: list[Rule]
    skipped: dict[str, list[str]]
    wants: list[Want]
    rows: dict[int, tuple[int, int]]
    notes: list[Note]  # the gravest first

    def of(self, weight: str) -> list[Note]:
        return [note for note in self.notes if note.weight == weight]

    @property
    def can_be_audited(self) -> bool:
        return not self.of("stops")


def check(paths: Sequence[Path], plan: Plan, progress: Progress = SILENT) -> Report:
    """Look at everything in `paths` that can be read, whatever is wrong with the rest.

    Raises MedauditError only for settings that fit no table or rule, a full disk or too little memory.
    """
    demand_fit(plan.settings)
    rules = chosen(plan)
    with scratch() as folder:
        engine = DuckEngine(folder, plan.memory_limit, plan.threads)
        try:
            return _check(paths, knowledge_of(plan), plan.settings, rules, engine, progress)
        finally:
            engine.close()


def _check(
    paths: Sequence[Path],
    knowledge: Sequence[Path],
    settings: Settings,
    rules: list[Rule],
    engine: DuckEngine,
    progress: Progress,
) -> Report:
    progress.stage("opening")
    recognised = recognise(find(paths, engine, knowledge=knowledge), settings)
    records = read(recognised, settings, engine, progress, keep_text=True)
    progress.stage("checking")
    looked = checks.look(engine, records, settings)
    wanted = wants(rules, records, looked.filled)
    notes = [
        *_stops(records),
        *_unfit(records, knowledge),
        *_not_read(records),
        *notes_of_wants(wanted, records),
        *notes_of_gaps(wanted, records),
        *looked.notes,
        *losses(records),
    ]
    if not records.lacks("settlement"):
        facts.compute(engine, READS, progress)
        notes += notes_of_facts(engine, records)
    notes.sort(key=lambda note: WEIGHTS.index(note.weight))
    skipped = skips(rules, records)
    rows = _rows(engine, records)
    return Report(settings, records, looked, rules, skipped, wanted, rows, notes)


def _stops(records: Records) -> list[Note]:
    """What makes an audit impossible."""
    recognised = records.recognised
    notes = [
        Note("not-read", "stops", one.why, one.name, one.what_to_do)
        for one in recognised.unread
        if _stops_all(one, records)
    ]
    for gap in recognised.missing:
        if gap.source.table == "settlement":
            notes.append(Note("no-column", "stops", lacks(gap), gap.source.name, remedy(gap)))
    if not recognised.of("settlement"):
        notes.append(
            Note(
                "no-settlements",
                "stops",
                say("没有结算表（settlement）", "there is no settlement table"),
                "",
                say(
                    "至少要有一份结算数据，每笔结算一行",
                    "at least one file with a row for each settlement is needed",
                ),
            )
        )
    elif records.lacks("settlement") and not any(note.check == "no-column" for note in notes):
        notes.append(
            Note(
                "no-settlements",
                "stops",
                say("结算表里没有一行可用", "not one row of the settlement table can be used"),
                "settlement",
                say("看下面的剔除原因", "see below why rows were rejected"),
            )
        )
    return notes


def _unfit(records: Records, knowledge: Sequence[Path]) -> list[Note]:
    """Tables of knowledge that an audit would refuse."""
    problems = [
        *misread(records.recognised, knowledge),
        *unused(records.recognised, knowledge, records.accounts),
    ]
    return [Note("knowledge", "stops", one.what, one.where, one.do) for one in problems]


def _not_read(records: Records) -> list[Note]:
    return [
        Note("not-read", "know", one.why, one.name, one.what_to_do)
        for one in records.recognised.unread
        if not _stops_all(one, records)
    ]


def _stops_all(one: Unread, records: Records) -> bool:
    """As in an audit: a damaged file, one named by the user, and any that could be the settlements."""
    return one.stops or not records.recognised.of("settlement")


def _rows(engine: DuckEngine, records: Records) -> dict[int, tuple[int, int]]:
    """Source number → rows read and rows rejected while reading (not those that contradict each other)."""
    told: dict[int, tuple[int, int]] = {}
    for source in records.sources:
        rows, rejected = engine.rows(
            f"SELECT count(*), count(reject_reason) FROM typed_{source.table} WHERE {source.rows}"
        )[0]
        told[source.number] = (rows + source.undivided, rejected + source.undivided)
    return told
