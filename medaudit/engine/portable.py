"""What SQL may say so that it means the same on DuckDB and on Spark, and does nothing but read.

Every rule and every fact is parsed before it runs: one SELECT, known tables, a small grammar that both
engines read alike, and a translation to Spark. Nothing else holds on Spark, where nothing is locked.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from medaudit.engine.differences import differences, short
from medaudit.engine.grammar import GRAMMAR
from medaudit.engine.translation import to_spark
from medaudit.errors import likely
from medaudit.language import say

# Refused things whose name is not their keyword, or that have a stand-in worth naming.
_WORDS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Interval: (
        "INTERVAL（用 date_diff 或 calendar）",
        "INTERVAL (use date_diff or the calendar fact)",
    ),
    exp.Filter: ("FILTER（用 sum(CASE …)）", "FILTER (use sum(CASE …))"),
    exp.Array: ("数组", "arrays"),
    exp.Bracket: ("下标", "subscripts"),
    exp.Struct: ("结构体", "structs"),
    exp.Tuple: ("多值组 (a, b)", "tuples (a, b)"),
    exp.Mod: ("%", "%"),
    exp.IntDiv: ("//", "//"),
}

# What the parser would say on stderr, in English, is said by `faults`.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def parse(sql: str) -> exp.Query:
    """The one SELECT in `sql`. Raises ValueError, in the run's language, for anything else."""
    try:
        statements = [statement for statement in sqlglot.parse(sql, dialect="duckdb") if statement]
    except RecursionError as error:
        raise ValueError(say("SQL 嵌套太深", "the SQL is nested too deeply")) from error
    except SqlglotError as error:
        first = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines()[0]
        raise ValueError(
            say(f"SQL 解析不了：{first}", f"the SQL does not parse: {first}")
        ) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ValueError(say("只允许一个 SELECT", "exactly one SELECT is allowed"))
    return statements[0]


def tables_in(query: exp.Query) -> set[str]:
    """The tables and facts a query reads, its own CTEs aside."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    return {table.name for table in query.find_all(exp.Table)} - own


def parameters_in(query: exp.Expr) -> set[str]:
    """The `$names` a query is bound with."""
    return {node.name for node in query.find_all(exp.Placeholder)}


def faults(query: exp.Query, tables: Collection[str]) -> Iterator[str]:
    """Everything in a query that is not allowed, in words. Nothing when it may run anywhere."""
    wrong = [*_table_faults(query, tables)]
    for node in query.walk():
        wrong += _node_faults(node)
    wrong += differences(query)
    # What the grammar does not know need not translate.
    yield from dict.fromkeys(wrong or _translation_faults(query))


def _table_faults(query: exp.Query, tables: Collection[str]) -> Iterator[str]:
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    for name in sorted(own):
        if not _PLAIN_NAME.fullmatch(name) or name.lower() in tables:
            yield say(
                f"WITH 里的名字 {name} 与表重名或含特殊字符，换一个",
                f"{name} in WITH is a table's name or holds odd characters: choose another",
            )
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.catalog:
            read = short(table)
            yield say(
                f"不允许读取 {read}：只能读表和事实",
                f"{read} may not be read: only tables and facts may",
            )
        elif table.name not in own and table.name not in tables:
            near = likely(table.name, tables)
            hint = say(f"是不是 {near}？", f"did you mean {near}?") if near else ""
            yield say(
                f"没有名为 {table.name} 的表（{hint or '见 medaudit rules --tables'}）",
                f"no table called {table.name} ({hint or 'see `medaudit rules --tables`'})",
            )


def _node_faults(node: exp.Expr) -> Iterator[str]:
    kind = type(node)
    if kind not in GRAMMAR:
        yield _refusal(node)
        return
    for part, value in node.args.items():
        strange = isinstance(value, exp.Expr) and type(value) not in GRAMMAR  # told by itself
        if value not in (None, False, [], "") and part not in GRAMMAR[kind].split() and not strange:
            told = value if isinstance(value, str) else part.strip("_")
            written = f"{node.key} … {told}".upper()
            yield say(f"不允许 {written}", f"not allowed: {written}")


def _refusal(node: exp.Expr) -> str:
    if isinstance(node, exp.Func) and type(node) not in _WORDS:
        unknown = isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc))
        name = (node.name if unknown else node.sql_name()).lower()
        return say(f"函数 {name} 不在允许之列", f"function {name} is not on the allow-list")
    zh, en = _WORDS.get(type(node), (node.key.upper(), node.key.upper()))
    return say(f"不允许 {zh}", f"not allowed: {en}")


def _translation_faults(query: exp.Query) -> Iterator[str]:
    try:
        to_spark(query)
    except (SqlglotError, RecursionError) as error:
        yield say(f"不能翻译成 Spark：{error}", f"does not translate to Spark: {error}")
