"""A query cut into what falls apart by person and what does not: the first is asked of a few people, the rest of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from medaudit.engine import portable
from medaudit.engine.apart import Together, shape_of, shape_together
from medaudit.engine.narrowed import narrowed
from medaudit.engine.scopes import Shape


@dataclass(frozen=True)
class Piece:
    """A part of a query that falls apart by person: the name it has in it, its SELECT, and its shape."""

    alias: str
    sql: str
    shape: Shape
    reads: frozenset[str]


@dataclass(frozen=True)
class Cut:
    """A query in pieces. reads: the tables it reads. apart: whether it falls apart as a whole. rest: what is left to be asked of
    everybody once the pieces are kept, "" where there are none. why: what holds it together."""

    shape: Shape
    reads: frozenset[str]
    apart: bool
    pieces: tuple[Piece, ...] = ()
    rest: str = ""
    why: str = ""


def cut(sql: str, tables: Mapping[str, Shape], name: str) -> Cut | None:
    """Cut a SELECT; its pieces are to be kept as `name`__alias. tables: the shapes of what it may read; None where it reads others."""
    query = portable.parse(sql)
    reads = frozenset(portable.tables_in(query))
    if not reads <= tables.keys():
        return None
    try:
        shape = shape_of(query, tables)
        if not shape.of_people or shape.owner:
            return Cut(shape, reads, shape.of_people)
        raise Together("no column says whose a row is")
    except Together as error:
        why = str(error)
    loose = shape_together(query, tables)
    lifted = _lifted(query)
    pieces = _pieces(lifted, tables, name)
    rest = lifted.sql("duckdb") if pieces else ""
    return Cut(loose, reads, False, tuple(pieces), rest, why)


def _lifted(query: exp.Query) -> exp.Query:
    """The query with the WITH of a query inside its FROM brought to the top."""
    source = query.args["from_"].this if query.args.get("from_") else None
    if query.args.get("with_") or not isinstance(source, exp.Subquery):
        return query
    inner = source.this
    if inner.args.get("with_"):
        query.set("with_", inner.args["with_"].pop())
    return query


def _pieces(query: exp.Query, tables: Mapping[str, Shape], name: str) -> list[Piece]:
    """Take the pieces out of a query: those of its CTEs which fall apart and are read by what does not."""
    ctes = query.args["with_"].expressions if query.args.get("with_") else []
    known, apart, texts = dict(tables), {}, {}
    for cte in ctes:
        try:
            if cte.args["alias"].columns:
                raise Together("its columns have other names")
            shape = shape_of(cte.this, known, inner=True)
        except Together:
            known[cte.alias] = Shape({}, True, together=True)
            continue
        known[cte.alias] = shape
        texts[cte.alias] = cte
        if shape.of_people and shape.owner:
            apart[cte.alias] = shape
    together = [cte for cte in ctes if cte.alias not in texts]
    read = {
        table.name
        for one in (*(c.this for c in together), _body(query))
        for table in one.find_all(exp.Table)
    }
    wanted = [alias for alias in apart if alias in read and _is_work(texts[alias].this)]
    pieces = []
    for alias in wanted:
        others = [cte.this for cte in ctes if cte.alias != alias]
        alone, shape = narrowed(
            alias, _alone(alias, texts, wanted, name), apart[alias], [*others, _body(query)]
        )
        reads = frozenset(portable.tables_in(portable.parse(alone)))
        pieces.append(Piece(alias, alone, shape, reads))
    for cte in list(ctes):
        if cte.alias in wanted:
            cte.set("this", _read_from(f"{name}__{cte.alias}"))
    return pieces


def _body(query: exp.Query) -> exp.Expr:
    body = query.copy()
    body.set("with_", None)
    return body


def _is_work(query: exp.Expr) -> bool:
    """Whether a SELECT does more than rename columns."""
    parts = ("joins", "where", "group", "distinct")
    return not isinstance(query, exp.Select) or any(query.args.get(part) for part in parts)


def _alone(alias: str, texts: Mapping[str, exp.Expr], wanted: list[str], name: str) -> str:
    """A CTE as a statement of its own, with the CTEs it reads; of other pieces it reads what is kept of them."""
    needed: list[str] = []

    def want(one: str) -> None:
        for table in texts[one].this.find_all(exp.Table):
            if table.name in texts and table.name not in needed and table.name != one:
                if table.name not in wanted:
                    want(table.name)
                needed.append(table.name)

    want(alias)
    order = [one for one in texts if one in needed]
    told = [
        f"{one} AS ({_read_from(f'{name}__{one}').sql('duckdb') if one in wanted else texts[one].this.sql('duckdb')})"
        for one in order
    ]
    body = texts[alias].this.sql("duckdb")
    return f"WITH {', '.join(told)} {body}" if told else body


def _read_from(name: str) -> exp.Select:
    return exp.select("*").from_(exp.Table(this=exp.to_identifier(name, quoted=True)))
