"""Where the rows of a subject were lost on their way through a rule: followed back condition by condition.

The last SELECT is tried for the subject without its WHERE: rows that come out of its FROM fail some
condition, and the nearest are shown. Where none come out, its joins are walked from the source that
carries the subject, and what the lost join asked for is looked for in the CTE behind it, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from medaudit.detectors.anatomy import Anatomy, Scope, Source, dissect, sql
from medaudit.detectors.conditions import Condition, branches, conditions
from medaudit.detectors.nearest import Near, Trial, among, nearest, where
from medaudit.language import say

MOST_KEYS = 200  # values of a key that are followed


@dataclass(frozen=True)
class Key:
    """What was looked for in a fact or table: its column, where the values come from, and the values."""

    column: str
    origin: str
    values: Sequence[Any]


@dataclass(frozen=True)
class Loss:
    """One place where rows were lost.

    Either `near` holds the nearest of `rows` rows that failed a condition, or `missing` is the fact or
    table in which nothing was found for `keys` (a key without values was blank). `within` is the CTE
    this happened in ("" for the rule's last SELECT), `words` what the lost join is for, if it says so.
    """

    within: str
    near: Sequence[Near] = ()
    rows: int = 0
    missing: str = ""
    keys: Sequence[Key] = ()
    words: str = ""


def trace(
    query: exp.Query, scope: Scope, wanted: Mapping[str, Sequence[Any]], within: str = ""
) -> list[Loss]:
    """Where the rows with the `wanted` values (by output column) were lost, branch by branch of a UNION."""
    inner = scope.inside(query)
    found: list[Loss] = []
    names: list[str] = []
    for select in branches(query):
        if not select.args.get("from_"):
            continue
        anatomy = dissect(select, inner, deciding=not within)
        own = list(anatomy.outputs)
        names = names or own  # a UNION's columns are named by its first branch and matched by place
        picked = [
            (anatomy.outputs[own[names.index(name)]], values)
            for name, values in wanted.items()
            if name in names
        ]
        filters = [(node, v) for node, v in picked if not node.find(exp.AggFunc, exp.Window)]
        if not wanted or (filters and all(anatomy.stands_on(node) for node, _ in filters)):
            found += _Walk(anatomy, filters, within).losses()
    # A row that nearly got through says more than a table that has none.
    return sorted(found, key=lambda loss: not loss.near)


class _Walk:
    """The search in one SELECT for the rows that the filters (expression, values) pick."""

    def __init__(
        self, anatomy: Anatomy, filters: list[tuple[exp.Expr, Sequence[Any]]], within: str
    ) -> None:
        self.anatomy = anatomy
        self.filters = filters
        self.within = within

    def losses(self) -> list[Loss]:
        every = set(self.anatomy.sources)
        picked = list(self._picked(every))
        loss = self._near(self.anatomy.from_sql, every, picked, self.anatomy.where)
        if loss is None:
            return self._lost_on_the_way()
        if self.anatomy.having and all(check.holds for check in loss.near[0].checks):
            picked += [c.sql for c in self.anatomy.where]
            loss = self._near(self.anatomy.from_sql, every, picked, self.anatomy.having, True)
        failed = loss and not all(check.holds for check in loss.near[0].checks)
        return [loss] if loss and failed else []

    def _lost_on_the_way(self) -> list[Loss]:
        """Add one source after the other, from the one that carries the subject, until no row is left."""
        sources = self.anatomy.sources
        first = self._carrier()
        chain, on = [first], list(self._picked({first.alias}))
        if not self._any(chain, on):
            told = [(n, v) for n, v in self.filters if self.anatomy.stands_on(n) == {first.alias}]
            return self._behind(first, [Key(n.name, n.name, v) for n, v in told if n.name], "")
        pool = [c for s in sources.values() if s.how != "left" for c in conditions(s.on)]
        while len(chain) < len(sources):
            after = self._next({source.alias for source in chain}, pool)
            there = {source.alias for source in (*chain, after)}
            asked = [c for c in pool if self.anatomy.stands_on(c.node) <= there]
            pool = [c for c in pool if c not in asked]
            narrowed = [*self._picked(there), *(c.sql for c in asked)]
            if not self._any([*chain, after], [*on, *narrowed]):
                return self._lost_at(chain, on, after, asked)
            chain, on = [*chain, after], [*on, *narrowed]
        return []

    def _picked(self, aliases: set[str]) -> Iterator[str]:
        """The filters that can be put once these sources are there."""
        for node, values in self.filters:
            if self.anatomy.stands_on(node) <= aliases:
                yield among(node, values)

    def _carrier(self) -> Source:
        """The source that a filter stands on: it knows the subject."""
        for node, _ in self.filters:
            on = self.anatomy.stands_on(node)
            if len(on) == 1:
                return self.anatomy.sources[on.pop()]
        return next(iter(self.anatomy.sources.values()))

    def _next(self, here: set[str], pool: Sequence[Condition]) -> Source:
        """A LEFT JOIN that can stand, else a source tied to those here by an equality, else any."""
        rest = [s for s in self.anatomy.sources.values() if s.alias not in here]
        inner = [source for source in rest if source.how != "left"]
        for source in rest:
            if source not in inner and self._tied(source.on) - {source.alias} <= here:
                return source
        equalities = [self._tied(c.node) for c in pool if isinstance(c.node, exp.EQ)]
        for source in inner:
            if any(
                source.alias in on and on & here and on <= {*here, source.alias}
                for on in equalities
            ):
                return source
        return (inner or rest)[0]

    def _tied(self, node: exp.Expr | None) -> set[str]:
        return self.anatomy.stands_on(node) if node else set()

    def _lost_at(
        self, chain: list[Source], on: list[str], lost: Source, asked: list[Condition]
    ) -> list[Loss]:
        """What the join that lost the last row asked for: its other conditions, or keys not to be found."""
        words = next((c.words for c in asked if c.words), "")
        pairs = {i: pair for i, c in enumerate(asked) if (pair := self._equality(c, lost))}
        if not pairs and asked and self._any([lost], []):
            return [self._unmatched(chain, on, lost, asked)]
        keys = self._keys(chain, on, list(pairs.values()))
        if not all(key.values for key in keys):
            return [Loss(self.within, missing=lost.name, keys=keys, words=words)]
        met = [c.sql for i, c in enumerate(asked) if i in pairs]
        rest = [c for i, c in enumerate(asked) if i not in pairs]
        both = [*chain, lost]
        near = self._near(self._from(both), {s.alias for s in both}, [*on, *met], rest)
        return [near] if near else self._behind(lost, keys, words)

    def _unmatched(
        self, chain: list[Source], on: list[str], lost: Source, asked: list[Condition]
    ) -> Loss:
        """A join without an equality, as with a list of prefixes: any of its rows is as near as another."""
        columns = [
            (column.name, column)
            for condition in asked
            for column in self.anatomy.columns_in(condition.node)
            if self._tied(column) != {lost.alias}
        ]
        words = say("、", ", ").join(condition.text for condition in asked)
        table = self.anatomy.scope.table(lost.node)
        return Loss(self.within, missing=table, keys=self._keys(chain, on, columns), words=words)

    def _keys(
        self, chain: list[Source], on: list[str], pairs: Sequence[tuple[str, exp.Expr]]
    ) -> list[Key]:
        """The values that the lost source's columns had to equal."""
        if not pairs:
            return []
        parts = ", ".join(f"{sql(node)} AS k{i}" for i, (_, node) in enumerate(pairs))
        rows = self.anatomy.scope.rows(
            f"SELECT DISTINCT {parts} {self._from(chain)}{where(on)} ORDER BY ALL LIMIT {MOST_KEYS}"
        )
        keys = []
        for i, (column, node) in enumerate(pairs):
            values = dict.fromkeys(row[f"k{i}"] for row in rows)
            origin = node.name if isinstance(node, exp.Column) else sql(node)
            keys.append(Key(column, origin, [v for v in values if v is not None]))
        return keys

    def _equality(self, condition: Condition, source: Source) -> tuple[str, exp.Expr] | None:
        """The source's column and the expression over other sources that a condition makes equal."""
        node = condition.node.unnest()
        if isinstance(node, exp.EQ):
            for mine, other in ((node.left, node.right), (node.right, node.left)):
                here, there = self._tied(mine), self._tied(other)
                if (
                    isinstance(mine, exp.Column)
                    and here == {source.alias}
                    and there - here == there
                ):
                    return (mine.name, other) if there else None
        return None

    def _behind(self, source: Source, keys: Sequence[Key], words: str) -> list[Loss]:
        """What became of the wanted rows in the query behind a source, if there is one."""
        behind = self.anatomy.scope.behind(source.node)
        wanted = {key.column: key.values for key in keys}
        found = trace(*behind, wanted, source.name or self.within) if behind else []
        return found or [Loss(self.within, missing=source.name, keys=keys, words=words)]

    def _from(self, chain: Sequence[Source]) -> str:
        parts = [f"FROM {sql(chain[0].node)}"]
        for source in chain[1:]:
            joined = source.how == "left" and source.on is not None
            on = f" ON {sql(source.on)}" if joined and source.on is not None else ""
            parts.append(f"{'LEFT' if joined else 'CROSS'} JOIN {sql(source.node)}{on}")
        return " ".join(parts)

    def _any(self, chain: Sequence[Source], on: Sequence[str]) -> bool:
        return bool(self.anatomy.scope.rows(f"SELECT 1 {self._from(chain)}{where(on)} LIMIT 1"))

    def _near(
        self,
        from_sql: str,
        aliases: set[str],
        picked: Sequence[str],
        asked: Sequence[Condition],
        grouped: bool = False,
    ) -> Loss | None:
        given = {sql(node) for node, values in self.filters if len(values) == 1}
        trial = Trial(self.anatomy, from_sql, aliases, picked, given, grouped)
        near, rows = nearest(trial, asked)
        return Loss(self.within, near=near, rows=rows) if near else None
