"""A rule as one statement that needs nothing but the record tables: for sites that run SQL by themselves."""

from __future__ import annotations

import csv
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from medaudit import facts
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.engine import portable
from medaudit.engine.duckdb import quoted
from medaudit.errors import MedauditError, Problem
from medaudit.facts.calendar import SPRING_FESTIVALS
from medaudit.language import say
from medaudit.records.schema import SHIPPED, TABLES, Table
from medaudit.records.small import KNOWLEDGE, med_types
from medaudit.settings import Settings

WIDTH = 100
_TIED = "\x1f"  # a space at which no line is broken


def statement(rule: Rule, settings: Settings | None = None, dialect: str = "duckdb") -> str:
    """One SELECT with the facts as CTEs and the parameters as literals; its rows are the rule's hits.

    The leading comment says which tables it expects, with the columns it may read.
    Raises MedauditError for a dialect that is not there yet.
    """
    settings = settings or Settings()
    if dialect != "duckdb":
        raise MedauditError(
            Problem(
                say(
                    f"暂时还不能生成 {dialect} 语句",
                    f"statements for {dialect} cannot be written yet",
                ),
                "--sql",
                say("目前可用：--sql duckdb", "what there is: --sql duckdb"),
            )
        )
    wanted = rule.reads | ({"exclusion"} if rule.excludes else set())
    needed = facts.needed(wanted)
    names = set(wanted).union(*(fact.reads for fact in needed)) - set(facts.facts())
    parts = [_knowledge(TABLES[name]) for name in sorted(names & set(SHIPPED))]
    parts += [_med_types(settings)] if "med_type" in names else []
    parts += [_CALENDAR] if "calendar" in names else []
    parts += [f"{fact.name} AS (\n{fact.sql}\n)" for fact in needed]
    body = _literal(hits_sql(rule), rule.values(settings.params))
    ctes = "WITH " + ",\n".join(parts) + "\n" if parts else ""
    return f"{_heading(rule, names, needed)}\n{ctes}{body}\n"


def _literal(sql: str, params: Mapping[str, Any]) -> str:
    """The SQL with `$name` written out, so that it computes as the bound value does."""

    def written(value: Any) -> str:
        if isinstance(value, float):
            return f"CAST({value!r} AS DOUBLE)"  # a bare 0.6 would be a DECIMAL
        return quoted(value) if isinstance(value, str) else str(value)

    pattern = r"\$(" + "|".join(map(re.escape, params)) + r")\b"
    return re.sub(pattern, lambda found: written(params[found[1]]), sql) if params else sql


def _heading(rule: Rule, names: set[str], needed: list[facts.Fact]) -> str:
    queries = [portable.parse(sql) for sql in (*(fact.sql for fact in needed), hits_sql(rule))]
    needs = {need.partition(".")[0] for need in rule.needs if "|" not in need} | {"settlement"}
    lines = [f"{rule.code} {rule.name}", ""]
    lines += [
        say(
            "本语句自成一体：先算事实，再算规则；参数已写成数值。它需要下列各表（退费已冲销、重复已去除），",
            "This statement stands by itself: facts first, then the rule, parameters written out. It expects",
        ),
        say(
            "列名与国家接口一致。没有的表，照下面的语句建成空表即可；没有的列，补上空列即可。",
            "these tables (refunds netted, duplicates removed) with the national names. A table or column "
            "you do not have can be made empty.",
        ),
        say(
            "一次运行的 records 文件夹里就有这些表（疑点所涉人员的部分），例如：",
            "The records folder of a run holds them for everybody a finding names, such as:",
        ),
        "  CREATE VIEW settlement AS FROM 'medaudit-run/records/settlement.parquet';",
        "",
    ]
    for name in sorted(names & set(TABLES) - set(SHIPPED), key=list(TABLES).index):
        table = TABLES[name]
        columns = [c for c in table.columns.values() if c.name in _columns_read(queries, table)]
        note = table.label + ("" if name in needs else say("（可为空表）", " (may be empty)"))
        told = ", ".join(f"{c.name}{_TIED}{c.sql_type}" for c in columns)
        lines += [note, f"  CREATE TABLE IF NOT EXISTS {name} ({told});"]
    return "\n".join(f"-- {line}".rstrip() for text in lines for line in _wrapped(text))


def _wrapped(text: str) -> list[str]:
    lines = textwrap.wrap(text, WIDTH - 3, subsequent_indent="    ", break_on_hyphens=False)
    return [line.replace(_TIED, " ") for line in lines] or [""]


def _columns_read(queries: list[exp.Query], table: Table) -> set[str]:
    """The columns of a record table that some query may read: by its alias, or without one beside it."""
    read: set[str] = set()
    for query in queries:
        sources = [node for node in query.find_all(exp.Table) if node.name == table.name]
        aliases = {"", *(node.alias_or_name for node in sources)}
        if sources:
            named = {c.name for c in query.find_all(exp.Column) if c.table in aliases}
            read |= set(table.columns) if "*" in named else named & set(table.columns)
    return read


def _knowledge(table: Table) -> str:
    """A shipped table as a CTE of its rows."""
    with (KNOWLEDGE / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = ", ".join(header)
    typed = ", ".join(
        f"CAST({name} AS {table.columns[name].sql_type}) AS {name}" for name in header
    )
    return f"{table.name} AS (\n  SELECT {typed}\n  FROM (VALUES\n{_values(rows)}\n  ) AS v({columns})\n)"


def _med_types(settings: Settings) -> str:
    rows = [list(row) for row in med_types(settings)]
    return f"med_type(med_type, setting, is_stay) AS (VALUES\n{_values(rows)}\n)"


def _values(rows: list[list[Any]]) -> str:
    def one(cell: Any) -> str:
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        return quoted(cell) if cell != "" else "NULL"

    return ",\n".join("    (" + ", ".join(map(one, row)) + ")" for row in rows)


_SPRING = ", ".join(f"DATE {quoted(day)}" for day in SPRING_FESTIVALS)
# What medaudit.facts.calendar computes, over the days of the settlements.
_CALENDAR = f"""calendar AS (
  SELECT CAST(day AS DATE) AS day, CAST(isodow(day) AS INTEGER) AS weekday, isodow(day) >= 6 AS is_weekend,
    (month(day) = 10 AND dayofmonth(day) <= 7) OR (month(day) = 5 AND dayofmonth(day) <= 5)
      OR (month(day) = 1 AND dayofmonth(day) = 1)
      OR len(list_filter([{_SPRING}],
        lambda s: date_diff('day', s, CAST(day AS DATE)) BETWEEN -1 AND 6)) > 0 AS is_holiday,
    strftime(day, '%Y-%m') AS month, CAST(year(day) AS INTEGER) AS year
  FROM (SELECT unnest(generate_series(
      CAST(coalesce(greatest(min(begndate), DATE '2000-01-01'), DATE '2000-01-01') AS TIMESTAMP),
      CAST(coalesce(least(max(enddate), DATE '2100-12-31'), DATE '2000-01-01') AS TIMESTAMP),
      INTERVAL 1 DAY)) AS day FROM settlement) AS days_of_data
)"""
