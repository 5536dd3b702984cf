"""A run held against its inputs: are the files still the same, and does a sample of its findings come out again?"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import DONE, FAILED, FOUND
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    from medaudit.settings import Settings
    from medaudit.verified.held import Held, Suspended
    from medaudit.verified.inputs import Inputs
    from medaudit.verified.rules import Own
    from medaudit.verified.said import Said

_ENOUGH = ("inputs", "paths", "settings", "detectors")


@dataclass(frozen=True)
class Asked:
    """What is to be verified. data: where the inputs lie now, else where run.json says. sample: how many findings, None for
    all. seed: which sample; the same seed draws the same one. rule: only findings of rules with this code prefix.
    rules: folders of the user's own rules, else those that run.json names. ledger: file or URL (None: the run's, else the usual
    one), asked for its notes of the run. expect: the check of run.json that was written down, or its first characters."""

    run: Path
    data: Sequence[Path] = ()
    sample: int | None = 20
    seed: int = 0
    rule: str | None = None
    rules: Sequence[Path] = ()
    ledger: str | None = None
    expect: str = ""
    memory_limit: int | None = None
    threads: int | None = None


@dataclass(frozen=True)
class Verified:
    """What came of it. rules: one entry a rule that was sampled; findings: one a finding of the sample. own: the user's own rules.

    found: how many findings the run has; counted: how many run.json says it has, None when it does not say. suspended: how many
    suspensions by points the run went by, and whether the ledger tells the same today.
    """

    asked: Asked
    inputs: Inputs
    said: Said
    own: Own
    held: Held
    found: int
    counted: int | None
    suspended: tuple[int, bool]

    @property
    def miscounted(self) -> bool:
        """Whether the run has more or fewer findings than run.json says."""
        return self.counted is not None and self.found != self.counted

    @property
    def exit_code(self) -> int:
        """0 everything came out again, 1 something differs, 2 not everything could be verified."""
        if self.inputs.differ or self.said.differs or self.held.differing or self.miscounted:
            return FOUND
        return FAILED if self.held.unverified or not self.own.same else DONE


def verify(asked: Asked, progress: Progress = SILENT) -> Verified:
    """Read the inputs of a run again, compute the rules of a sample of its findings anew and compare.

    Raises MedauditError when there is no run, an input is missing or cannot be read, or no finding is of the rule asked for.
    """
    from medaudit import ledger as book
    from medaudit.engine.duckdb import DuckEngine
    from medaudit.library.account import tables_of
    from medaudit.records.load import load
    from medaudit.runs.folder import told_of
    from medaudit.runs.kept import explaining
    from medaudit.verified import held, inputs, sampling
    from medaudit.verified.rules import known, own
    from medaudit.verified.said import said

    told = told_of(asked.run, _ENOUGH, whole=False)
    settings = _settings(told)
    mine = own(told, asked.rules, settings)
    address = book.place(asked.ledger, settings.ledger)
    ledger = book.opened(address)
    then, today = _suspended(told, settings, address if ledger.is_there else None)
    located = inputs.locate(told, asked.data, progress)
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private, explaining(asked.run):
        engine = DuckEngine(Path(private), asked.memory_limit, asked.threads)
        try:
            sample = sampling.draw(engine, asked.run, asked.sample, asked.seed, asked.rule)
            folders = [tables_of(Path(entry["folder"])) for entry in told.get("knowledge", ())]
            with located.explaining():
                stored = located.stored(told)
                paths = [] if stored.files else located.paths
                records = load(paths, settings, engine, progress, knowledge=folders, stored=stored)
            files = located.held(records.sources, progress)
            spoken = said(engine, asked.run, told, records, settings, mine, ledger, asked.expect)
            made = held.hold(engine, records, settings, sample, told, known(mine), then, asked.run, progress)  # fmt: skip
            return Verified(
                asked, files, spoken, mine, made, sample.found, told.get("findings"), (len(then), sorted(map(str, then)) == sorted(map(str, today)))
            )  # fmt: skip
        finally:
            engine.close()


def _settings(told: Mapping[str, Any]) -> Settings:
    """The settings file of the run, as run.json has it beside the options."""
    from medaudit import settings as room

    names = {field.name for field in fields_of(room.Settings)} - {"path"}
    return room.of({name: value for name, value in told["settings"].items() if name in names})


def _suspended(
    told: Mapping[str, Any], settings: Settings, ledger: str | None
) -> tuple[list[Suspended], list[Suspended]]:
    """The suspensions by points that the run went by, and those of today."""
    from medaudit.runs.plan import Plan, suspended_of

    today = suspended_of(Plan(settings=settings, ledger=ledger))
    if "suspended" not in told:  # written by a version that did not say
        return today, today
    day = dt.date.fromisoformat
    return [
        (code, day(first), last and day(last)) for code, first, last in told["suspended"]
    ], today
