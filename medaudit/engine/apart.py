"""Which queries fall apart by person: what they say of one person depends on that person's rows alone.

Such a query need only be asked of the people whose records changed. Nothing is declared; a query is read, and what
cannot be shown to fall apart counts as asked of everybody at once, which is always right and only slower.

A table is *of people* when each of its rows is one person's. Some of its columns then *tell* whose: the same value
means the same person. A query of such tables falls apart where these columns hold its joins, groups, windows and
subqueries together. Other tables are looked up; where a code of the records is what they are looked up by, it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp


@dataclass(frozen=True)
class Column:
    """What is known of a column: what it tells the person by ("" where it does not; values of one kind only are compared),
    whether it is never NULL, and the code of the records it holds."""

    tells: str = ""
    sure: bool = False
    code: str = ""


@dataclass(frozen=True)
class Shape:
    """A table: its columns, and whether its rows are people's. looked: the other tables it was made with → how each is looked up,
    pairs of its column and a code of the records; None where that cannot be said."""

    columns: Mapping[str, Column]
    of_people: bool
    looked: Mapping[str, frozenset[tuple[str, str]] | None] = field(default_factory=dict)
    name: str = ""  # of a table that is looked up as it is
    mixed: bool = False  # made of people's rows, but not apart

    @property
    def owner(self) -> str:
        """A column that always tells the person, "" where there is none."""
        sure = [name for name, column in self.columns.items() if column.tells and column.sure]
        return next((name for name in OWNERS if name in sure), sure[0] if sure else "")


# The columns that are asked for first where several tell the person: the fewer values the better.
OWNERS = {
    "person_id": "person",
    "psn_no": "person",
    "setl_id": "setl_id",
    "stay_id": "stay_id",
    "feedetl_sn": "feedetl_sn",
}


class Together(ValueError):
    """Why a query does not fall apart by person."""


Looked = dict[str, frozenset[tuple[str, str]] | None]


def shape_of(query: exp.Query, tables: Mapping[str, Shape], loose: bool = False) -> Shape:
    """The shape of a query's result. Raises Together where it does not fall apart by person.

    loose: take it as it is, and believe the columns whose names say that they tell the person: for a table that is
    computed of everybody at once, and whose rows are people's all the same.
    """
    reader = _Reader(loose)
    result = reader.query(query, dict(tables), [])
    columns = result.columns
    if loose:
        columns = {
            name: replace(one, tells=OWNERS.get(name, "") if result.of_people else "")
            for name, one in columns.items()
        }
    return Shape(columns, result.of_people, reader.looked)


class _Reader:
    """Reads a query from the inside out, noting what is looked up."""

    def __init__(self, loose: bool) -> None:
        self.loose = loose
        self.looked: Looked = {}
        self.was_bound = False  # of the query that was read last

    def together(self, why: str) -> None:
        if not self.loose:
            raise Together(why)

    def query(self, query: exp.Expr, tables: dict[str, Shape], outer: list[_Scope]) -> Shape:
        tables = dict(tables)
        for cte in query.args["with_"].expressions if query.args.get("with_") else ():
            tables[cte.alias] = _renamed(self.query(cte.this, tables, []), cte)
        if isinstance(query, exp.Subquery):
            return self.query(query.this, tables, outer)
        if isinstance(query, exp.Select):
            return self.select(query, tables, outer)
        return self.combined(query, tables, outer)

    def combined(self, query: exp.Expr, tables: dict[str, Shape], outer: list[_Scope]) -> Shape:
        """UNION, EXCEPT and INTERSECT, by the place of their columns."""
        left, right = (self.query(one, tables, outer) for one in (query.this, query.expression))
        if left.of_people != right.of_people:
            self.together("people's rows beside others")
        columns = {}
        for (name, one), other in zip(left.columns.items(), right.columns.values(), strict=False):
            code = one.code if one.code == other.code else ""
            columns[name] = Column(
                one.tells if one.tells == other.tells else "", one.sure and other.sure, code
            )
        shape = Shape(columns, left.of_people or right.of_people)
        alike = not isinstance(query, exp.Union) or query.args.get("distinct")
        if shape.of_people and alike and not shape.owner:
            self.together("rows of several people are compared")
        return shape

    def select(self, query: exp.Select, tables: dict[str, Shape], outer: list[_Scope]) -> Shape:
        scope = _Scope()
        where = [*_conjuncts(query.args["where"].this)] if query.args.get("where") else []
        sources = [*_sources(query)]
        for source, side, on in sources:
            self.join(source, side, on, where, scope, tables, outer)
        for condition in [
            *where,
            *(one for _, side, on in sources if side != "LEFT" for one in on),
        ]:
            _firm(condition, scope)
        for inner, asked in _inner_queries(query):
            self.inner(inner, asked, scope, tables, outer)
        shape = Shape(dict(_columns(query, scope)), scope.of_people)
        if shape.of_people and not scope.bound:
            self.demand_apart(query, scope)
            if query.args.get("distinct") and not shape.owner:
                self.together("DISTINCT over several people")
        self.was_bound = scope.bound
        return shape

    def join(
        self, source: exp.Expr, side: str, on: list[exp.Expr], where: list[exp.Expr], scope: _Scope,
        tables: dict[str, Shape], outer: list[_Scope],
    ) -> None:  # fmt: skip
        """Bring one table of a FROM into the scope."""
        shape = self.source(source, tables)
        name, had_people = source.alias_or_name, scope.of_people
        if side in ("RIGHT", "FULL"):
            self.together("RIGHT or FULL JOIN")
        scope.sources[name] = shape
        conditions = on if side == "LEFT" else [*on, *where]
        if side == "LEFT":
            scope.maybe.add(name)
        if not shape.of_people:
            self.look_up(shape, name, conditions, [scope, *outer])
            return
        ties = any(_ties(one, scope, name) for one in conditions)
        reaches = side != "LEFT" and any(_reaches(one, scope, name, outer) for one in conditions)
        if side == "LEFT" and not had_people:
            self.together("others' rows with people's beside them")
        if had_people and not ties and not (reaches and scope.bound):
            self.together(f"{name} is joined by no column that tells the person")
        scope.bound = scope.bound or (reaches and (ties or not had_people))

    def source(self, source: exp.Expr, tables: dict[str, Shape]) -> Shape:
        if not isinstance(source, exp.Table):
            return _renamed(self.query(source, tables, []), source)
        shape = tables[source.name]
        if shape.mixed:
            self.together(f"{source.name} is about everybody")
        return _renamed(shape, source)

    def look_up(
        self, shape: Shape, name: str, conditions: Iterable[exp.Expr], scopes: list[_Scope]
    ) -> None:
        """Note how a table that is nobody's is looked up."""
        if not shape.name:
            return
        pairs = set()
        for condition in conditions:
            for mine, theirs in _both_ways(condition):
                place = scopes[0].find(mine)
                codes = [code for one in scopes if (code := one.known(theirs).code)]
                if place and place[0] == name and codes:
                    pairs.add((place[1], codes[0]))
        before = self.looked.get(shape.name, frozenset())
        known = pairs and before is not None
        self.looked[shape.name] = (before or frozenset()) | {min(pairs)} if known else None

    def inner(
        self, inner: exp.Expr, asked: exp.Expr | None, scope: _Scope, tables: dict[str, Shape], outer: list[_Scope]
    ) -> None:  # fmt: skip
        """Demand that a query inside an expression says nothing of other people."""
        while isinstance(inner, exp.Subquery):
            inner = inner.this
        shape = self.query(inner, tables, [scope, *outer])
        if not any(tables[t.name].of_people for t in inner.find_all(exp.Table) if t.name in tables):
            return
        tells = scope.known(asked).tells if asked is not None else ""
        if tells and next(iter(shape.columns.values())).tells == tells:
            return
        if not self.was_bound:
            self.together("a subquery about other people")

    def demand_apart(self, query: exp.Select, scope: _Scope) -> None:
        """Demand that groups and windows are of one person each."""
        nodes = [*_own_nodes(query)]
        group = query.args.get("group")
        if group:
            if not any(_is_sure(key, scope) for key in group.expressions):
                self.together("groups of several people: " + group.sql()[:80])
        elif any(_sums(node) for node in nodes):
            self.together("a sum over everybody")
        for node in nodes:
            if isinstance(node, exp.Window):  # noqa: SIM102
                if not any(_is_sure(part, scope) for part in node.args.get("partition_by") or []):
                    self.together("a window over several people: " + node.sql()[:80])


class _Scope:
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
                return Column(column.tells if shape.of_people else "", sure, column.code)
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
                return Column(self.known(expression.this.this).tells)
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


def _conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    elif isinstance(condition, exp.Paren):
        yield from _conjuncts(condition.this)
    elif condition is not None:
        yield condition


def _sources(query: exp.Select) -> Iterator[tuple[exp.Expr, str, list[exp.Expr]]]:
    """The tables of a SELECT: each with the side it is joined from and its conditions."""
    if query.args.get("from_"):
        yield query.args["from_"].this, "", []
    for join in query.args.get("joins") or ():
        yield join.this, (join.side or "").upper(), [*_conjuncts(join.args.get("on"))]


def _ties(condition: exp.Expr, scope: _Scope, name: str) -> bool:
    """Whether a condition makes the rows of table `name` those of the person of the tables before it."""
    if not isinstance(condition, exp.EQ):
        return False
    sides = [condition.this, condition.expression]
    places = [scope.find(side) for side in sides]
    kinds = {scope.known(side).tells for side in sides}
    if None in places or len(kinds) > 1 or "" in kinds:
        return False
    return (places[0][0] == name) != (places[1][0] == name)  # type: ignore[index]


def _reaches(condition: exp.Expr, scope: _Scope, name: str, outer: list[_Scope]) -> bool:
    """Whether a condition ties table `name` to a table of an outer query."""
    for mine, theirs in _both_ways(condition):
        place, tells = scope.find(mine), scope.known(mine).tells
        if place and place[0] == name and tells and scope.find(theirs) is None:
            return any(one.known(theirs).tells == tells for one in outer)
    return False


def _both_ways(condition: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    """The sides of an equality, each first once; none of another condition."""
    if not isinstance(condition, exp.EQ):
        return []
    one, other = condition.this, condition.expression
    return [(one, other), (other, one)]


def _firm(condition: exp.Expr, scope: _Scope) -> None:
    """Columns that a condition keeps from being NULL."""
    if isinstance(condition, exp.Not) and isinstance(condition.this, exp.Is):
        if isinstance(condition.this.expression, exp.Null):
            place = scope.find(condition.this.this)
            scope.firm |= {place} if place else set()
    elif isinstance(condition, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        for side in (condition.this, condition.expression):
            place = scope.find(side)
            scope.firm |= {place} if place else set()


def _inner_queries(query: exp.Select) -> Iterator[tuple[exp.Expr, exp.Expr | None]]:
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


def _is_sure(expression: exp.Expr, scope: _Scope) -> bool:
    known = scope.known(expression)
    return bool(known.tells) and known.sure


def _renamed(shape: Shape, source: exp.Expr) -> Shape:
    """A table under the names of `x(a, b)`, where it has such."""
    alias = source.args.get("alias")
    names = [one.name for one in alias.args.get("columns") or ()] if alias else []
    if not names:
        return shape
    return replace(shape, columns=dict(zip(names, shape.columns.values(), strict=False)), name="")


def _sums(node: exp.Expr) -> bool:
    """Whether a node makes one row of many."""
    of_windows = (exp.Lag, exp.Lead, exp.RowNumber, exp.Rank, exp.DenseRank)
    return (
        isinstance(node, exp.AggFunc)
        and not isinstance(node, of_windows)
        and not isinstance(node.parent, exp.Window)
    )


def _own_nodes(query: exp.Select) -> Iterator[exp.Expr]:
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


def _columns(query: exp.Select, scope: _Scope) -> Iterator[tuple[str, Column]]:
    for projection in query.expressions:
        if isinstance(projection, exp.Star):
            for name, shape in scope.sources.items():
                yield from _all_of(name, shape, scope)
        elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            yield from _all_of(projection.table, scope.sources[projection.table], scope)
        else:
            yield projection.alias_or_name, scope.known(projection)


def _all_of(name: str, shape: Shape, scope: _Scope) -> Iterator[tuple[str, Column]]:
    for column in shape.columns:
        yield column, scope.known(exp.column(column, table=name))
