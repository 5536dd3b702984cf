"""A statement pasted into Spark finds on bare record tables what the DuckDB engine finds.

The first found case of every rule is loaded once, all together as one county.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from medaudit import facts
from medaudit.cases import Case, read_cases
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql, reads
from medaudit.detectors.statement import parts, stands_alone, statement
from medaudit.engine.duckdb import DuckEngine
from medaudit.facts.calendar import show_calendar
from medaudit.records.load import load
from medaudit.settings import Settings
from tests.detectors.test_statement import REACHES, statements
from tests.merged_cases import merge

pytestmark = pytest.mark.spark

RULES = {rule.code: rule for rule in known() if stands_alone(rule)}
# Their case is out of the common only in a county of its own: those of the other rules change what is common.
ALONE = ("STY15",)


def case_of(rule: Rule) -> Case:
    return next(case for case in read_cases(rule.cases) if case.found)


def county(folder: Path, codes: Iterable[str]) -> DuckEngine:
    """The cases of these rules as one county in DuckDB, with the facts."""
    (folder / "data").mkdir()
    for table, text in merge([case_of(RULES[code]) for code in codes]).items():
        (folder / "data" / f"{table}.csv").write_text(text, encoding="utf-8")
    duck = DuckEngine(folder / "staging", threads=1)
    load([folder / "data"], Settings(), duck)
    facts.compute(duck, reads(RULES.values()))
    return duck


@dataclass
class Warehouse:
    """The cases as facts in DuckDB, and a Spark session to paste into: with the settings told, in China."""

    duck: DuckEngine
    session: Any
    kept: dict[str, Any] = field(default_factory=dict)  # SELECT of a fact → its rows
    shown: set[str] = field(default_factory=set)

    def clear(self) -> None:
        for name in self.shown:
            self.session.catalog.dropTempView(name)
        self.shown.clear()

    def show_records(self, told: str) -> None:
        """Nothing but the tables that a statement's comment declares, with just those columns and types."""
        self.clear()
        for name, columns in declared(told).items():
            self.show(name, self.session.createDataFrame(self.records(name, columns), columns))

    def records(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        names = ", ".join(re.findall(r"(\w+) [A-Z]", columns))
        return self.duck.rows(f"SELECT {names} FROM {name}")

    def show_facts(self, named: dict[str, str]) -> None:
        """The steps before the last as tables, each computed once for all rules."""
        for name, sql in named.items():
            if sql not in self.kept:
                rows = self.session.sql(sql)
                self.kept[sql] = self.session.createDataFrame(rows.toArrow(), rows.schema)
            self.show(name, self.kept[sql])

    def show(self, name: str, rows: Any) -> None:
        rows.createOrReplaceTempView(name)
        self.shown.add(name)


def comment(told: str) -> list[str]:
    return [line.removeprefix("--").strip() for line in told.splitlines() if line.startswith("--")]


def made(told: str) -> list[str]:
    """The CREATE TABLE statements in the leading comment."""
    return re.findall(r"CREATE TABLE IF NOT EXISTS .*?;", " ".join(comment(told)))


def declared(told: str) -> dict[str, str]:
    found = (re.search(r"EXISTS (\w+) \((.*)\) USING", one) for one in made(told))
    return {one[1]: one[2] for one in found if one}


def settings_of(rule: Rule) -> Settings:
    return Settings(params={rule.code: case_of(rule).params})


def alike(rows: list[Any]) -> list[str]:
    """Rows in one order, their figures as plain numbers."""

    def plain(value: Any) -> Any:
        is_figure = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        return float(value) if is_figure else value

    return sorted(repr([plain(value) for value in row]) for row in rows)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    from tests.spark_session import session

    duck = county(tmp_path_factory.mktemp("together"), set(RULES) - set(ALONE))
    beside = session().newSession()
    beside.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
    beside.conf.set("spark.sql.adaptive.enabled", "false")
    for line in comment(statement(RULES["BIL01"], dialect="spark")):
        if line.startswith("SET "):
            beside.sql(line.rstrip(";"))
    yield Warehouse(duck, beside)
    duck.close()


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(set(RULES) - set(ALONE)))
def test_its_parts_give_the_hits_that_duckdb_gives(code: str, warehouse: Warehouse) -> None:
    compare(code, warehouse)


@pytest.mark.slow
@pytest.mark.parametrize("code", ALONE)
def test_its_parts_give_the_hits_that_duckdb_gives_in_a_county_of_its_own(
    code: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.clear()
    duck = county(tmp_path, [code])
    own = Warehouse(duck, warehouse.session)
    compare(code, own)
    own.clear()
    duck.close()


def compare(code: str, warehouse: Warehouse) -> None:
    rule, settings = RULES[code], settings_of(RULES[code])
    told = statement(rule, settings, "spark")
    named, hits = parts(rule, settings, "spark")
    assert f"\n{hits};\n" in told and all(sql in told for sql in named.values())
    warehouse.show_records(told)
    warehouse.show_facts(named)
    given = warehouse.session.sql(hits)
    wanted = warehouse.duck.rows(hits_sql(rule), rule.values(settings.params))
    assert wanted
    assert tuple(given.columns) == rule.columns
    assert alike(given.collect()) == alike(wanted)


def test_the_whole_gives_the_hits_that_duckdb_gives_on_the_tables_its_comment_makes(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rule = RULES["STY02"]
    told = statement(rule, settings_of(rule), "spark")
    warehouse.clear()
    session = warehouse.session
    session.sql(f"CREATE DATABASE pasted LOCATION '{tmp_path.as_uri()}'")
    try:
        session.sql("USE pasted")
        for one in made(told):
            session.sql(one.rstrip(";"))
        for name, columns in declared(told).items():
            rows = warehouse.records(name, columns)
            if rows:
                session.createDataFrame(rows, columns).write.insertInto(name)
        wanted = warehouse.duck.rows(hits_sql(rule), rule.values(settings_of(rule).params))
        *steps, hits = statements(told)
        for step in steps * 2:  # once more replaces what is there
            session.sql(step)
        assert wanted
        assert alike(session.sql(hits).collect()) == alike(wanted)
    finally:
        session.sql("USE default")
        session.sql("DROP DATABASE pasted CASCADE")


@pytest.mark.parametrize("reach", REACHES.values(), ids=REACHES)
def test_the_calendar_in_it_is_the_fact_of_that_name(
    reach: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    duck = DuckEngine(tmp_path)
    duck.view("settlement", reach)
    show_calendar(duck)
    warehouse.clear()
    warehouse.show("settlement", warehouse.session.sql(reach))
    calendar = parts(RULES["STY03"], Settings(), "spark")[0]["medaudit_calendar"]
    given = warehouse.session.sql(f"SELECT * FROM ({calendar}) ORDER BY day").collect()
    assert [tuple(row) for row in given] == duck.rows("SELECT * FROM calendar ORDER BY day")
    duck.close()


def test_its_comment_shows_the_records_of_a_run(warehouse: Warehouse, tmp_path: Path) -> None:
    place = tmp_path / "settlement.parquet"
    warehouse.duck.write(place, "SELECT * FROM settlement")
    warehouse.clear()
    told = statement(RULES["BIL04"], dialect="spark")
    view = re.search(r"CREATE TEMPORARY VIEW .*?;", " ".join(comment(told)))
    assert view
    warehouse.session.sql(re.sub(r"'.*'", f"'{place}'", view[0].rstrip(";")))
    shown = dict(warehouse.session.table("settlement").dtypes)
    for column in declared(told)["settlement"].split(", "):
        name, kind = column.split()
        assert shown[name] == kind.lower()
    warehouse.shown.add("settlement")
