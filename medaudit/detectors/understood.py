"""Whether the engine understands a user's rules, before anything is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.engine import Engine, SQLFailed, no_rows
from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError, Problem
from medaudit.facts.shape import shapes
from medaudit.language import say
from medaudit.settings import Settings


def demand_understood(rules: Iterable[Rule], engine: Engine, settings: Settings) -> None:
    """Raise MedauditError naming every rule of the user's that the engine would refuse.

    Each is planned over empty tables of the right shape, so that a misspelt column is not found out
    after an hour of reading. Our own have been run by the tests.
    """
    strange = [rule for rule in rules if not rule.own]
    if not strange:
        return
    if isinstance(engine, SparkEngine):
        problems = _refused(strange, engine, settings)
    else:
        # Beside the run's engine, whose names are wanted for the records.
        with tempfile.TemporaryDirectory(prefix="medaudit-") as folder:
            empty = DuckEngine(Path(folder), threads=1)
            try:
                problems = _refused(strange, empty, settings)
            finally:
                empty.close()
    if problems:
        raise MedauditError(problems)


def _refused(
    rules: Sequence[Rule], engine: SparkEngine | DuckEngine, settings: Settings
) -> list[Problem]:
    for name, columns in shapes().items():
        carried = dict.fromkeys(settings.extra.get(name, ()), "VARCHAR")
        engine.view(name, no_rows({k: _known(kind) for k, kind in columns.items()} | carried))
    problems = []
    for rule in rules:
        try:
            engine.plan(hits_sql(rule), rule.values(settings.params))
        except SQLFailed as error:
            do = say(f"改写它，或用 --ignore {rule.code} 略过", f"rewrite it, or leave it out with --ignore {rule.code}")  # fmt: skip
            what = say("这条规则执行不了：", "this rule cannot run: ") + error.problems[0].what
            problems.append(Problem(what, f"{rule.code} {rule.path}", do))
    return problems


def _known(kind: str) -> str:
    """A type that both engines have: DuckDB's sums of whole numbers are wider than any of Spark's."""
    return "DECIMAL(38,0)" if kind == "HUGEINT" else kind
