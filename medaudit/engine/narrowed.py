"""As much of a part of a query as the rest of it needs: those of its columns that are named, and its rows that no condition drops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from medaudit.engine.scopes import Shape, conjuncts, sources


def narrowed(alias: str, sql: str, shape: Shape, readers: Sequence[exp.Expr]) -> tuple[str, Shape]:
    """The SELECT `sql` of a part and its shape, with what is needed only. readers: the queries that may read `alias`."""
    read = [table for one in readers for table in one.find_all(exp.Table) if table.name == alias]
    used = {name.lower() for table in read for name in _used(table, shape)} | {shape.owner}
    columns = {name: told for name, told in shape.columns.items() if name.lower() in used}
    where = [*_conditions(read[0])] if len(read) == 1 else []
    if not where and len(columns) == len(shape.columns):
        return sql, shape
    told = exp.select(*(exp.column(name, quoted=True) for name in columns)).sql("duckdb")
    kept = f" WHERE {exp.and_(*where).sql('duckdb')}" if where else ""
    return f"{told} FROM ({sql}) AS part{kept}", replace(shape, columns=columns)


def _used(table: exp.Table, shape: Shape) -> Iterable[str]:
    """The columns of a table that the SELECT around it may name; all of them where it says `*`."""
    select = table.find_ancestor(exp.Select)
    if select is None or any(one.is_star for one in select.expressions):
        return shape.columns
    of = ("", table.alias_or_name.lower())
    return {one.name for one in select.find_all(exp.Column) if one.table.lower() in of}


def _conditions(table: exp.Table) -> Iterator[exp.Expr]:
    """What the SELECT around a table demands of its rows alone."""
    select = table.find_ancestor(exp.Select)
    if select is None or not select.args.get("where"):
        return
    sides = {source: side for source, side, _ in sources(select)}
    if sides.get(table) or set(sides.values()) - {"", "LEFT"}:
        return
    for condition in conjuncts(select.args["where"].this):
        columns = [*condition.find_all(exp.Column)]
        alone = columns and all(one.table == table.alias_or_name for one in columns)
        if alone and not condition.find(exp.Query, exp.AggFunc, exp.Window):
            yield condition.copy().transform(_without_table)


def _without_table(node: exp.Expr) -> exp.Expr:
    return exp.column(node.name, quoted=True) if isinstance(node, exp.Column) else node
