"""What SQL may say so that it means the same on DuckDB and on Spark, and does nothing but read.

Every rule and every fact is parsed before it runs: one SELECT, known tables, functions that agree on
both engines, and a translation to Spark. Nothing else holds on Spark, where nothing is locked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from medaudit.language import say

# Functions with the same result on both engines, by sqlglot's name. `concat` (NULL), `round` (halves),
# percentiles, `hash`, FIRST/LAST, `arg_max`, day-of-week and `format` differ and are left out.
FUNCTIONS = {
    "COUNT", "SUM", "MIN", "MAX", "AVG", "COALESCE", "NULLIF", "GREATEST", "LEAST", "ABS", "FLOOR", "CEIL",
    "SQRT", "LN", "EXP", "UPPER", "LOWER", "TRIM", "LENGTH", "SUBSTRING", "REPLACE", "STARTS_WITH", "MD5",
    "DATE_DIFF", "DATEDIFF", "ROW_NUMBER", "RANK", "DENSE_RANK", "LAG", "LEAD", "LOGICAL_OR", "LOGICAL_AND",
    "CAST", "CASE", "IF", "EXISTS", "AND", "OR", "XOR",
}  # fmt: skip

TYPES = {
    "VARCHAR",
    "TEXT",
    "DATE",
    "TIMESTAMP",
    "INT",
    "BIGINT",
    "DOUBLE",
    "DECIMAL",
    "BOOLEAN",
    "SMALLINT",
}

# Statements and clauses that read files, write, or mean different things on the two engines.
_REFUSED: dict[type[exp.Expression], tuple[str, str]] = {
    exp.Interval: (
        "INTERVAL（用 date_diff 或 calendar）",
        "INTERVAL (use date_diff or the calendar fact)",
    ),
    exp.Lateral: ("LATERAL", "LATERAL"),
    exp.Unnest: ("UNNEST", "UNNEST"),
    exp.Array: ("数组", "arrays"),
    exp.Struct: ("结构体", "structs"),
    exp.Pivot: ("PIVOT", "PIVOT"),
    exp.Qualify: ("QUALIFY", "QUALIFY"),
    exp.Filter: ("FILTER（用 sum(CASE …)）", "FILTER (use sum(CASE …))"),
    exp.TableSample: ("抽样", "sampling"),
    exp.Into: ("INTO", "INTO"),
    exp.RegexpLike: ("正则", "regular expressions"),
}


def parse(sql: str) -> exp.Query:
    """The one SELECT in `sql`. Raises ValueError, in the run's language, for anything else."""
    try:
        statements = [statement for statement in sqlglot.parse(sql, dialect="duckdb") if statement]
    except (SqlglotError, RecursionError) as error:
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


def parameters_in(query: exp.Expression) -> set[str]:
    """The `$names` a query is bound with."""
    return {node.name for node in query.find_all(exp.Parameter)} | {
        node.name for node in query.find_all(exp.Placeholder)
    }


def faults(query: exp.Query, tables: Collection[str]) -> Iterator[str]:
    """Everything in a query that is not allowed, in words. Nothing when it may run anywhere."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.catalog:
            yield say(
                f"不允许读取 {table.sql('duckdb')}：只能读表和事实",
                f"{table.sql('duckdb')} may not be read: only tables and facts may",
            )
        elif table.name not in own and table.name not in tables:
            yield say(
                f"没有名为 {table.name} 的表（见 medaudit rules --tables）",
                f"no table called {table.name} (see `medaudit rules --tables`)",
            )
    for kind, (zh, en) in _REFUSED.items():
        if query.find(kind):
            yield say(f"不允许 {zh}", f"not allowed: {en}")
    for function in query.find_all(exp.Func):
        name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
        if (
            isinstance(function, (exp.Anonymous, exp.AnonymousAggFunc))
            or name.upper() not in FUNCTIONS
        ):
            yield say(
                f"函数 {name.lower()} 不在允许之列",
                f"function {name.lower()} is not on the allow-list",
            )
    for cast in query.find_all(exp.Cast):
        if cast.to.this.name not in TYPES or isinstance(cast, exp.TryCast):
            yield say(
                f"不允许转换为 {cast.to.sql('duckdb')}", f"no cast to {cast.to.sql('duckdb')}"
            )
    for operation in (
        *query.find_all(exp.Div),
        *query.find_all(exp.Mul),
        *query.find_all(exp.IntDiv),
    ):
        if not _is_plain(operation):
            yield say(
                f"乘除一侧须 CAST(… AS DOUBLE)，否则两种引擎精度不同：{operation.sql('duckdb')}",
                f"one side of * and the left of / must be CAST(… AS DOUBLE), or the engines differ in "
                f"precision: {operation.sql('duckdb')}",
            )
    for exists in query.find_all(exp.Exists):
        if not isinstance(exists.find_ancestor(exp.Where, exp.Select), exp.Where):
            yield say("EXISTS 只能用在 WHERE 中", "EXISTS may stand in a WHERE only")
    for window in query.find_all(exp.Window):
        if isinstance(window.this, (exp.RowNumber, exp.Lag, exp.Lead)) and not window.args.get(
            "order"
        ):
            yield say("窗口缺 ORDER BY", "a window lacks its ORDER BY")
    if not list(_translation_faults(query)):
        return
    yield from _translation_faults(query)


def to_spark(query: exp.Query) -> str:
    """The query in Spark SQL. Raises SqlglotError for what does not translate."""
    return query.sql(dialect="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _translation_faults(query: exp.Query) -> Iterator[str]:
    try:
        to_spark(query)
    except SqlglotError as error:
        yield say(f"不能翻译成 Spark：{error}", f"does not translate to Spark: {error}")


def _is_plain(operation: exp.Binary) -> bool:
    """Whether an operand is a DOUBLE or, for a product, a whole number written out."""
    if isinstance(operation, exp.IntDiv):
        return False
    left, right = operation.left.unnest(), operation.right.unnest()
    sides = [left] if isinstance(operation, exp.Div) else [left, right]
    return any(_is_double(side) for side in sides) or (
        isinstance(operation, exp.Mul) and any(side.is_int for side in (left, right))
    )


def _is_double(given: Any) -> bool:
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return bool(node.to.this.name == "DOUBLE")
    # A sum, product or extreme of doubles is a double.
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return _is_double(node.left) or _is_double(node.right)
    if isinstance(node, (exp.Greatest, exp.Least, exp.Coalesce)):
        return any(_is_double(part) for part in (node.this, *node.expressions))
    if isinstance(node, (exp.Sum, exp.Max, exp.Min, exp.Abs, exp.Neg)):
        return _is_double(node.this)
    if isinstance(node, (exp.Floor, exp.Ceil, exp.Sqrt, exp.Ln, exp.Exp, exp.Avg)):
        return True
    if isinstance(node, exp.Case):
        return any(_is_double(branch.args["true"]) for branch in node.args["ifs"])
    return False
