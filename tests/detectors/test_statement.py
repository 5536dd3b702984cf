"""A rule's self-contained statement finds on bare record tables what the engine finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from medaudit import facts
from medaudit.cases import Case, read_cases
from medaudit.detectors.catalogue import known
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.detectors.statement import parts, stands_alone, statement
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError
from medaudit.facts.calendar import show_calendar
from medaudit.language import speak
from medaudit.records.load import Records
from medaudit.records.schema import SHIPPED, TABLES
from medaudit.settings import Settings

Staged = Callable[[Rule, Case], tuple[DuckEngine, Records]]
RULES = {rule.code: rule for rule in known() if stands_alone(rule)}

REACHES = {
    "of some years": "SELECT DATE '2019-12-20' AS begndate, DATE '2026-03-10' AS enddate",
    "of no day": "SELECT CAST(NULL AS DATE) AS begndate, CAST(NULL AS DATE) AS enddate WHERE FALSE",
    "of days before all": "SELECT DATE '1998-05-01' AS begndate, DATE '1998-05-03' AS enddate",
}


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


@pytest.mark.parametrize("reach", REACHES.values(), ids=REACHES)
def test_the_calendar_in_it_is_the_fact_of_that_name(reach: str, staged: Staged) -> None:
    rule = RULES["STY03"]
    engine, _ = staged(rule, read_cases(rule.cases)[0])
    engine.view("settlement", reach)
    show_calendar(engine)
    named, _ = parts(rule, Settings())
    assert engine.rows(f"SELECT * FROM ({named['calendar']}) ORDER BY day") == engine.rows(
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


@pytest.mark.parametrize("code", RULES)
def test_for_spark_each_step_reads_records_and_the_steps_before_it(code: str) -> None:
    *steps, hits = told_for_spark(code)
    there = set(TABLES) - set(SHIPPED)
    for drop, create in zip(steps[::2], steps[1::2], strict=True):
        assert isinstance(create, exp.Create) and create.this.name.startswith("medaudit_")
        assert isinstance(drop, exp.Drop) and drop.find(exp.Table).name == create.this.name
        assert _tables(create.expression) <= there
        there.add(create.this.name)
    assert isinstance(hits, exp.Select) and _tables(hits) <= there


@cache
def told_for_spark(code: str) -> list[exp.Expr]:
    return list(map(parsed, statements(statement(RULES[code], dialect="spark"))))


def statements(told: str) -> list[str]:
    """What a console runs that only looks for a line's closing semicolon."""
    return [
        step for step in re.split(r";(?:\n|$)", told) if re.sub(r"(?m)^\s*--.*$", "", step).strip()
    ]


@cache
def parsed(step: str) -> exp.Expr:
    return sqlglot.parse_one(step, dialect="spark")


@pytest.mark.parametrize("code", RULES)
def test_for_spark_a_semicolon_in_a_comment_stands_only_where_its_line_ends(code: str) -> None:
    comments = re.findall(r"(?s)/\*.*?\*/|(?-s:--.*)", statement(RULES[code], dialect="spark"))
    assert not [comment for comment in comments if ";" in comment[:-1]]


def _tables(query: exp.Expr) -> set[str]:
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    return {table.name for table in query.find_all(exp.Table)} - own


@pytest.mark.parametrize("code", RULES)
def test_for_spark_nothing_is_left_open(code: str) -> None:
    told = statement(RULES[code], dialect="spark")
    body = "\n".join(line for line in told.splitlines() if not line.startswith("--"))
    assert "$" not in body
    assert not re.search(r"(?<!:):[A-Za-z_]", re.sub(r"/\*.*?\*/|'[^']*'", "", body))


@pytest.mark.parametrize("code", RULES)
def test_for_spark_no_comment_is_lost_and_none_stands_between_a_name_and_its_select(
    code: str,
) -> None:
    rule = RULES[code]
    named, hits = parts(rule, Settings(), "spark")
    for before, after in [
        (rule.sql, hits),
        *(
            (fact.sql, named[f"medaudit_{k}"])
            for k, fact in facts.facts().items()
            if f"medaudit_{k}" in named
        ),
    ]:
        for comment in re.findall(r"--(.*)", before):
            assert comment.partition(" | ")[0].strip().replace(";", ",") in after
        assert not re.search(r"\*/ AS \(", after)


def test_a_text_means_the_same_in_spark() -> None:
    settings = Settings(codes={"setting": {r"it's 1\2": "inpatient"}})
    named, _ = parts(RULES["STY02"], settings, "spark")
    tree = sqlglot.parse_one(named["medaudit_med_type"], dialect="spark")
    assert r"it's 1\2" in {text.this for text in tree.find_all(exp.Literal)}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_what_a_condition_means_is_told_in_one_language(language: str, dialect: str) -> None:
    speak(language)
    told = statement(RULES["STY01"], dialect=dialect)
    told_in = {
        "zh": "另一家入院时本次尚未出院",
        "en": "This stay had not ended when the other began",
    }
    assert [text in told for text in told_in.values()] == [language == "zh", language == "en"]


def test_for_spark_the_last_comment_drops_every_table_that_was_made() -> None:
    told = statement(RULES["STY01"], dialect="spark")
    made = re.findall(r"(?m)^CREATE TABLE (\w+)", told)
    assert made
    assert re.findall(r"(?m)^--   DROP TABLE (\w+);$", told) == made


def test_a_dialect_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(MedauditError, match=r"oracle.*(?s:.)*duckdb、spark"):
        statement(RULES["STY02"], dialect="oracle")


def test_what_graph_methods_find_is_no_statement() -> None:
    found = [rule for rule in known() if not stands_alone(rule)]
    assert {rule.code for rule in found} == {"LNK01", "LNK02", "LNK03", "LNK05"}
    with pytest.raises(MedauditError, match="card_pair"):
        statement(found[0])
