"""Templates of tables that only the user can fill: they show the form and are no standard themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medaudit.records.schema import CODES, KNOWLEDGE, SHIPPED, TABLES

TEMPLATES = sorted((KNOWLEDGE / "templates").glob("*.csv"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_the_columns_of_its_table(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        assert rows.fieldnames == list(TABLES[path.stem].columns)
        levels = {row["hosp_lv"] for row in rows if row["hosp_lv"]}
    assert all(CODES["hosp_lv"][level] == level for level in levels)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_row_of_a_template_says_that_it_is_an_example(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        assert all("示例" in row["source"] for row in csv.DictReader(file))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_is_not_knowledge_that_is_used(path: Path) -> None:
    assert path.stem not in SHIPPED
