"""Which rows of a table are not what they were in the base."""

from __future__ import annotations

from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted


def is_same(engine: DuckEngine, name: str, before: Path) -> bool:
    """Whether a table has the rows it had, in whatever order."""
    sums = "SELECT count(*), coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) FROM {} t"
    now = engine.rows(sums.format(f'"{name}"'))
    return now == engine.rows(sums.format(f"read_parquet({quoted(before)})"))


def show_other_rows(engine: DuckEngine, name: str, before: Path, shown: str) -> None:
    """Keep as `shown` the rows that came or went."""
    old = f"SELECT * FROM read_parquet({quoted(before)})"
    new = f'SELECT * FROM "{name}"'
    engine.keep(shown, f"({new} EXCEPT {old}) UNION ({old} EXCEPT {new})")


def keep_other_owners(
    engine: DuckEngine, name: str, owner: str, before: Path, known: str, shown: str
) -> int:
    """Keep as `shown` (key) the owners whose rows are not what they were, those in table `known` (key) left out; how many."""
    summed = "SELECT {0} AS key, count(*) AS n, sum(CAST(hash(t) AS HUGEINT)) AS h FROM {1} t WHERE {0} NOT IN (SELECT key FROM {2}) GROUP BY {0}"
    new = summed.format(f'"{owner}"', f'"{name}"', known)
    old = summed.format(f'"{owner}"', f"read_parquet({quoted(before)})", known)
    engine.keep(
        shown,
        f"SELECT coalesce(n.key, o.key) AS key FROM ({new}) n FULL JOIN ({old}) o ON o.key = n.key "
        "WHERE n.n IS DISTINCT FROM o.n OR n.h IS DISTINCT FROM o.h",
    )
    return int(engine.value(f"SELECT count(*) FROM {shown}"))
