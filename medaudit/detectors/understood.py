"""Whether Spark understands a user's rules, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.engine import Engine, SQLFailed, no_rows
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError, Problem
from medaudit.facts.shape import shapes
from medaudit.language import say


def demand_understood(
    rules: Iterable[Rule], engine: Engine, params: Mapping[str, Mapping[str, Any]]
) -> None:
    """Raise MedauditError naming every rule of the user's that Spark would refuse.

    Each is planned over empty tables of the right shape. Our own have been run there by the tests, and
    DuckDB needs no asking: the catalogue's checks are in its dialect.
    """
    strange = [rule for rule in rules if not rule.own]
    if not isinstance(engine, SparkEngine) or not strange:
        return
    for name, columns in shapes().items():
        engine.view(name, no_rows({k: _known(kind) for k, kind in columns.items()}))
    problems = []
    for rule in strange:
        try:
            engine.plan(hits_sql(rule), rule.values(params))
        except SQLFailed as error:
            do = say(f"改写它，或用 --ignore {rule.code} 略过", f"rewrite it, or leave it out with --ignore {rule.code}")  # fmt: skip
            what = (
                say("Spark 不认这条规则：", "Spark does not take this rule: ")
                + error.problems[0].what
            )
            problems.append(Problem(what, f"{rule.code} {rule.path}", do))
    if problems:
        raise MedauditError(problems)


def _known(kind: str) -> str:
    """A type that both engines have: DuckDB's sums of whole numbers are wider than any of Spark's."""
    return "DECIMAL(38,0)" if kind == "HUGEINT" else kind
