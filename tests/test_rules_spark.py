"""Every rule on Spark finds what it finds on DuckDB, to the letter, over the cases of all rules at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medaudit.cases import Case, differs, found, read_cases
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.spark import SparkEngine
from medaudit.records.schema import SHIPPED
from tests.merged_cases import Together
from tests.spark_session import session

pytestmark = pytest.mark.spark

RULES = known()
# Cases with a table of medaudit's own in another form cannot be loaded with the others.
ALONE = [
    pytest.param(rule, case, id=f"{rule.code}-{case.name}")
    for rule in RULES
    for case in read_cases(rule.cases)
    if set(SHIPPED) & set(case.tables)
]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Together, Together]]:
    """All cases on DuckDB and on Spark: loaded and reckoned once."""
    folder = tmp_path_factory.mktemp("merged")
    duck = DuckEngine(folder / "duck" / "staging", threads=2)
    spark = SparkEngine(folder / "spark" / "staging", session(), threads=2)
    yield Together(RULES, duck), Together(RULES, spark)
    duck.close()
    spark.close()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_finds_the_same_on_both(rule: Rule, engines: tuple[Together, Together]) -> None:
    on_duck, on_spark = engines
    mine = [case.params for code, case in on_duck.cases if code == rule.code]
    first, *others = {repr(one): one for one in mine}.values()
    assert on_spark.findings(rule, first) == on_duck.findings(rule, first)
    # Other parameters change the hits only: sentences, evidence and money are made of them alike.
    for params in others:
        assert on_spark.hits(rule, params) == on_duck.hits(rule, params)


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "case"), ALONE)
def test_a_case_with_knowledge_of_its_own_holds_on_spark(
    rule: Rule, case: Case, tmp_path: Path
) -> None:
    spark = SparkEngine(tmp_path / "staging", session(), threads=1)
    try:
        assert differs(case.found, found(rule, case.tables, case.params, spark)) == ""
    finally:
        spark.close()
