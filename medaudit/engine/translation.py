"""DuckDB's SQL in Spark's words, with what the two would silently do differently handled here, once.

sqlglot knows the spelling: quotes, type names, NULLS LAST, escapes. What it leaves to differ is rewritten
first (`_REWRITES`); what cannot be made alike is kept out of rules by `portable` and `grammar`. Where a
column's type decides, TYPEOF asks for it: Spark answers before anything runs and drops the other branch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from medaudit.engine.forms import INTEGERS, MOMENTS, is_double, is_exact, is_figure, is_whole
from medaudit.engine.spark_reading import demanded, filled, of_epoch, renamed, tried

# What DuckDB takes for a blank. Spark would leave the wide blank of Chinese text.
BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

# Names that Spark needs in quotes and DuckDB does not, beside those with a letter that is not ASCII.
_RESERVED = {"anti", "cross", "except", "minus", "semi", "setminus"}
_PLAIN_NAME = re.compile(r"\w+", re.ASCII)

# A double goes to the even neighbour, as in DuckDB; a DECIMAL or a text away from zero.
_EVEN = "CAST(RINT(x) AS {0})"
_AWAY = "CAST(ROUND(CAST(x AS DECIMAL(38, 10))) AS {0})"
_INTEGER = (
    "CASE WHEN TYPEOF(x) IN ('double', 'float') THEN CAST(RINT(CAST(x AS DOUBLE)) AS {0}) "
    "ELSE CAST(ROUND(CAST(x AS DECIMAL(38, 10))) AS {0}) END"
)

# Spark would round the text of a double, not the number, and make NULL of infinity. A BIGINT must be told.
_UNITS = "CAST(CAST(ROUND(x * {1}) AS BIGINT) * {2} AS {0})"
_DECIMAL = (
    "CASE WHEN TYPEOF(x) IN ('double', 'float') "
    "THEN CAST(CAST(ROUND(CAST(x AS DOUBLE) * {1}) AS BIGINT) * {2} AS {0}) ELSE CAST(x AS {0}) END"
)

# Spark's floor is a BIGINT, which reckons otherwise, makes 0 of NaN and has no room for a large double.
_WHOLE = "CASE WHEN ABS(x) < 9E15 THEN CAST({}(x) AS DOUBLE) ELSE CAST(x AS DOUBLE) END"


def translate(sql: str) -> str:
    """A statement of ours in Spark SQL. Raises SqlglotError for what does not parse."""
    return to_spark(sqlglot.parse_one(sql, dialect="duckdb"))


def to_spark(query: exp.Expr) -> str:
    """A query in Spark SQL. Raises SqlglotError for what does not translate."""
    query = query.copy()
    # From the innermost outward, so that what is wrapped has already been rewritten.
    for node in reversed(list(query.find_all(*_REWRITES))):
        rewritten = _REWRITES[type(node)](node)
        if rewritten is node:
            continue
        _move_comments(node, rewritten)
        if node is query:
            query = rewritten
        else:
            node.replace(rewritten)
    return query.sql(dialect="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _move_comments(node: exp.Expr, rewritten: exp.Expr) -> None:
    """Each comment once, behind the whole: what was in one place may now be in three."""
    comments = [comment for part in node.walk() for comment in part.comments or []]
    for part in rewritten.walk():
        part.comments = None
    rewritten.add_comments(comments)


def _days(node: exp.DateDiff) -> exp.Expr:
    """With a unit Spark counts full days between timestamps; the plain form counts dates."""
    return exp.Anonymous(this="DATEDIFF", expressions=[node.this, node.expression])


def _whole(node: Any) -> exp.Expr:
    rewritten = filled(_WHOLE.format(node.key.upper()), node.this)
    rewritten.meta["whole"] = True
    return rewritten


def _minus(node: exp.Sub) -> exp.Expr:
    """Between dates Spark's - gives an interval where DuckDB counts days; of a date it has no negative."""
    if is_figure(node.left) or is_figure(node.right):
        return node
    atom = isinstance(node.right, (exp.Column, exp.Func, exp.Paren))
    right = node.right if atom else exp.paren(node.right)
    return exp.Add(this=node.left.copy(), expression=exp.Neg(this=right.copy()))


def _like(node: exp.Like) -> exp.Expr:
    r"""Spark reads \ in a pattern as an escape; DuckDB has none."""

    def plain(part: Any) -> Any:
        if isinstance(part, exp.Literal):
            return exp.Literal.string(part.this.replace("\\", "\\\\"))
        if isinstance(part, exp.DPipe):
            return exp.DPipe(this=plain(part.this), expression=plain(part.expression), safe=True)
        if isinstance(part, exp.Paren):
            return exp.Paren(this=plain(part.this))
        return filled(r"REPLACE(x, '\\', '\\\\')", part)

    node.set("expression", plain(node.expression))
    return node


def _trim(node: exp.Trim) -> exp.Expr:
    if not node.expression:
        node.set("expression", exp.Literal.string(BLANKS))
        node.set("position", "BOTH")
    return node


def _cast(node: exp.Cast) -> exp.Expr:
    """Where DuckDB rounds Spark cuts off."""
    to, value = node.to, node.this
    kind = to.this.name
    if kind in MOMENTS:
        return demanded(node)
    if kind in INTEGERS and not is_whole(value) and not value.unnest().meta.get("whole"):
        rounded = _EVEN if is_double(value) else _AWAY if is_exact(value) else _INTEGER
        return filled(rounded.format(to.sql("spark")), value)
    if kind == "DECIMAL" and to.expressions and not is_exact(value):
        digits = int(to.expressions[1].name) if len(to.expressions) > 1 else 0
        units = _UNITS if is_double(value) else _DECIMAL
        told = (to.sql("spark"), 10**digits, f"{Decimal(1).scaleb(-digits):f}")
        return filled(units.format(*told), value)
    return node


def _name(node: exp.Identifier) -> exp.Expr:
    if not _PLAIN_NAME.fullmatch(node.this) or node.this.lower() in _RESERVED:
        node.set("quoted", True)
    return node


_REWRITES: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.DateDiff: _days,
    exp.Floor: _whole,
    exp.Ceil: _whole,
    exp.Sub: _minus,
    exp.Like: _like,
    exp.Trim: _trim,
    exp.Cast: _cast,
    exp.TryCast: tried,
    exp.UnixToTime: of_epoch,
    exp.Anonymous: renamed,
    exp.Identifier: _name,
}
