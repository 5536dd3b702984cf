"""Which queries fall apart by person: what they say of one person depends on that person's rows alone.

Such a query need only be asked of the people whose records changed. Nothing is declared; a query is read, and what
cannot be shown to fall apart counts as asked of everybody at once, which is always right and only slower.

A table is *of people* when each of its rows is one person's. Some of its columns then *tell* whose: the same value
means the same person. A query of such tables falls apart where these columns hold its joins, groups, windows and
subqueries together. Other tables are looked up; where a code of the records is what they are looked up by, it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from medaudit.engine.projected import projected
from medaudit.engine.scopes import (
    OWNERS,
    Column,
    Looked,
    Scope,
    Shape,
    both_ways,
    conjuncts,
    firm,
    inner_queries,
    is_sure,
    own_nodes,
    reaches,
    renamed,
    sources,
    sums,
    ties,
)


class Together(ValueError):
    """Why a query does not fall apart by person."""


def shape_of(query: exp.Query, tables: Mapping[str, Shape], inner: bool = False) -> Shape:
    """The shape of a query's result. Raises Together where it does not fall apart by person.

    inner: whether another query reads it, which may leave out the rows in which several people are mixed.
    """
    reader = _Reader(loose=False)
    result = reader.query(query, dict(tables), [])
    if not inner and any(column.mixed for column in result.columns.values()):
        raise Together("rows of several people")
    return Shape(result.columns, result.of_people, reader.looked)


def shape_together(query: exp.Query, tables: Mapping[str, Shape]) -> Shape:
    """The shape of a query that is asked of everybody at once and whose rows may be people's all the same: the columns whose names
    say that they tell the person are believed."""
    result = _Reader(loose=True).query(query, dict(tables), [])
    tells = OWNERS if result.of_people else {}
    told = {n: Column(tells.get(n, ""), one.sure, one.code) for n, one in result.columns.items()}
    return Shape(told, result.of_people)


class _Reader:
    """Reads a query from the inside out, noting what is looked up."""

    def __init__(self, loose: bool) -> None:
        self.loose = loose
        self.looked: Looked = {}
        self.was_bound = False  # of the query that was read last

    def together(self, why: str) -> None:
        if not self.loose:
            raise Together(why)

    def query(self, query: exp.Expr, tables: dict[str, Shape], outer: list[Scope]) -> Shape:
        tables = dict(tables)
        for cte in query.args["with_"].expressions if query.args.get("with_") else ():
            tables[cte.alias] = renamed(self.query(cte.this, tables, []), cte)
        if isinstance(query, exp.Subquery):
            return self.query(query.this, tables, outer)
        if isinstance(query, exp.Select):
            return self.select(query, tables, outer)
        return self.combined(query, tables, outer)

    def combined(self, query: exp.Expr, tables: dict[str, Shape], outer: list[Scope]) -> Shape:
        """UNION, EXCEPT and INTERSECT, by the place of their columns."""
        left = self.query(query.this, tables, outer)
        was_bound = self.was_bound
        right = self.query(query.expression, tables, outer)
        self.was_bound = self.was_bound and was_bound
        if left.of_people != right.of_people:
            self.together("people's rows beside others")
        if len(left.columns) != len(right.columns):
            self.together("columns that cannot be told apart")
        columns = {}
        for (name, one), other in zip(left.columns.items(), right.columns.values(), strict=False):
            code = one.code if one.code == other.code else ""
            tells = one.tells if one.tells == other.tells else ""
            mixed = one.mixed or other.mixed
            columns[name] = Column(tells, one.sure and other.sure, code, mixed)
        shape = Shape(columns, left.of_people or right.of_people)
        alike = not isinstance(query, exp.Union) or query.args.get("distinct")
        if shape.of_people and alike and not shape.owner:
            self.together("rows of several people are compared")
        return shape

    def select(self, query: exp.Select, tables: dict[str, Shape], outer: list[Scope]) -> Shape:
        scope = Scope()
        where = [*conjuncts(query.args["where"].this)] if query.args.get("where") else []
        joined = [*sources(query)]
        for source, side, on in joined:
            self.join(source, side, on, where, scope, tables, outer)
        for condition in [
            *where,
            *(one for _, side, on in joined if not side for one in on),
        ]:
            firm(condition, scope)
        for inner, asked in inner_queries(query):
            self.inner(inner, asked, scope, tables, outer)
        told = [*projected(query, scope)]
        mixed = scope.mixed()
        if scope.of_people and not scope.bound:
            mixed |= self.demand_apart(query, scope, mixed)
            if query.args.get("distinct"):
                mixed |= self.hold_apart("DISTINCT", [one for _, one in told], scope, set())
        if not mixed <= {scope.find(one) for _, one in told}:
            self.together("rows of several people are not told from others")
        columns = {
            name: replace(known := scope.known(one), mixed=known.mixed or scope.find(one) in mixed)
            for name, one in told
        }
        self.was_bound = scope.bound
        return Shape(columns, scope.of_people)

    def join(
        self, source: exp.Expr, side: str, on: list[exp.Expr], where: list[exp.Expr], scope: Scope,
        tables: dict[str, Shape], outer: list[Scope],
    ) -> None:  # fmt: skip
        """Bring one table of a FROM into the scope."""
        shape = self.source(source, tables)
        name, had_people = source.alias_or_name, scope.of_people
        if side not in ("", "LEFT"):
            self.together(f"{side} JOIN")
        scope.sources[name] = shape
        conditions = on if side == "LEFT" else [*on, *where]
        if side == "LEFT":
            scope.maybe.add(name)
            self.keep_out(shape, name, on, scope)
        if not shape.of_people:
            self.look_up(shape, name, conditions, [scope, *outer])
            return
        is_tied = any(ties(one, scope, name) for one in conditions)
        is_bound = side != "LEFT" and any(reaches(one, scope, name, outer) for one in conditions)
        if side == "LEFT" and not had_people:
            self.together("others' rows with people's beside them")
        if had_people and not is_tied and not (is_bound and scope.bound):
            self.together(f"{name} is joined by no column that tells the person")
        scope.bound = scope.bound or (is_bound and (is_tied or not had_people))

    def keep_out(self, shape: Shape, name: str, on: list[exp.Expr], scope: Scope) -> None:
        """Demand that a LEFT JOIN takes no row of table `name` in which several people are mixed."""
        alone = Scope()
        alone.sources = {name: shape}
        for condition in on:
            firm(condition, alone)
        if alone.mixed():
            self.together(f"{name} has rows of several people")
        unmixed = {column: replace(told, mixed=False) for column, told in shape.columns.items()}
        scope.sources[name] = replace(shape, columns=unmixed)

    def source(self, source: exp.Expr, tables: dict[str, Shape]) -> Shape:
        if not isinstance(source, exp.Table):
            return renamed(self.query(source, tables, []), source)
        shape = tables[source.name]
        if shape.together:
            self.together(f"{source.name} is about everybody")
        return renamed(shape, source)

    def look_up(
        self, shape: Shape, name: str, conditions: Iterable[exp.Expr], scopes: list[Scope]
    ) -> None:
        """Note how a table that is nobody's is looked up."""
        if not shape.name:
            return
        pairs = set()
        for condition in conditions:
            for mine, theirs in both_ways(condition):
                place = scopes[0].find(mine)
                codes = [code for one in scopes if (code := one.known(theirs).code)]
                if place and place[0] == name and codes:
                    pairs.add((place[1], codes[0]))
        before = self.looked.get(shape.name, frozenset())
        known = pairs and before is not None
        self.looked[shape.name] = (before or frozenset()) | {min(pairs)} if known else None

    def inner(
        self, inner: exp.Expr, asked: exp.Expr | None, scope: Scope, tables: dict[str, Shape], outer: list[Scope]
    ) -> None:  # fmt: skip
        """Demand that a query inside an expression says nothing of other people."""
        while isinstance(inner, exp.Subquery):
            inner = inner.this
        shape = self.query(inner, tables, [scope, *outer])
        if any(column.mixed for column in shape.columns.values()):
            self.together("a subquery with rows of several people")
        if not any(tables[t.name].of_people for t in inner.find_all(exp.Table) if t.name in tables):
            return
        if asked is not None and is_sure(asked, scope):
            given = next(iter(shape.columns.values()))
            # One NULL of somebody else would make NOT IN say nothing of anybody.
            if given.sure and given.tells == scope.known(asked).tells:
                return
        if not self.was_bound:
            self.together("a subquery about other people")

    def demand_apart(
        self, query: exp.Select, scope: Scope, mixed: set[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        """Demand that groups and windows are of one person each; returns the columns that part them unless they are NULL.

        mixed: the columns of which that is known already: they must part every group.
        """
        nodes, found = [*own_nodes(query)], set()
        group = query.args.get("group")
        if group:
            found |= self.hold_apart("groups", group.expressions, scope, mixed)
        elif any(sums(node) for node in nodes):
            self.together("a sum over everybody")
        for node in nodes:
            if isinstance(node, exp.Window):
                parts = node.args.get("partition_by") or []
                found |= self.hold_apart("a window", parts, scope, mixed)
        return found

    def hold_apart(
        self, what: str, keys: list[exp.Expr], scope: Scope, mixed: set[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        """Demand that keys part people; returns the column that does where it is not NULL, unless one always does."""
        places = {place: scope.known(key) for key in keys if (place := scope.find(key))}
        if mixed <= places.keys():
            if any(is_sure(key, scope) for key in keys):
                return set()
            if telling := [place for place, known in places.items() if known.tells]:
                return {telling[0]}
        told = ", ".join(key.sql() for key in keys)
        self.together(f"{what} of several people: {told[:80]}")
        return set()
