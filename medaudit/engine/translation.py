"""DuckDB's SQL in Spark's words, with what the two would silently do differently handled here, once.

sqlglot knows the spelling: quotes, type names, NULLS LAST, escapes. What it leaves to differ is rewritten
first (`_REWRITES`); what cannot be made alike is kept out of rules by `portable` and `grammar`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp

_INTEGERS = {"TINYINT", "SMALLINT", "INT", "BIGINT"}

# %-forms of dates → Java's letters. Single letters also read one digit, as DuckDB does.
_DATE_LETTERS = {"%Y": "yyyy", "%y": "yy", "%m": "M", "%d": "d", "%b": "MMM", "%H": "H", "%M": "m", "%S": "s"}  # fmt: skip
_JOINED = {"M": "MM", "d": "dd", "H": "HH", "m": "mm", "s": "ss"}

# Spark would read '2025' as a day and '45678' as a year.
_WHOLE_DATE = r"^\\s*\\d{4}-\\d{1,2}-\\d{1,2}([ T].*)?$"


def translate(sql: str) -> str:
    """A statement of ours in Spark SQL. Raises SqlglotError for what does not parse."""
    return to_spark(sqlglot.parse_one(sql, dialect="duckdb"))


def to_spark(query: exp.Expr) -> str:
    """A query in Spark SQL. Raises SqlglotError for what does not translate."""
    query = query.copy()
    doubles = _double_names(query)
    # From the innermost outward, so that what is wrapped has already been rewritten.
    for node in reversed(list(query.find_all(*_REWRITES))):
        rewritten = _REWRITES[type(node)](node, doubles)
        if rewritten is node:
            continue
        if node is query:
            query = rewritten
        else:
            node.replace(rewritten)
    return query.sql(dialect="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def is_double(given: Any, names: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is a DOUBLE by its form; `names` are columns known to be."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return bool(node.to.this.name == "DOUBLE")
    if isinstance(node, exp.Column):
        return node.name in names

    def among(*parts: Any) -> bool:
        return any(is_double(part, names) for part in parts if part is not None)

    # A sum, product or extreme of doubles is a double.
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return among(node.left, node.right)
    if isinstance(node, (exp.Greatest, exp.Least, exp.Coalesce)):
        return among(node.this, *node.expressions)
    if isinstance(node, (exp.Sum, exp.Max, exp.Min, exp.Abs, exp.Neg, exp.Nullif, exp.Window, exp.Lag, exp.Lead)):  # fmt: skip
        return among(node.this)
    if isinstance(node, (exp.Floor, exp.Ceil, exp.Sqrt, exp.Ln, exp.Exp, exp.Avg)):
        return True
    if isinstance(node, exp.Case):
        return among(
            *(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")
        )
    return False


def _double_names(query: exp.Expr) -> frozenset[str]:
    """The names that a query gives to doubles, also by way of each other."""
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            alias.alias for alias in query.find_all(exp.Alias) if is_double(alias.this, found)
        )
        if more <= found:
            return found
        found |= more


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _figure(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _days(node: Any, _: frozenset[str]) -> exp.Expr:
    """With a unit Spark counts full days between timestamps; the plain form counts dates."""
    return _call("DATEDIFF", node.this, node.expression)


def _whole(node: Any, _: frozenset[str]) -> exp.Expr:
    """Spark's floor of a double is a BIGINT, and reckoning with it another kind of reckoning."""
    return exp.cast(node.copy(), "DOUBLE", dialect="duckdb")


def _like(node: Any, _: frozenset[str]) -> Any:
    r"""Spark reads \ in a pattern as an escape; DuckDB has none."""

    def plain(part: Any) -> Any:
        if isinstance(part, exp.Literal):
            return exp.Literal.string(part.this.replace("\\", "\\\\"))
        if isinstance(part, exp.DPipe):
            return exp.DPipe(this=plain(part.this), expression=plain(part.expression), safe=True)
        if isinstance(part, exp.Paren):
            return exp.Paren(this=plain(part.this))
        return exp.Replace(
            this=part.copy(),
            expression=exp.Literal.string("\\"),
            replacement=exp.Literal.string("\\\\"),
        )

    node.set("expression", plain(node.expression))
    return node


def _cast(node: Any, doubles: frozenset[str]) -> Any:
    """Where DuckDB rounds Spark cuts off, and of doubles Spark rounds the text and not the number."""
    to, value = node.to, node.this
    if to.this.name in _INTEGERS and not _is_whole(value):
        if _floored(value):
            return exp.cast(value.unnest().this.copy(), to.copy())
        return exp.cast(
            _call("RINT" if is_double(value, doubles) else "ROUND", value.copy()), to.copy()
        )
    if (
        to.this.name == "DECIMAL"
        and to.expressions
        and is_double(value, doubles)
        and not _rounded(value)
    ):
        tens = 10 ** int(to.expressions[1].name) if len(to.expressions) > 1 else 1
        rounded = _call("ROUND", exp.Mul(this=exp.paren(value.copy()), expression=_figure(tens)))
        return exp.cast(exp.Div(this=rounded, expression=_figure(tens)), to.copy())
    return node


def _is_whole(value: Any) -> bool:
    """Whether an expression is a whole number by its form, so that no engine has anything to round."""
    node = value.unnest()
    if isinstance(
        node, (exp.Count, exp.Length, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Substring)
    ):
        return True
    if isinstance(node, exp.Anonymous):
        return bool(node.name == "DATEDIFF")
    if isinstance(node, exp.Literal):
        return bool(node.is_int)
    if isinstance(node, (exp.Greatest, exp.Least, exp.Coalesce)):
        return all(map(_is_whole, (node.this, *node.expressions)))
    if isinstance(node, (exp.Sum, exp.Min, exp.Max, exp.Neg)):
        return _is_whole(node.this)
    if isinstance(node, exp.Case):
        branches = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
        return all(_is_whole(branch) for branch in branches if branch is not None)
    return False


def _floored(value: Any) -> bool:
    """Whether this is what `_whole` makes of a floor or ceil."""
    node = value.unnest()
    return isinstance(node, exp.Cast) and isinstance(node.this, (exp.Floor, exp.Ceil))


def _rounded(value: Any) -> bool:
    """Whether a double has been rounded already, floor(x × 100 + 0.5) / 100, in every branch."""
    node = value.unnest()
    if isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]]
        return all(_rounded(b) for b in [*branches, node.args.get("default") or exp.null()])
    return (
        isinstance(node, (exp.Literal, exp.Null))
        or _floored(node)
        or (isinstance(node, exp.Div) and _floored(node.left))
    )


def _try_cast(node: Any, _: frozenset[str]) -> Any:
    """Text as figures and moments, no more generously than DuckDB reads it."""
    kind = node.to.this.name
    if kind in _INTEGERS:
        decimal = exp.TryCast(
            this=node.this.copy(), to=exp.DataType.build("DECIMAL(38,10)"), safe=True
        )
        return exp.TryCast(this=_call("ROUND", decimal), to=node.to.copy(), safe=True)
    if kind == "TIMESTAMPNTZ":
        text = f"CAST({node.this.sql('spark')} AS STRING) RLIKE '{_WHOLE_DATE}'"
        return exp.Case().when(sqlglot.parse_one(text, dialect="spark"), node.copy())
    return node


def _of_epoch(node: Any, _: frozenset[str]) -> exp.Expr:
    """Microseconds since 1970 as what the clock showed: the session's zone is UTC."""
    return exp.cast(node.copy(), "TIMESTAMP", dialect="duckdb")


def _function(node: Any, _: frozenset[str]) -> Any:
    """Functions of the records room that go by another name."""
    name = node.name.lower()
    if name == "epoch_us":
        return _call("UNIX_MICROS", *node.expressions)
    if name == "to_seconds":
        return _call("MAKE_DT_INTERVAL", _figure(0), _figure(0), _figure(0), *node.expressions)
    if name == "try_strptime":
        text, forms = node.expressions
        tries = [
            _call("TRY_TO_TIMESTAMP", text.copy(), exp.Literal.string(_java(form.name)))
            for form in forms.expressions
        ]
        return exp.Coalesce(this=tries[0], expressions=tries[1:])
    return node


def _java(form: str) -> str:
    """A %-form in Java's letters: where digits touch, their number must be told."""
    parts: list[str] = []
    for piece in form.split("%")[1:]:
        letters, rest = _DATE_LETTERS["%" + piece[0]], piece[1:]
        parts += [letters, "".join(f"'{c}'" if c.isalpha() else c for c in rest)]
    for i in range(0, len(parts), 2):
        touches = (i > 0 and not parts[i - 1]) or (i + 2 < len(parts) and not parts[i + 1])
        if touches:
            parts[i] = _JOINED.get(parts[i], parts[i])
    return "".join(parts)


_REWRITES: dict[type[exp.Expr], Callable[[Any, frozenset[str]], Any]] = {
    exp.DateDiff: _days,
    exp.Floor: _whole,
    exp.Ceil: _whole,
    exp.Like: _like,
    exp.Cast: _cast,
    exp.TryCast: _try_cast,
    exp.UnixToTime: _of_epoch,
    exp.Anonymous: _function,
}
