"""Every rule against its cases: exactly the findings told, and nothing else."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medaudit.cases import Case, read_cases, run_case
from medaudit.detectors.catalogue import FOLDER, read_rule
from medaudit.detectors.conditions import deciding
from medaudit.detectors.rule import Rule
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError
from tests.merged_cases import Together

PATHS = sorted(FOLDER.rglob("*.sql"))


def _readable() -> list[Rule]:
    found = []
    for path in PATHS:
        with contextlib.suppress(MedauditError):  # refused files fail in a test of their own
            found.append(read_rule(path, own=True))
    return found


RULES = _readable()
CASES = [
    pytest.param(rule, case, id=f"{rule.path.stem}-{case.name}")
    for rule in RULES
    for case in (read_cases(rule.cases) if rule.cases.is_file() else [])
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_catalogue_takes_the_file(path: Path) -> None:
    read_rule(path, own=True)


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    engine = DuckEngine(tmp_path_factory.mktemp("together") / "staging", threads=1)
    yield Together(RULES, engine)
    engine.close()


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_case_gives_exactly_the_findings_it_tells(
    rule: Rule, case: Case, together: Together
) -> None:
    # A county of its own costs half a second: only for a case that is about the county as a whole.
    if together.differs(rule, case):
        assert run_case(rule, case) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_case_holds_in_a_county_of_its_own(rule: Rule, case: Case) -> None:
    assert run_case(rule, case) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_at_least_two_found_and_two_clean_cases(rule: Rule) -> None:
    cases = read_cases(rule.cases)
    assert sum(bool(case.found) for case in cases) >= 2
    assert sum(not case.found for case in cases) >= 2


# Chinese beside Chinese needs no blank, beside figures, Latin and a value that a message puts in it does.
MISSET = re.compile(
    r"[\u4e00-\u9fff] +[\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z0-9{]|[A-Za-z0-9%}][\u4e00-\u9fff]"
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_chinese_is_parted_by_blanks_from_figures_and_latin_and_from_nothing_else(
    rule: Rule,
) -> None:
    texts = [rule.title, rule.message, rule.benign, rule.next]
    texts += [text for param in rule.params.values() for text in (param.help, param.source)]
    told = [text if isinstance(text, str) else text.get("zh", "") for text in texts]
    told += [condition.zh for condition in deciding(rule)]
    assert not [text for text in told if MISSET.search(text)]
