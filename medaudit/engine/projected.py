"""The columns of a SELECT."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from medaudit.engine.scopes import Scope


def projected(query: exp.Select, scope: Scope) -> Iterator[tuple[str, exp.Expr]]:
    """The columns of a SELECT in their order: a name for each, which no other has, and what it is."""
    names: set[str] = set()
    for place, (name, one) in enumerate(_each(query, scope)):
        yield f"{name} {place}" if name in names else name, one
        names.add(name)


def _each(query: exp.Select, scope: Scope) -> Iterator[tuple[str, exp.Expr]]:
    for one in query.expressions:
        if one.is_star:
            for table in [one.table] if isinstance(one, exp.Column) else scope.sources:
                yield from ((c, exp.column(c, table=table)) for c in scope.sources[table].columns)
        else:
            yield one.alias_or_name, one.unalias()
