"""Folders of knowledge tables: in place of what medaudit ships, or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medaudit.detectors.catalogue import known
from medaudit.detectors.run import skips
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError
from medaudit.records.load import load
from medaudit.settings import of
from tests.records.conftest import settlement, text

MILD = "prefix,name\n"


@pytest.fixture
def prefixes(tmp_path: Path) -> Iterator[Any]:
    """Call it with the user's mild_diagnosis.csv and settings: the names by prefix that an audit goes by."""
    engine = DuckEngine(tmp_path / "staging", threads=1)
    data, own = tmp_path / "data", tmp_path / "own"
    data.mkdir()
    own.mkdir()
    (data / "settlement.csv").write_text(text(settlement()), "utf-8")

    def read(table: str, name: str = "mild_diagnosis.csv", **settings: Any) -> dict[str, str]:
        (own / name).write_text(table, "utf-8")
        records = load([data], of(settings), engine, knowledge=[own])
        assert records.accounts["mild_diagnosis"].read == len(table.splitlines()) - 1
        return dict(engine.rows("SELECT prefix, name FROM mild_diagnosis"))

    yield read
    engine.close()


def test_a_table_of_ones_own_stands_for_the_shipped_one(prefixes: Any) -> None:
    assert prefixes(MILD + "Q99,自定\n") == {"Q99": "自定"}


def test_an_extended_table_holds_both_and_the_user_is_right(prefixes: Any) -> None:
    told = prefixes(MILD + "Q99,自定\nI10,本地说法\n", knowledge={"extend": ["mild_diagnosis"]})
    assert told["Q99"] == "自定"
    assert told["I10"] == "本地说法"
    assert "J00" in told


def test_bills_among_the_knowledge_are_refused(prefixes: Any) -> None:
    with pytest.raises(MedauditError, match=r"settlement\.csv"):
        prefixes(text(settlement(2)), "settlement.csv")


def test_only_what_is_shipped_can_be_extended(prefixes: Any) -> None:
    with pytest.raises(MedauditError, match="mild_diagnosys"):
        prefixes(MILD, knowledge={"extend": ["mild_diagnosys"]})


def test_a_table_that_lacks_a_column_is_refused_with_its_name(prefixes: Any) -> None:
    with pytest.raises(MedauditError, match=r"mild_diagnosis\.csv.*prefix"):
        prefixes("illness,name\nI10,高血压\n")


def test_a_file_that_is_no_known_table_is_refused(prefixes: Any) -> None:
    with pytest.raises(MedauditError, match=r"my_list\.csv"):
        prefixes("x,y\n1,2\n", "my_list.csv")


@pytest.mark.parametrize(
    "rows", ["", ",感冒\n"], ids=["without rows", "of which every row is rejected"]
)
def test_a_table_without_usable_rows_stands_for_nothing(prefixes: Any, rows: str) -> None:
    with pytest.raises(MedauditError, match=r"mild_diagnosis\.csv"):
        prefixes(MILD + rows)


def test_all_that_is_wrong_is_told_at_once(prefixes: Any, tmp_path: Path) -> None:
    (tmp_path / "own" / "my_list.csv").write_text("x,y\n1,2\n", "utf-8")
    (tmp_path / "own" / "daily_item.csv").write_text("item\n床位费\n", "utf-8")
    with pytest.raises(MedauditError) as told:
        prefixes("illness,name\nI10,高血压\n")
    named = sorted(Path(problem.where).name for problem in told.value.problems)
    assert named == ["daily_item.csv", "mild_diagnosis.csv", "my_list.csv"]


CAPS = "scope,dise_codg,unit,cap_amt,begndate,source\n"


@pytest.fixture
def caps(tmp_path: Path) -> Iterator[Any]:
    """Call it with rows of case_cap.csv beside a settlement: the amounts of the caps, and their account."""
    engine = DuckEngine(tmp_path / "staging", threads=1)

    def read(*rows: str) -> tuple[list[Any], Any]:
        (tmp_path / "settlement.csv").write_text(text(settlement()), "utf-8")
        (tmp_path / "case_cap.csv").write_text(CAPS + "\n".join(rows) + "\n", "utf-8")
        records = load([tmp_path / "settlement.csv", tmp_path / "case_cap.csv"], of({}), engine)
        return engine.rows("SELECT cap_amt FROM case_cap"), records

    yield read
    engine.close()


def test_the_same_cap_from_two_papers_is_one(caps: Any) -> None:
    rows, records = caps(
        "disease,K35,case,6000,2025-01-01,甲文", "disease,K35,case,6000,2025-01-01,乙文"
    )
    assert len(rows) == 1
    assert records.accounts["case_cap"].duplicates == 1


def test_caps_that_contradict_each_other_are_told_with_the_rule_that_waits(caps: Any) -> None:
    rows, records = caps(
        "disease,K35,case,6000,2025-01-01,甲文", "disease,K35,case,7000,2025-01-01,甲文"
    )
    assert rows == []
    rule = next(rule for rule in known() if "case_cap" in rule.needs)
    assert "2" in skips([rule], records)[rule.code][0]
