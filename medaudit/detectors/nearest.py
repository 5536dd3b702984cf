"""The rows that came nearest to meeting some conditions, with each condition's verdict and the values in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from medaudit.detectors.anatomy import Anatomy, sql
from medaudit.detectors.conditions import Condition
from medaudit.engine.duckdb import quoted

SHOWN = 3
# What tells one row from another, by the ending of its name.
_HEADS = ("feedetl_sn", "item_name", "drug_name", "setl_id", "day", "occurred_on")


@dataclass(frozen=True)
class Checked:
    """A condition put to one row: whether it holds (None: unknown) and the values in it, by name."""

    condition: Condition
    holds: bool | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Near:
    """A row that did not get through: what tells it from others, and every condition put to it.

    `alike` counts the rows to which all conditions say the same with the same values, itself among them;
    where such values are more than SHOWN, whatever the values.
    """

    heads: Mapping[str, Any]
    checks: Sequence[Checked]
    alike: int = 1


@dataclass(frozen=True)
class Trial:
    """Rows of a SELECT to try conditions on.

    from_sql: its FROM, or part of it; aliases: the sources in that; picked: SQL that must hold of a row
    to be tried; given: SQL of what all rows share; grouped: the conditions are on groups (HAVING).
    """

    anatomy: Anatomy
    from_sql: str
    aliases: set[str]
    picked: Sequence[str]
    given: set[str]
    grouped: bool = False


def nearest(trial: Trial, asked: Sequence[Condition]) -> tuple[list[Near], int]:
    """The SHOWN rows that meet most of the conditions, and how many different rows were tried."""
    heads = {} if trial.grouped else _heads(trial)
    values = [_values(trial, condition) for condition in asked]
    parts = [f"{text} AS h{i}" for i, text in enumerate(heads.values())]
    for i, condition in enumerate(asked):
        parts.append(f"CAST({condition.sql} AS BOOLEAN) AS c{i}")
        parts += [f"{text} AS c{i}v{j}" for j, text in enumerate(values[i].values())]
    group = trial.anatomy.select.args.get("group") if trial.grouped else None
    tried = (
        f"SELECT DISTINCT {', '.join(parts) or '1 AS one'} {trial.from_sql}{where(trial.picked)} "
        f"{sql(group) if group else ''}"
    )
    met = " + ".join(f"CAST(coalesce(c{i}, FALSE) AS INTEGER)" for i in range(len(asked))) or "1"
    same = _order(parts[len(heads) :])
    said = ", ".join(f"c{i}" for i in range(len(asked))) or "1"
    places = _order(parts)
    rows = trial.anatomy.scope.rows(
        f"SELECT *, CASE WHEN kinds_ > {SHOWN} THEN all_ ELSE same_ END AS alike_ FROM ("
        f"SELECT *, count(*) OVER (PARTITION BY {said}) AS kinds_, sum(same_) OVER (PARTITION BY {said}) AS all_, "
        f"row_number() OVER (PARTITION BY {said} ORDER BY {places}) AS kind_ FROM ("
        f"SELECT *, count(*) OVER () AS rows_, count(*) OVER (PARTITION BY {same}) AS same_, "
        f"row_number() OVER (PARTITION BY {same} ORDER BY {_order(parts)}) AS place_ FROM ({tried}) n) m "
        f"WHERE place_ = 1) k WHERE kinds_ <= {SHOWN} OR kind_ = 1 ORDER BY {met} DESC, {places} LIMIT {SHOWN}"
    )
    params = trial.anatomy.scope.params
    near = []
    for row in rows:
        checks = []
        for i, condition in enumerate(asked):
            told = {name: row[f"c{i}v{j}"] for j, name in enumerate(values[i])}
            told |= {name: params[name] for name in condition.parameters}
            checks.append(Checked(condition, row[f"c{i}"], told))
        near.append(
            Near({name: row[f"h{i}"] for i, name in enumerate(heads)}, checks, int(row["alike_"]))
        )
    return near, rows[0]["rows_"] if rows else 0


def _order(parts: Sequence[str]) -> str:
    return ", ".join(part.rpartition(" AS ")[2] for part in parts) or "1"


def _heads(trial: Trial) -> dict[str, str]:
    """Name → SQL: ids, names and days among the outputs; of an ending they lack, among the sources."""
    anatomy = trial.anatomy
    own = {name: sql(node) for name, node in anatomy.outputs.items() if _stands(trial, node)}
    behind = {
        name: sql(exp.column(name, table=alias))
        for alias in anatomy.sources
        if alias in trial.aliases
        for name in anatomy.sources[alias].columns
    }
    found: dict[str, str] = {}
    for ending in _HEADS:
        for names in (own, behind):
            told = {
                n: text
                for n, text in names.items()
                if n.endswith(ending) and text not in trial.given
            }
            if told:
                found |= told if names is own else dict([next(iter(told.items()))])
                break
    return found


def _stands(trial: Trial, node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and trial.anatomy.stands_on(node) <= trial.aliases


def _values(trial: Trial, condition: Condition) -> dict[str, str]:
    """Name → SQL of what a condition looks at; a name is qualified where two sources share it."""
    if trial.grouped:
        called = {sql(node): name for name, node in trial.anatomy.outputs.items()}
        sums = [sql(node) for node in condition.node.find_all(exp.AggFunc, bfs=False)]
        return {called.get(text, text.lower()): text for text in sums}
    columns = trial.anatomy.columns_in(condition.node)
    names = [column.name for column in columns]
    return {(sql(c) if names.count(c.name) > 1 else c.name): sql(c) for c in columns}


def among(node: exp.Expr, values: Sequence[Any]) -> str:
    """SQL: the expression is one of the values."""
    return f"{sql(node)} IN ({', '.join(map(literal, values)) or 'NULL'})"


def where(conditions: Sequence[str]) -> str:
    """A WHERE of all the conditions, "" for none."""
    return " WHERE " + " AND ".join(f"({text})" for text in conditions) if conditions else ""


def literal(value: Any) -> str:
    """A value that came from the engine, as SQL."""
    if isinstance(value, (bool, int, float, Decimal)):
        return str(value)
    if isinstance(value, dt.datetime):
        return f"TIMESTAMP {quoted(value)}"
    return f"DATE {quoted(value)}" if isinstance(value, dt.date) else quoted(value)
