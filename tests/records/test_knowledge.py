"""Folders of knowledge tables: in place of what medaudit ships, or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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
