"""What both engines run and do not run alike: each refused by name, with what to write instead.

A thing that can be told from a statement's form is refused here, for rules and facts. What only a
column's type decides is made alike in `translation`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from medaudit.engine.forms import (
    MOMENTS,
    TEXTS,
    at_least,
    double_names,
    is_double,
    is_figure,
    is_moment,
    is_text,
    operands,
)
from medaudit.engine.grammar import TYPES
from medaudit.language import say

_NUMBERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?)?", re.ASCII)

# Without brackets and without such a column an engine answers with who or when it is.
_VALUES = {
    "current_catalog", "current_database", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "grouping__id", "localtime", "localtimestamp", "session_user", "user",
}  # fmt: skip


def differences(query: exp.Query) -> Iterator[str]:
    """Every part of a query that DuckDB and Spark would read differently, in words."""
    doubles = double_names(query)
    for node in query.walk():
        if isinstance(node, (exp.Cast, exp.DPipe)):
            yield from _told_as_text(node, doubles)
        yield from _CHECKS.get(type(node), _nothing)(node)


def short(node: exp.Expr) -> str:
    """A piece of SQL as a message quotes it."""
    text = node.sql("duckdb")
    return text if len(text) <= 80 else text[:80] + "…"


def _nothing(_: Any) -> Iterator[str]:
    yield from ()


def _told_as_text(node: Any, doubles: frozenset[str]) -> Iterator[str]:
    told = [node.left, node.right] if isinstance(node, exp.DPipe) else [node.this]
    if isinstance(node, exp.Cast) and node.to.this.name not in TEXTS:
        return
    if any(is_double(part, doubles) or isinstance(part, (exp.Floor, exp.Ceil)) for part in told):
        yield say(
            f"小数转文本两种引擎写法不同，先 CAST(… AS DECIMAL(…))：{short(node)}",
            f"the engines spell a DOUBLE as text differently, CAST it AS DECIMAL(…) first: {short(node)}",
        )


def _cast(node: exp.Cast) -> Iterator[str]:
    kind, value = node.to.this.name, node.this
    if kind not in TYPES:
        to = node.to.sql("duckdb")
        yield say(f"不允许转换为 {to}", f"no cast to {to}")
    if kind in MOMENTS and value.is_string and not _DATE.fullmatch(value.name):
        yield say(
            f"日期写成 '2025-01-31' 或 '2025-01-31 08:30:00'：{short(node)}",
            f"write a date as '2025-01-31' or '2025-01-31 08:30:00': {short(node)}",
        )


def _product(node: exp.Mul) -> Iterator[str]:
    sides = (node.left.unnest(), node.right.unnest())
    if not any(is_double(side) or side.is_int for side in sides):
        yield _imprecise(node)


def _quotient(node: exp.Div) -> Iterator[str]:
    if not is_double(node.left):
        yield _imprecise(node)
    elif not _is_guarded(node.right):
        yield say(
            f"除数可能为 0 时两种引擎不同：写成 … / nullif(除数, 0)：{short(node)}",
            f"the engines differ when a divisor is 0: write … / nullif(divisor, 0): {short(node)}",
        )


def _imprecise(node: exp.Expr) -> str:
    return say(
        f"乘除一侧须 CAST(… AS DOUBLE)，否则两种引擎精度不同：{short(node)}",
        "one side of * and the left of / must be CAST(… AS DOUBLE), or the engines differ in "
        f"precision: {short(node)}",
    )


def _is_guarded(divisor: exp.Expr) -> bool:
    """Whether a divisor is never 0: a figure, a nullif(…, 0), or at least some figure above it."""
    node = divisor.unnest()
    if isinstance(node, exp.Cast):
        return _is_guarded(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) != 0
    if isinstance(node, exp.Nullif):
        return bool(node.expression.is_int) and int(node.expression.this) == 0
    if isinstance(node, exp.Greatest):
        parts = (node.this, *node.expressions)
        return any(isinstance(part, exp.Literal) and _is_guarded(part) for part in parts)
    return False


def _minus(node: exp.Sub) -> Iterator[str]:
    if is_moment(node.right):
        yield say(
            f"日期相减用 date_diff('day', 早, 晚)：{short(node)}",
            f"dates are subtracted with date_diff('day', earlier, later): {short(node)}",
        )


def _substring(node: exp.Substring) -> Iterator[str]:
    start, length = node.args["start"], node.args.get("length")
    if not at_least(start, 1):
        yield say(
            f"substr 从 1 数起（可写 greatest(…, 1)）：{short(node)}",
            f"substr counts from 1 (greatest(…, 1) will do): {short(node)}",
        )
    # From 1 on a length below 0 is nothing on both.
    if length is not None and not at_least(length, 0) and start.name != "1":
        yield say(
            f"substr 的长度不能为负（可写 greatest(…, 0)）：{short(node)}",
            f"the length of substr must not be negative (greatest(…, 0) will do): {short(node)}",
        )


def _in(node: exp.In) -> Iterator[str]:
    """With NULLs about, Spark answers FALSE where DuckDB answers NULL. A condition is the same with either."""
    if node.args.get("query") and not _is_condition(node):
        yield say(
            f"IN (SELECT …) 只能作 WHERE、HAVING 或 CASE WHEN 的条件：{short(node)}",
            f"IN (SELECT …) may only be a condition of WHERE, HAVING or CASE WHEN: {short(node)}",
        )


def _is_condition(node: exp.Expr) -> bool:
    above = node.parent
    if isinstance(above, (exp.Paren, exp.And, exp.Or, exp.Not)):
        return _is_condition(above)
    if isinstance(above, exp.If):
        return node.arg_key == "this" and not (above.parent and above.parent.this)
    return isinstance(above, (exp.Where, exp.Having))


def _date_diff(node: exp.DateDiff) -> Iterator[str]:
    if node.text("unit").upper() != "DAY":
        yield say("date_diff 只允许 'day'", "date_diff takes 'day' only")


def _var(node: exp.Var) -> Iterator[str]:
    if not isinstance(node.parent, exp.DateDiff):
        yield say(f"不允许 {node.name}", f"not allowed: {node.name}")


def _window(node: exp.Window) -> Iterator[str]:
    if isinstance(node.this, _NUMBERED) and not node.args.get("order"):
        yield say("窗口缺 ORDER BY", "a window lacks its ORDER BY")


def _column(node: exp.Column) -> Iterator[str]:
    if not node.table and node.name.lower() in _VALUES:
        yield say(f"不允许 {node.name}", f"not allowed: {node.name}")


def _count(node: exp.Count) -> Iterator[str]:
    if isinstance(node.this, exp.Distinct) and len(node.this.expressions) > 1:
        yield say(f"count 只数一列：{short(node)}", f"count counts one column: {short(node)}")


def _placeholder(node: exp.Placeholder) -> Iterator[str]:
    if not node.this:
        yield say("参数须有名字：$name", "a parameter needs a name: $name")


def _branches(node: exp.Case | exp.Coalesce) -> Iterator[str]:
    yield from _mixed(node, operands(node))


def _set(node: exp.SetOperation) -> Iterator[str]:
    for parts in zip(*_selects(node), strict=False):
        yield from _mixed(parts[-1], [part.unalias() for part in parts])


def _selects(query: Any) -> list[list[Any]]:
    """The columns of every SELECT of a UNION."""
    node = query.unnest()
    if isinstance(node, exp.SetOperation):
        return _selects(node.left) + _selects(node.right)
    return [node.selects]


def _mixed(node: exp.Expr, parts: list[Any]) -> Iterator[str]:
    if any(map(is_text, parts)) and any(map(is_figure, parts)):
        yield say(
            f"文本与数字不能混用，先 CAST：{short(node)}",
            f"texts and numbers do not mix, CAST one of them: {short(node)}",
        )


_CHECKS: dict[type[exp.Expr], Callable[[Any], Iterator[str]]] = {
    exp.Cast: _cast,
    exp.Mul: _product,
    exp.Div: _quotient,
    exp.Sub: _minus,
    exp.Substring: _substring,
    exp.In: _in,
    exp.DateDiff: _date_diff,
    exp.Var: _var,
    exp.Window: _window,
    exp.Column: _column,
    exp.Count: _count,
    exp.Placeholder: _placeholder,
    exp.Case: _branches,
    exp.Coalesce: _branches,
    exp.Union: _set,
    exp.Except: _set,
    exp.Intersect: _set,
}
