"""A rule's self-contained statement finds on bare record tables what the engine finds."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from medaudit.cases import Case, read_cases
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.detectors.statement import statement
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError
from medaudit.facts.calendar import show_calendar
from medaudit.records.load import Records
from medaudit.records.schema import SHIPPED, TABLES
from medaudit.settings import Settings

Staged = Callable[[Rule, Case], tuple[DuckEngine, Records]]
RULES = {rule.code: rule for rule in known()}


def bare(engine: DuckEngine) -> duckdb.DuckDBPyConnection:
    """A fresh database with nothing but the record tables of an engine."""
    fresh = duckdb.connect()
    for name in set(TABLES) - {"visit", *SHIPPED}:
        columns = ", ".join(f"{k} {v}" for k, v in engine.columns(name).items())
        fresh.execute(f"CREATE TABLE {name} ({columns})")
        rows = engine.rows(f"SELECT * FROM {name}")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            fresh.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    return fresh


@pytest.mark.parametrize("code", RULES)
def test_pasted_into_a_fresh_database_it_gives_the_same_hits(code: str, staged: Staged) -> None:
    rule = RULES[code]
    case = next(case for case in read_cases(rule.cases) if case.found)
    settings = Settings(params={code: case.params})
    engine, _ = staged(rule, case)
    wanted = engine.rows(hits_sql(rule), rule.values(settings.params))
    given = bare(engine).execute(statement(rule, settings)).fetchall()
    assert wanted
    assert sorted(map(repr, given)) == sorted(map(repr, wanted))


def test_the_calendar_in_it_is_the_fact_of_that_name(staged: Staged) -> None:
    rule = RULES["STY03"]
    case = read_cases(rule.cases)[0]
    engine, _ = staged(rule, case)
    told = statement(rule)
    calendar = told[told.index("calendar AS (") : told.index("\n)", told.index("calendar AS ("))]
    engine.view("settlement", "SELECT DATE '2019-12-20' AS begndate, DATE '2026-03-10' AS enddate")
    show_calendar(engine)
    assert engine.rows(f"WITH {calendar}\n) SELECT * FROM calendar ORDER BY day") == engine.rows(
        "SELECT * FROM calendar ORDER BY day"
    )


def test_its_leading_comment_makes_the_tables_it_expects() -> None:
    rule = RULES["BIL02"]
    told = statement(rule)
    made = " ".join(
        line.removeprefix("--").strip() for line in told.splitlines() if line.startswith("--")
    )
    fresh = duckdb.connect()
    for part in made.split("CREATE TABLE IF NOT EXISTS ")[1:]:
        fresh.execute("CREATE TABLE " + part.partition(";")[0])
    assert fresh.execute(told).fetchall() == []


def test_settings_stand_in_it_as_literals() -> None:
    told = statement(RULES["STY02"], Settings(params={"STY02": {"gap_days": 9}}))
    assert "r.gap <= 9 " in told
    assert "$" not in told


def test_a_dialect_that_is_not_there_yet_is_told_politely() -> None:
    with pytest.raises(MedauditError, match="spark"):
        statement(RULES["STY02"], dialect="spark")
