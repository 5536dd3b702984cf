"""A rule as SQL that needs nothing but the record tables: for sites that run SQL by themselves."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlglot import exp

from medaudit import facts
from medaudit.detectors.dialects import DIALECTS, TIED, Dialect, commented
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.engine import portable
from medaudit.engine.duckdb import quoted
from medaudit.errors import MedauditError, Problem
from medaudit.facts.calendar import FIRST, LAST, SPRING_FESTIVALS
from medaudit.language import say
from medaudit.records.schema import KNOWLEDGE, SHIPPED, TABLES, Table
from medaudit.records.small import med_types
from medaudit.settings import Settings


def statement(rule: Rule, settings: Settings | None = None, dialect: str = "duckdb") -> str:
    """The facts and the rule with the parameters as literals; the last SELECT gives the rule's hits.

    For DuckDB it is one SELECT with the facts as CTEs, for Spark a statement for each fact before it. The
    leading comment says which tables it expects, with the columns it may read, and what to do first.
    dialect: a key of DIALECTS. Raises MedauditError for another.
    """
    named, hits = parts(rule, settings or Settings(), dialect)
    words = DIALECTS[dialect]
    return "\n".join([_heading(rule, words), words.whole(named, hits), *words.after(named), ""])


def stands_alone(rule: Rule) -> bool:
    """Whether a rule can be written as one statement: not when it stands on what graph methods find."""
    return not any(fact.made for fact in _stands_on(rule)[0])


def parts(rule: Rule, settings: Settings, dialect: str = "duckdb") -> tuple[dict[str, str], str]:
    """What a statement computes first, each SELECT by its name there and after those it reads, and the SELECT of the hits.

    Raises MedauditError for a dialect that DIALECTS does not hold.
    """
    if dialect not in DIALECTS:
        there = say("、", ", ").join(DIALECTS)
        raise MedauditError(
            Problem(
                say(f"不能生成 {dialect} 语句", f"no statements can be written for {dialect}"),
                "--sql",
                say(f"可用：{there}", f"there are: {there}"),
            )
        )
    needed, names = _stands_on(rule)
    if not stands_alone(rule):
        raise MedauditError(
            Problem(
                say(
                    f"{rule.code} 依据的群组由图方法找出，不能写成一条语句",
                    f"{rule.code} stands on groups found by graph methods; it cannot be written as one statement",
                ),
                "--sql",
                say(
                    "候选的一对对见 --tables 中的 card_pair、stay_pair",
                    "the candidate pairs are card_pair and stay_pair of --tables",
                ),
            )
        )
    named = {name: _knowledge(TABLES[name]) for name in sorted(names & set(SHIPPED))}
    if "med_type" in names:
        named["med_type"] = _med_types(settings)
    if "calendar" in names:
        named["calendar"] = _CALENDAR
    named |= {fact.name: _in_one_language(fact.sql) for fact in needed}
    words = DIALECTS[dialect]
    ours = frozenset({*SHIPPED, "med_type", "calendar", *facts.facts()})
    # The rule is translated by itself: sqlglot would lift its CTEs out to where others may have their names.
    sql = _literal(_in_one_language(rule.sql), rule.values(settings.params))
    own = replace(rule, sql=words.select(sql, ours))
    hits = hits_sql(own, words.named("exclusion"))
    return {words.named(name): words.select(sql, ours) for name, sql in named.items()}, hits


def _stands_on(rule: Rule) -> tuple[list[facts.Fact], set[str]]:
    """The facts behind a rule, each after those it reads, and the names of the tables behind them."""
    wanted = rule.reads | ({"exclusion"} if rule.excludes else set())
    needed = facts.needed(wanted)
    return needed, set(wanted).union(*(fact.reads for fact in needed)) - set(facts.facts())


def _in_one_language(sql: str) -> str:
    """The SQL with what its conditions mean in the run's language only."""
    return re.sub(r"-- (.*?) \| (.*)", lambda told: f"-- {say(told[1], told[2])}", sql)


def _literal(sql: str, params: Mapping[str, Any]) -> str:
    """The SQL with `$name` written out, so that it computes as the bound value does."""

    def written(value: Any) -> str:
        if isinstance(value, float):
            return f"CAST({value!r} AS DOUBLE)"  # a bare 0.6 would be a DECIMAL
        return quoted(value) if isinstance(value, str) else str(value)

    pattern = r"\$(" + "|".join(map(re.escape, params)) + r")\b"
    return re.sub(pattern, lambda found: written(params[found[1]]), sql) if params else sql


def _heading(rule: Rule, dialect: Dialect) -> str:
    needed, names = _stands_on(rule)
    queries = [*(fact.sql for fact in needed), hits_sql(rule)]
    needs = {need.partition(".")[0] for need in rule.needs if "|" not in need} | {"settlement"}
    lines = [f"{rule.code} {rule.name}", ""]
    lines += [
        say(
            "本语句自成一体：先算事实，再算规则；参数已写成数值。它需要下列各表（退费已冲销、重复已去除），\n"
            "列名与国家接口一致。没有的表，照下面的语句建成空表即可；没有的列，补上空列即可。",
            "This statement stands by itself: facts first, then the rule, parameters written out. It expects "
            "the tables below (refunds netted, duplicates removed) with the national names. Make a table you "
            "do not have as below and leave it empty; add a column you do not have and leave it blank.",
        ),
        *dialect.first(),
        say(
            "一次运行的 records 文件夹里就有这些表（疑点所涉人员的部分），例如：",
            "The records folder of a run holds them for everybody a finding names, such as:",
        ),
        f"  {dialect.reads}",
        "",
    ]
    for name in sorted(names & set(TABLES) - set(SHIPPED), key=list(TABLES).index):
        table = TABLES[name]
        read = _columns_read(queries, table)
        columns = [c for c in table.columns.values() if c.name in read]
        note = table.label + ("" if name in needs else say("（可为空表）", " (may be empty)"))
        told = ", ".join(f"{c.name}{TIED}{dialect.type(c.sql_type)}" for c in columns)
        lines += [note, f"  CREATE TABLE IF NOT EXISTS {name} ({told}){dialect.stores};"]
    return "\n".join(map(commented, lines))


@cache
def _names(sql: str) -> tuple[list[tuple[str, str]], set[tuple[str, str]]]:
    """What a query reads, each with its name there, and the columns it mentions, each with the name before it."""
    query = portable.parse(sql)
    sources = [(node.name, node.alias_or_name) for node in query.find_all(exp.Table)]
    return sources, {(node.table, node.name) for node in query.find_all(exp.Column)}


def _columns_read(queries: list[str], table: Table) -> set[str]:
    """The columns of a record table that some query may read: by its alias, or without one beside it."""
    read: set[str] = set()
    for sources, columns in map(_names, queries):
        aliases = {alias for name, alias in sources if name == table.name}
        if aliases:
            named = {name for before, name in columns if before in aliases | {""}}
            read |= set(table.columns) if "*" in named else named & set(table.columns)
    return read


def _knowledge(table: Table) -> str:
    """The rows of a shipped table as a SELECT."""
    with (KNOWLEDGE / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    typed = ", ".join(
        f"CAST({name} AS {table.columns[name].sql_type}) AS {name}" for name in header
    )
    return _rows(typed, header, rows)


def _med_types(settings: Settings) -> str:
    rows = [list(row) for row in med_types(settings)]
    return _rows("med_type, setting, is_stay", ["med_type", "setting", "is_stay"], rows)


def _rows(selected: str, header: list[str], rows: list[list[Any]]) -> str:
    def one(cell: Any) -> str:
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        return quoted(cell) if cell != "" else "NULL"

    values = ",\n".join("    (" + ", ".join(map(one, row)) + ")" for row in rows)
    return f"  SELECT {selected}\n  FROM (VALUES\n{values}\n  ) AS v({', '.join(header)})"


def _spring(festival: str) -> str:
    """The holidays of a Spring Festival as a condition: its eve, its day and six more."""
    day = dt.date.fromisoformat(festival)
    eve, last = day - dt.timedelta(days=1), day + dt.timedelta(days=6)
    return f"    OR day BETWEEN DATE '{eve}' AND DATE '{last}'\n"


# What medaudit.facts.calendar computes, over the years of the settlements. 1999-12-27 was a Monday.
_CALENDAR = f"""\
  SELECT day, date_diff('day', DATE '1999-12-27', day) % 7 + 1 AS weekday,
    date_diff('day', DATE '1999-12-27', day) % 7 >= 5 AS is_weekend,
    substr(CAST(day AS VARCHAR), 6) = '01-01'
    OR substr(CAST(day AS VARCHAR), 6) BETWEEN '05-01' AND '05-05'
    OR substr(CAST(day AS VARCHAR), 6) BETWEEN '10-01' AND '10-07'
{"".join(map(_spring, SPRING_FESTIVALS))}    AS is_holiday,
    substr(CAST(day AS VARCHAR), 1, 7) AS month, CAST(substr(CAST(day AS VARCHAR), 1, 4) AS INTEGER) AS year
  FROM (
    SELECT CAST(midnight AS DATE) AS day
    FROM (
      SELECT unnest(generate_series(CAST(CAST(since AS VARCHAR) || '-01-01' AS DATE),
        CAST(CAST(greatest(since, until) + 1 AS VARCHAR) || '-12-31' AS DATE), INTERVAL 1 DAY)) AS midnight
      FROM (
        SELECT greatest(coalesce(year(min(begndate)), {FIRST}), {FIRST}) AS since,
          least(coalesce(year(max(enddate)), {FIRST}), {LAST}) AS until
        FROM settlement
      ) AS reach
    ) AS midnights
  ) AS dates"""
