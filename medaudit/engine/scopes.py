"""What is known of the tables and columns of one SELECT, for telling whether it falls apart by person (apart.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp


@dataclass(frozen=True)
class Column:
    """What is known of a column: what it tells the person by ("" where it does not; values of one kind only are compared),
    whether it is never NULL, the code of the records it holds, and whether the rows in which it is NULL are several people's."""

    tells: str = ""
    sure: bool = False
    code: str = ""
    mixed: bool = False


@dataclass(frozen=True)
class Shape:
    """A table: its columns, and whether its rows are people's. looked: the other tables it was made with → how each is looked up,
    pairs of its column and a code of the records; None where that cannot be said."""

    columns: Mapping[str, Column]
    of_people: bool
    looked: Mapping[str, frozenset[tuple[str, str]] | None] = field(default_factory=dict)
    name: str = ""  # of a table that is looked up as it is
    together: bool = False  # made of people's rows, but not apart

    @property
    def owner(self) -> str:
        """A column that always tells the person, under its own name; "" where there is none."""
        if any(column.mixed for column in self.columns.values()):
            return ""
        told = {name: self.columns[name] for name in OWNERS if name in self.columns}
        return next((n for n, one in told.items() if one.sure and one.tells == OWNERS[n]), "")


# The columns that are asked for first where several tell the person: the fewer values the better.
OWNERS = {
    "person_id": "person",
    "psn_no": "person",
    "setl_id": "setl_id",
    "stay_id": "stay_id",
    "feedetl_sn": "feedetl_sn",
}


Looked = dict[str, frozenset[tuple[str, str]] | None]


class Scope:
    """The tables of one SELECT by the names they have in it."""

    def __init__(self) -> None:
        self.sources: dict[str, Shape] = {}
        self.maybe: set[str] = set()  # joined from the left: all their columns may be NULL
        self.bound = False  # its tables of people are tied to one of an outer query
        self.firm: set[tuple[str, str]] = set()  # columns that a condition keeps from being NULL

    def find(self, column: exp.Expr) -> tuple[str, str] | None:
        """Source and name of a plain column, None when it is none of this scope."""
        if not isinstance(column, exp.Column):
            return None
        if column.table:
            there = column.table in self.sources
            return (column.table, column.name) if there else None
        found = [name for name, shape in self.sources.items() if column.name in shape.columns]
        return (found[0], column.name) if found else None

    def known(self, expression: exp.Expr) -> Column:
        """What is known of an expression."""
        match expression:
            case exp.Column():
                place = self.find(expression)
                if place is None:
                    return Column()
                shape = self.sources[place[0]]
                column = shape.columns.get(place[1], Column())
                sure = place in self.firm or (column.sure and place[0] not in self.maybe)
                mixed = column.mixed and place not in self.firm
                return Column(column.tells if shape.of_people else "", sure, column.code, mixed)
            case exp.Alias() | exp.Paren() | exp.Cast():
                return self.known(expression.this)
            case exp.Coalesce():
                parts = [self.known(one) for one in (expression.this, *expression.expressions)]
                kinds = {one.tells for one in parts}
                return Column(
                    kinds.pop() if len(kinds) == 1 else "", any(one.sure for one in parts)
                )
            case exp.Max() | exp.Min():
                inner = self.known(expression.this)
                return Column(inner.tells, inner.sure)
            case exp.Window() if isinstance(expression.this, exp.Lag | exp.Lead):
                default = expression.this.args.get("default")
                tells = self.known(expression.this.this).tells
                return Column(
                    tells if default is None or self.known(default).tells == tells else ""
                )
            case exp.Window():
                return self.known(expression.this)
            case exp.Case():
                results = [one.args["true"] for one in expression.args["ifs"]]
                results += [expression.args["default"]] if expression.args.get("default") else []
                told = [self.known(one) for one in results if not isinstance(one, exp.Null)]
                kinds = {one.tells for one in told}
                return Column(kinds.pop() if len(kinds) == 1 else "")
        return Column()

    @property
    def of_people(self) -> bool:
        return any(shape.of_people for shape in self.sources.values())

    def mixed(self) -> set[tuple[str, str]]:
        """The columns in whose rows without a value several people are mixed, unless a condition keeps such rows out."""
        told = {
            (name, c)
            for name, shape in self.sources.items()
            for c in shape.columns
            if shape.columns[c].mixed
        }
        return told - self.firm


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.this)
        yield from conjuncts(condition.expression)
    elif isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif condition is not None:
        yield condition


def sources(query: exp.Select) -> Iterator[tuple[exp.Expr, str, list[exp.Expr]]]:
    """The tables of a SELECT: each with how it is joined ("", LEFT, SEMI …) and its conditions."""
    if query.args.get("from_"):
        yield query.args["from_"].this, "", []
    for join in query.args.get("joins") or ():
        kind = (join.kind or "").upper()
        side = kind if kind in ("SEMI", "ANTI") else (join.side or "").upper()
        yield join.this, side, [*conjuncts(join.args.get("on"))]


def ties(condition: exp.Expr, scope: Scope, name: str) -> bool:
    """Whether a condition makes the rows of table `name` those of the person of the tables before it."""
    if not isinstance(condition, exp.EQ):
        return False
    sides = [condition.this, condition.expression]
    places = [scope.find(side) for side in sides]
    kinds = {scope.known(side).tells for side in sides}
    if None in places or len(kinds) > 1 or "" in kinds:
        return False
    return (places[0][0] == name) != (places[1][0] == name)  # type: ignore[index]


def reaches(condition: exp.Expr, scope: Scope, name: str, outer: list[Scope]) -> bool:
    """Whether a condition ties table `name` to a table of an outer query."""
    for mine, theirs in both_ways(condition):
        place, tells = scope.find(mine), scope.known(mine).tells
        if place and place[0] == name and tells and scope.find(theirs) is None:
            return any(one.known(theirs).tells == tells for one in outer)
    return False


def both_ways(condition: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    """The sides of an equality, each first once; none of another condition."""
    if not isinstance(condition, exp.EQ):
        return []
    one, other = condition.this, condition.expression
    return [(one, other), (other, one)]


def firm(condition: exp.Expr, scope: Scope) -> None:
    """Columns that a condition keeps from being NULL."""
    if isinstance(condition, exp.Not) and isinstance(condition.this, exp.Is):
        if isinstance(condition.this.expression, exp.Null):
            place = scope.find(condition.this.this)
            scope.firm |= {place} if place else set()
    elif isinstance(condition, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        for side in (condition.this, condition.expression):
            place = scope.find(side)
            scope.firm |= {place} if place else set()


def inner_queries(query: exp.Select) -> Iterator[tuple[exp.Expr, exp.Expr | None]]:
    """Queries inside the expressions of a SELECT, with what is asked to be IN them."""

    def walk(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr | None]]:
        if isinstance(node, exp.In) and node.args.get("query"):
            yield node.args["query"], node.this
            yield from walk(node.this)
        elif isinstance(node, exp.Exists):
            yield node.this, None
        elif isinstance(node, exp.Subquery | exp.Select | exp.SetOperation):
            yield node, None
        else:
            for child in node.iter_expressions():
                yield from walk(child)

    for part in ("expressions", "where", "group", "having", "order"):
        value = query.args.get(part)
        for node in value if isinstance(value, list) else [value] if value else []:
            yield from walk(node)
    for join in query.args.get("joins") or ():
        if join.args.get("on"):
            yield from walk(join.args["on"])


def is_sure(expression: exp.Expr, scope: Scope) -> bool:
    known = scope.known(expression)
    return bool(known.tells) and known.sure


def renamed(shape: Shape, source: exp.Expr) -> Shape:
    """A table under the names of `x(a, b)`, where it has such."""
    alias = source.args.get("alias")
    names = [one.name for one in alias.args.get("columns") or ()] if alias else []
    if not names:
        return shape
    return replace(shape, columns=dict(zip(names, shape.columns.values(), strict=False)), name="")


def sums(node: exp.Expr) -> bool:
    """Whether a node makes one row of many."""
    of_windows = (exp.Lag, exp.Lead, exp.RowNumber, exp.Rank, exp.DenseRank)
    return (
        isinstance(node, exp.AggFunc)
        and not isinstance(node, of_windows)
        and not isinstance(node.parent, exp.Window)
    )


def own_nodes(query: exp.Select) -> Iterator[exp.Expr]:
    """The nodes of a SELECT's own expressions, without the queries in them."""

    def walk(node: exp.Expr) -> Iterator[exp.Expr]:
        if isinstance(node, exp.Subquery | exp.Select | exp.SetOperation):
            return
        yield node
        for child in node.iter_expressions():
            yield from walk(child)

    for part in ("expressions", "having", "order", "distinct"):
        value = query.args.get(part)
        for node in value if isinstance(value, list) else [value] if value else []:
            yield from walk(node)
