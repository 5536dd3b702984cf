"""Text as figures and moments on Spark: read as DuckDB reads it, no more and no less generously."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

from medaudit.engine.forms import INTEGERS, is_moment

# %-forms of dates → Java's letters. Single letters also read one digit, as DuckDB does.
_DATE_LETTERS = {"%Y": "yyyy", "%y": "yy", "%m": "M", "%d": "d", "%b": "MMM", "%H": "H", "%I": "h", "%p": "a", "%M": "m", "%S": "s"}  # fmt: skip
_JOINED = {"M": "MM", "d": "dd", "H": "HH", "m": "mm", "s": "ss"}

# Spark would read '2025' as a day, '45678' as a year and '2025-01-02 8' as eight o'clock.
_DAY = r"^\\s*\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}"
_MOMENT = _DAY + r"(\\s*\\z|[ T]+\\d{1,2}:\\d{1,2})"
_MIDNIGHT = _DAY + r"[ T]+24:00(:00(\\.0*)?)?\\s*\\z"
# Its parts as Spark wants them: dashes, and one blank before the time.
_DASHED = r"'^\\s*(\\d{4}).(\\d{1,2}).(\\d{1,2})[ T]*', '$1-$2-$3 '"

_DAY_ALONE = r"'^\\s*(\\d{4}).(\\d{1,2}).(\\d{1,2}).*$', '$1-$2-$3'"

_TRIED = {
    "TIMESTAMPNTZ": f"CASE WHEN CAST(x AS STRING) RLIKE '{_MIDNIGHT}' "
    f"THEN TRY_CAST(REGEXP_REPLACE(CAST(x AS STRING), {_DAY_ALONE}) AS TIMESTAMP_NTZ) + INTERVAL '1' DAY "
    f"WHEN CAST(x AS STRING) RLIKE '{_MOMENT}' "
    f"THEN TRY_CAST(REGEXP_REPLACE(CAST(x AS STRING), {_DASHED}) AS TIMESTAMP_NTZ) END",
    "DATE": f"CASE WHEN CAST(x AS STRING) RLIKE '{_MOMENT}' "
    f"THEN TRY_CAST(REGEXP_REPLACE(CAST(x AS STRING), {_DAY_ALONE}) AS DATE) END",
    # '1d' and '1f' are figures to Java.
    "DOUBLE": r"CASE WHEN NOT CAST(x AS STRING) RLIKE '[0-9.][dDfF]\\s*$' THEN TRY_CAST(x AS DOUBLE) END",
}
_INTEGER = "TRY_CAST(ROUND(TRY_CAST(x AS DECIMAL(38, 10))) AS {})"

# A type is known when the statement is, so that for a column that is a date nothing but the cast is left.
_DEMANDED = (
    f"CASE WHEN TYPEOF(x) = 'string' AND NOT CAST(x AS STRING) RLIKE '{_MOMENT}' "
    "THEN RAISE_ERROR('CAST_INVALID_INPUT') ELSE CAST(x AS %s) END"
)


def filled(template: str, value: exp.Expr) -> exp.Expr:
    """A piece of Spark SQL with `value` in every place of its column x."""
    atom = isinstance(value, (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Placeholder))
    given = value if atom else exp.paren(value)

    def put(node: exp.Expr) -> exp.Expr:
        return given.copy() if isinstance(node, exp.Column) and node.name == "x" else node

    return _parsed(template).transform(put)


@cache
def _parsed(template: str) -> exp.Expr:
    return sqlglot.parse_one(template, dialect="spark")


def tried(node: exp.TryCast) -> exp.Expr:
    """A TRY_CAST of what is text in a file."""
    kind = node.to.this.name
    if kind in INTEGERS:
        return filled(_INTEGER.format(node.to.sql("spark")), node.this)
    return filled(_TRIED[kind], node.this) if kind in _TRIED else node


def demanded(node: exp.Cast) -> exp.Expr:
    """A CAST to a date or a timestamp. A text that DuckDB does not take for one is an error here too."""
    if is_moment(node.this) or isinstance(node.this, (exp.Literal, exp.Null)):
        return node
    return filled(_DEMANDED % node.to.sql("spark"), node.this)


def of_epoch(node: exp.UnixToTime) -> exp.Expr:
    """Microseconds since 1970 as what the clock showed: the session's zone is UTC."""
    return exp.cast(node.copy(), "TIMESTAMP", dialect="duckdb")


def renamed(node: Any) -> Any:
    """Functions of the records room that go by another name."""
    name = node.name.lower()
    if name == "epoch_us":
        return exp.Anonymous(this="UNIX_MICROS", expressions=node.expressions)
    if name == "to_seconds":
        return filled("MAKE_DT_INTERVAL(0, 0, 0, x)", node.expressions[0])
    if name == "try_strptime":
        text, forms = node.expressions
        tries = [_parsed_by(text, _java(form.name)) for form in forms.expressions]
        return exp.Coalesce(this=tries[0], expressions=tries[1:])
    return node


def _parsed_by(text: exp.Expr, form: str) -> exp.Expr:
    told = [text.copy(), exp.Literal.string(form)]
    return exp.Anonymous(this="TRY_TO_TIMESTAMP", expressions=told)


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
