"""Every rule on Spark finds what it finds on DuckDB, to the letter: over all cases of all rules at once,
and alone where a case is about the county as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medaudit.cases import Case, differs, findings_of, found, read_cases, staged
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.engine import Engine
from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.spark import SparkEngine
from tests.merged_cases import deal, merge
from tests.spark_session import session

pytestmark = pytest.mark.spark

RULES = known()
CASES = [(rule.code, case) for rule in RULES for case in read_cases(rule.cases)]
# A table of medaudit's own that a case replaces would be replaced for all.
TOGETHER = [case for _, case in CASES]

Finder = Callable[[Rule, Any], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Finder, Finder]]:
    """What finds on the merged cases, on DuckDB and on Spark: loaded and reckoned once."""
    folder = tmp_path_factory.mktemp("merged")
    duck = DuckEngine(folder / "duck" / "staging", threads=2)
    spark = SparkEngine(folder / "spark" / "staging", session(), threads=2)
    tables = merge(TOGETHER)

    def finder(engine: Engine) -> Finder:
        records = staged(tables, RULES, engine)
        return lambda rule, params: findings_of(rule, params, engine, records)

    yield finder(duck), finder(spark)
    duck.close()
    spark.close()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_finds_the_same_on_both(
    rule: Rule, engines: tuple[Finder, Finder], tmp_path: Path
) -> None:
    on_duck, on_spark = engines
    mine = [(i, case) for i, (code, case) in enumerate(CASES) if code == rule.code]
    alone = []
    for params in {repr(case.params): case.params for _, case in mine}.values():
        wanted = on_duck(rule, params)
        assert on_spark(rule, params) == wanted
        dealt = deal(wanted)
        alone += [
            case
            for i, case in mine
            if case.params == params and differs(case.found, dealt.get(i, []))
        ]
    for number, case in enumerate(alone):
        assert holds_on_spark(rule, case, tmp_path / str(number)) == ""


def holds_on_spark(rule: Rule, case: Case, folder: Path) -> str:
    spark = SparkEngine(folder / "staging", session(), threads=1)
    try:
        return differs(case.found, found(rule, case.tables, case.params, spark))
    finally:
        spark.close()
