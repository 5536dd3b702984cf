"""A run held against its inputs: are the files still the same, and does a sample of its findings come out again?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.errors import DONE, FAILED, FOUND, MedauditError, Problem
from medaudit.language import say
from medaudit.progress import SILENT, Progress

if TYPE_CHECKING:
    from medaudit.detectors.rule import Rule
    from medaudit.settings import Settings
    from medaudit.verified.held import Held
    from medaudit.verified.inputs import Inputs

MARK = "run.json"
_ENOUGH = ("inputs", "paths", "settings", "detectors")


@dataclass(frozen=True)
class Asked:
    """What is to be verified. data: where the inputs lie now, else where run.json says. sample: how many findings, None for
    all. seed: which sample; the same seed draws the same one. rule: only findings of rules with this code prefix.
    rules: folders of the user's own rules. ledger: file or URL (None: the run's, else the usual
    one), asked for doctors suspended by points."""

    run: Path
    data: Sequence[Path] = ()
    sample: int | None = 20
    seed: int = 0
    rule: str | None = None
    rules: Sequence[Path] = ()
    ledger: str | None = None
    memory_limit: int | None = None
    threads: int | None = None


@dataclass(frozen=True)
class Verified:
    """What came of it. rules: one entry a rule that was sampled; findings: one a finding of the sample.

    found: how many findings the run has; counted: how many run.json says it has, None when it does not say.
    """

    asked: Asked
    inputs: Inputs
    held: Held
    found: int
    counted: int | None

    @property
    def miscounted(self) -> bool:
        """Whether the run has more or fewer findings than run.json says."""
        return self.counted is not None and self.found != self.counted

    @property
    def exit_code(self) -> int:
        """0 everything came out again, 1 something differs, 2 not everything could be verified."""
        if self.inputs.differ or self.held.differing or self.miscounted:
            return FOUND
        return FAILED if self.held.unverified else DONE


def verify(asked: Asked, progress: Progress = SILENT) -> Verified:
    """Read the inputs of a run again, compute the rules of a sample of its findings anew and compare.

    Raises MedauditError when there is no run, an input is missing or cannot be read, or no finding is of the rule asked for.
    """
    from medaudit.engine.duckdb import DuckEngine
    from medaudit.library.account import tables_of
    from medaudit.records.load import load
    from medaudit.verified import held, inputs, sampling

    told = _told(asked.run)
    settings = _settings(told)
    rules = _rules(asked, settings)
    located = inputs.locate(told, asked.data, progress)
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private:
        engine = DuckEngine(Path(private), asked.memory_limit, asked.threads)
        try:
            sample = sampling.draw(engine, asked.run, asked.sample, asked.seed, asked.rule)
            folders = [tables_of(Path(entry["folder"])) for entry in told.get("knowledge", ())]
            with located.explaining():
                records = load(located.paths, settings, engine, progress, knowledge=folders)
            files = located.held(records.sources, progress)
            made = held.hold(engine, records, settings, sample, told, rules, asked, progress)
            return Verified(asked, files, made, sample.found, told.get("findings"))
        finally:
            engine.close()


def _told(folder: Path) -> Mapping[str, Any]:
    """The content of run.json. Raises MedauditError for a folder without a run, or one that says too little."""
    from medaudit.runs.folder import demand_run

    told: Mapping[str, Any] = json.loads((demand_run(folder) / MARK).read_text("utf-8"))
    lacking = [name for name in _ENOUGH if name not in told]
    if lacking:
        listed = say("、", ", ").join(lacking)
        what = say(f"medaudit {told['medaudit']} 写出的 run.json 没有 {listed}", f"run.json of medaudit {told['medaudit']} lacks {listed}")  # fmt: skip
        do = say("用这一版重新扫描", "scan again with this version")
        raise MedauditError(Problem(what, str(folder / MARK), do))
    return told


def _settings(told: Mapping[str, Any]) -> Settings:
    """The settings file of the run, as run.json has it beside the options."""
    from medaudit import settings as room

    names = {field.name for field in fields_of(room.Settings)} - {"path"}
    return room.of({name: value for name, value in told["settings"].items() if name in names})


def _rules(asked: Asked, settings: Settings) -> dict[str, Rule]:
    """The rules there are, ours and the user's, by code."""
    from medaudit.detectors import catalogue

    folders = [*asked.rules, *map(Path, settings.rules.get("folders", ()))]
    return {rule.code: rule for rule in catalogue.known(folders)}
