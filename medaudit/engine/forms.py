"""What an expression is by its form alone, whatever the columns in it hold."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

INTEGERS = {"TINYINT", "SMALLINT", "INT", "BIGINT"}
TEXTS = {"VARCHAR", "TEXT"}
MOMENTS = {"DATE", "TIMESTAMPNTZ"}
NO_NAMES: frozenset[str] = frozenset()

_COUNTS = (exp.Count, exp.Length, exp.RowNumber, exp.Rank, exp.DenseRank, exp.DateDiff)
_OF_TEXT = (exp.Substring, exp.DPipe, exp.Trim, exp.Upper, exp.Lower, exp.Replace, exp.MD5)
# What is of the kind of what it is made of.
_OF_ONE = (
    exp.Sum, exp.Max, exp.Min, exp.Abs, exp.Neg, exp.Nullif, exp.Window, exp.Lag, exp.Lead, exp.Floor, exp.Ceil,
)  # fmt: skip
_OF_TWO = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_OF_ALL = (exp.Coalesce, exp.Greatest, exp.Least)


def is_double(given: Any, names: frozenset[str] = NO_NAMES) -> bool:
    """Whether an expression is a DOUBLE by its form; `names` are columns known to be."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return bool(node.to.this.name == "DOUBLE")
    if isinstance(node, exp.Column):
        return node.name in names
    if isinstance(node, exp.Literal):
        return not node.is_string and "e" in node.this.lower()
    if isinstance(node, (exp.Sqrt, exp.Ln, exp.Exp, exp.Avg)):
        return True
    # A sum, product or extreme of doubles is a double.
    return any(is_double(part, names) for part in operands(node))


def double_names(query: exp.Expr) -> frozenset[str]:
    """The names that a query gives to doubles, also by way of each other."""
    found = NO_NAMES
    while True:
        more = frozenset(
            alias.alias for alias in query.find_all(exp.Alias) if is_double(alias.this, found)
        )
        if more <= found:
            return found
        found |= more


def is_whole(given: Any) -> bool:
    """Whether an expression is a whole number by its form, so that no engine has anything to round."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this.name in INTEGERS
    if isinstance(node, exp.Literal):
        return bool(node.is_int)
    if isinstance(node, exp.Anonymous):
        return bool(node.name == "DATEDIFF")
    parts = [] if isinstance(node, (exp.Div, exp.Floor, exp.Ceil)) else operands(node)
    return isinstance(node, _COUNTS) or (bool(parts) and all(map(is_whole, parts)))


def is_exact(given: Any) -> bool:
    """Whether an expression is by its form anything but a DOUBLE: a text, a DECIMAL, a whole number."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this.name not in ("DOUBLE", "FLOAT")
    if isinstance(node, (exp.Literal, exp.Null)):
        return not is_double(node)
    parts = [] if isinstance(node, (exp.Floor, exp.Ceil)) else operands(node)
    return isinstance(node, _COUNTS + _OF_TEXT) or (bool(parts) and all(map(is_exact, parts)))


def is_moment(given: Any) -> bool:
    """Whether an expression is a date or a timestamp by its form."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this.name in MOMENTS
    if isinstance(node, _OF_TWO):
        return isinstance(node, exp.Add) and (is_moment(node.left) or is_moment(node.right))
    return any(map(is_moment, operands(node)))


def is_figure(given: Any) -> bool:
    """Whether an expression is a number by its form."""
    node = given.unnest()
    if isinstance(node, exp.Literal):
        return not node.is_string
    if isinstance(node, exp.Cast):
        return node.to.this.name in INTEGERS | {"DOUBLE", "DECIMAL"}
    known = (exp.Sum, exp.Neg, exp.Abs, exp.Mul, exp.Div, exp.Floor, exp.Ceil, exp.Sqrt, exp.Exp)
    return isinstance(node, _COUNTS + known) or any(map(is_figure, operands(node)))


def is_text(given: Any) -> bool:
    """Whether an expression is a text by its form."""
    node = given.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this.name in TEXTS
    return bool(node.is_string) or isinstance(node, _OF_TEXT) or any(map(is_text, operands(node)))


def at_least(given: Any, least: int) -> bool:
    """Whether an expression is by its form a whole number of at least `least` (0 or 1)."""
    node = given.unnest()
    if isinstance(node, exp.Literal):
        return bool(node.is_int) and int(node.this) >= least
    if isinstance(node, exp.Greatest):
        return any(at_least(part, least) for part in operands(node))
    if isinstance(node, exp.Add):
        sides = (node.left, node.right)
        return all(at_least(side, 0) for side in sides) and any(
            at_least(side, least) for side in sides
        )
    return least == 0 and isinstance(node, (exp.Length, exp.Count))


def operands(node: Any) -> list[Any]:
    """The operands that decide what an expression is."""
    if isinstance(node, _OF_TWO):
        return [node.left, node.right]
    if isinstance(node, _OF_ALL):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Case):
        branches = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
        return [branch for branch in branches if branch is not None]
    return [node.this] if isinstance(node, _OF_ONE) else []
