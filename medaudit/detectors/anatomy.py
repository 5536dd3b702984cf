"""A SELECT taken apart: what it reads from, what it returns, and which source each expression stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from medaudit.detectors.conditions import Condition, conditions
from medaudit.engine.duckdb import DuckEngine


@dataclass(frozen=True)
class Scope:
    """Where a query stands: the engine, the parameters' values, and the CTEs it may read, in order."""

    engine: DuckEngine
    params: Mapping[str, Any]
    ctes: tuple[tuple[str, exp.Query], ...] = ()

    def inside(self, query: exp.Query) -> Scope:
        """The scope of the query's own SELECT: its WITH is read as well."""
        own = tuple((cte.alias, cte.this) for cte in query.ctes)
        return Scope(self.engine, self.params, (*self.ctes, *own))

    def behind(self, source: exp.Expr) -> tuple[exp.Query, Scope] | None:
        """The query behind a CTE or a subquery, None for a fact or table."""
        if isinstance(source, exp.Subquery):
            return source.this, self
        for place in reversed(range(len(self.ctes))):
            name, query = self.ctes[place]
            if name == source.name:
                return query, Scope(self.engine, self.params, self.ctes[:place])
        return None

    def table(self, source: exp.Expr) -> str:
        """The fact or table that a source reads first, through the CTEs and subqueries between."""
        behind = self.behind(source)
        first = behind[0].find(exp.Table) if behind else None
        return behind[1].table(first) if behind and first else source.name

    def rows(self, select: str) -> list[dict[str, Any]]:
        """The rows of a SELECT over facts, tables and the CTEs of this scope."""
        cursor = self.engine.run(self._with(select), self.params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def columns(self, source: exp.Expr) -> list[str]:
        """The columns of a source."""
        cursor = self.engine.run(self._with(f"SELECT * FROM {sql(source)} LIMIT 0"), self.params)
        return [column[0] for column in cursor.description or ()]

    def _with(self, select: str) -> str:
        told = ",\n".join(f'"{name}" AS ({sql(query)})' for name, query in self.ctes)
        return f"WITH {told}\n{select}" if told else select


@dataclass
class Source:
    """One relation of a FROM: its alias, how it is joined (inner, left or other) and its columns."""

    alias: str
    node: exp.Expr
    how: str
    on: exp.Expr | None
    columns: list[str]

    @property
    def name(self) -> str:
        """The name of the CTE, fact or table; "" for a subquery."""
        return self.node.name if isinstance(self.node, exp.Table) else ""


@dataclass
class Anatomy:
    """A SELECT: its sources by alias, its outputs by name and in order, its conditions."""

    select: exp.Select
    scope: Scope
    sources: dict[str, Source] = field(default_factory=dict)
    outputs: dict[str, exp.Expr] = field(default_factory=dict)
    where: Sequence[Condition] = ()
    having: Sequence[Condition] = ()

    @property
    def is_grouped(self) -> bool:
        return bool(self.select.args.get("group") or self.having)

    @property
    def from_sql(self) -> str:
        """FROM and the joins as they were written."""
        parts = [sql(self.select.args["from_"]), *map(sql, self.select.args.get("joins") or ())]
        return " ".join(parts)

    def columns_in(self, node: exp.Expr) -> list[exp.Column]:
        """The columns of this SELECT's own sources in an expression, each once; subqueries' own left out."""
        found: dict[tuple[str, str], exp.Column] = {}
        for column in node.find_all(exp.Column, bfs=False):
            alias = self._alias(column)
            if alias:
                found.setdefault((alias, column.name), column)
        return list(found.values())

    def stands_on(self, node: exp.Expr) -> set[str]:
        """The aliases of the sources an expression is computed from."""
        return {alias for column in node.find_all(exp.Column) if (alias := self._alias(column))}

    def _alias(self, column: exp.Column) -> str:
        inner = column.parent_select
        if inner is not None and inner is not self.select:
            own = {one.alias_or_name for one in inner.find_all(exp.Table, exp.Subquery)}
            return column.table if column.table in self.sources.keys() - own else ""
        if column.table:
            return column.table if column.table in self.sources else ""
        return next((s.alias for s in self.sources.values() if column.name in s.columns), "")


def dissect(select: exp.Select, scope: Scope, deciding: bool = False) -> Anatomy:
    """Take a SELECT apart; it must have a FROM. deciding: it is the rule's last."""
    found = Anatomy(
        select,
        scope,
        where=conditions(select.args.get("where"), deciding),
        having=conditions(select.args.get("having"), deciding),
    )
    joined = [(select.args["from_"].this, "inner", None)]
    for join in select.args.get("joins") or ():
        how = {"": "inner", "LEFT": "left"}.get(join.side, "other")
        joined.append((join.this, how, join.args.get("on")))
    for node, how, on in joined:
        found.sources[node.alias_or_name] = Source(
            node.alias_or_name, node, how, on, scope.columns(node)
        )
    found.outputs = dict(_outputs(select.expressions, found.sources))
    return found


def _outputs(
    projections: Iterable[exp.Expr], sources: Mapping[str, Source]
) -> Iterable[tuple[str, exp.Expr]]:
    for node in projections:
        if not node.is_star:
            yield node.alias_or_name, node.unalias()
            continue
        table = node.table if isinstance(node, exp.Column) else ""
        for source in sources.values():
            if table in ("", source.alias):
                for name in source.columns:
                    yield name, exp.column(name, table=source.alias)


def sql(node: exp.Expr) -> str:
    """An expression as DuckDB reads it."""
    return node.sql("duckdb", comments=False)
