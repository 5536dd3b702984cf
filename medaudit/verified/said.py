"""What run.json says, held against the folder, the files read anew and what a ledger noted of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from medaudit import __version__
from medaudit.detectors import catalogue
from medaudit.detectors.run import skips
from medaudit.engine.duckdb import DuckEngine
from medaudit.ledger import Ledger
from medaudit.library.shelf import hashed
from medaudit.records.load import Records
from medaudit.runs.folder import MARK
from medaudit.runs.kept import missing_and_changed
from medaudit.settings import Settings
from medaudit.verified.rules import Own

# Columns of an account that a second reading of the same files must give again.
_ACCOUNT = ("read", "accepted", "rejected", "used", "netted", "aside", "duplicates")


@dataclass(frozen=True)
class Contradiction:
    """name: what run.json says it of, such as `levels.violation`. said: that; found: what is there."""

    name: str
    said: Any
    found: Any


@dataclass(frozen=True)
class Said:
    """sha256: of run.json as it is. expected: the check somebody wrote down, "" for none. noted: of the ledger's notes of this run
    event number → whether its hash is this one. missing, changed: files of the run folder that the scan wrote. known: whether
    run.json names them at all."""

    sha256: str
    expected: str
    noted: Mapping[int, bool]
    missing: Sequence[str]
    changed: Sequence[str]
    known: bool
    contradictions: Sequence[Contradiction]

    @property
    def is_expected(self) -> bool:
        """Whether run.json is the one that was written down and noted, as far as anybody did."""
        return self.sha256.startswith(self.expected.lower()) and all(self.noted.values())

    @property
    def differs(self) -> bool:
        return bool(self.missing or self.changed or self.contradictions or not self.is_expected)


def said(
    engine: DuckEngine, run: Path, told: Mapping[str, Any], records: Records, settings: Settings,
    own: Own, ledger: Ledger, expected: str,
) -> Said:  # fmt: skip
    """Hold run.json against what there is. Needs view `recorded` and the records."""
    missing, changed = missing_and_changed(run, told)
    contradictions = [
        *_counts(engine, run, told),
        *_accounts(told, records),
        *_rules(told, records, settings, own),
    ]
    return Said(
        hashed(run / MARK), expected, _noted(run, told, ledger), missing, changed, "files" in told, contradictions
    )  # fmt: skip


def _noted(run: Path, told: Mapping[str, Any], ledger: Ledger) -> dict[int, bool]:
    """What the ledger noted of run.json whenever something of the run was exported."""
    if not ledger.is_there:
        return {}
    mine = hashed(run / MARK)
    notes = {one.number: one.content.get("run") for one in ledger.events() if one.kind == "export"}
    return {
        number: note.get("sha256") == mine
        for number, note in notes.items()
        if isinstance(note, Mapping) and note.get("finished") == told.get("finished")
    }


def _counts(engine: DuckEngine, run: Path, told: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Findings by level and rule, and suspects by kind, as run.json counts them and as they are."""
    rows = engine.rows("SELECT rule, level, count(*) FROM recorded GROUP BY rule, level")
    by_level: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    for rule, level, n in rows:
        by_level[level] += n
        by_rule[rule] += n
    yield from _apart("levels", told.get("levels"), by_level)
    detectors = told["detectors"]
    found = {one["rule"]: one["found"] for one in detectors if one.get("found") is not None}
    yield from _apart("detectors", found, by_rule)
    suspects = run / "suspects.parquet"
    if suspects.is_file():
        engine.show("recorded_suspects", [suspects])
        kinds = engine.rows(
            "SELECT subject_type, count(*) FROM recorded_suspects GROUP BY subject_type"
        )
        yield from _apart("suspects", told.get("suspects"), dict(kinds))


def _apart(name: str, told: Any, found: Mapping[str, int]) -> Iterator[Contradiction]:
    if not isinstance(told, Mapping):  # written by a version that did not say
        return
    for key in sorted({*told, *found}):
        if (told.get(key) or 0) != found.get(key, 0):
            yield Contradiction(f"{name}.{key}", told.get(key), found.get(key, 0))


def _accounts(told: Mapping[str, Any], records: Records) -> Iterator[Contradiction]:
    """How many rows of each table were read, rejected, used …, and how many are now."""
    then, now = told.get("tables"), records.accounts
    if not isinstance(then, Mapping):
        return
    for table in sorted({*then, *now}):
        before = then.get(table, {})
        after = asdict(now[table]) if table in now else {}
        for name in _ACCOUNT:
            if (before.get(name) or 0) != (after.get(name) or 0):
                yield Contradiction(f"tables.{table}.{name}", before.get(name), after.get(name))


def _rules(
    told: Mapping[str, Any], records: Records, settings: Settings, own: Own
) -> Iterator[Contradiction]:
    """Rules that should have run by the settings and the files and did not, or the other way round. Another version has other rules,
    and of folders that are not there nobody knows."""
    if told.get("medaudit") != __version__ or not own.same:
        return
    options, usual = told["settings"], settings.rules
    select, ignore = (options.get(name) or usual.get(name, ()) for name in ("select", "ignore"))
    known = catalogue.rules(own.folders, select, ignore)
    skipped = skips(known, records)
    states = {one["rule"]: one["state"] for one in told["detectors"]}
    for rule in known:
        now = "skipped" if rule.code in skipped else "ran"
        # One that failed may have had too little memory.
        if states.get(rule.code) not in (now, "failed"):
            yield Contradiction(f"detectors.{rule.code}.state", states.get(rule.code), now)
