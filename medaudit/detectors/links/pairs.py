"""Pairs of people that meet more often than chance makes them meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from medaudit.engine import Engine

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FALSE_SHARE = 0.05  # of the pairs kept, at most so many by chance (Benjamini and Hochberg, 1995)


@dataclass(frozen=True)
class Pairs:
    """Pairs of people as edges. people: their ids, in order; one, other: rows of it; met: days or episodes together;
    expected: how many chance makes of them."""

    people: pa.Array
    one: Rows
    other: Rows
    met: Numbers
    expected: Numbers

    def __len__(self) -> int:
        return len(self.one)

    def those(self, kept: Flags | Rows) -> Pairs:
        """Some of the pairs; the people stay."""
        return Pairs(
            self.people, self.one[kept], self.other[kept], self.met[kept], self.expected[kept]
        )


def read(engine: Engine, sql: str) -> Pairs:
    """Pairs from a SELECT of one, other, met and expected."""
    import pyarrow as pa
    import pyarrow.compute as pc

    batches = list(engine.batches(f"SELECT one, other, CAST(met AS DOUBLE) AS met, CAST(expected AS DOUBLE) AS expected FROM ({sql}) p ORDER BY one, other"))  # fmt: skip
    if not batches:
        nothing, nobody = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Pairs(pa.array([], pa.string()), nobody, nobody, nothing, nothing)
    table = pa.Table.from_batches(batches)
    one, other = (table.column(name).combine_chunks() for name in ("one", "other"))
    people = pc.unique(pa.concat_arrays([one, other]))
    people = people.take(pc.array_sort_indices(people))
    rows = [np.asarray(pc.index_in(column, people), dtype=np.int64) for column in (one, other)]
    met, expected = (
        np.asarray(table.column(name), dtype=np.float64) for name in ("met", "expected")
    )
    return Pairs(people, rows[0], rows[1], met, expected)


def joined(some: Pairs, more: Pairs) -> Pairs:
    """The pairs of both, who have none in common."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = pc.unique(pa.concat_arrays([some.people, more.people]))
    people = people.take(pc.array_sort_indices(people))
    rows = [np.asarray(pc.index_in(one.people, people), dtype=np.int64) for one in (some, more)]
    return Pairs(
        people,
        *(np.concatenate([at[getattr(p, end)] for at, p in zip(rows, (some, more), strict=True)]) for end in ("one", "other")),
        *(np.concatenate([getattr(p, what) for p in (some, more)]) for what in ("met", "expected")),
    )  # fmt: skip


def beyond_chance(pairs: Pairs, tested: int) -> Flags:
    """Which pairs met more often than a Poisson count of what is expected, among `tested` pairs: all that met
    at all, not only those that are candidates."""
    from scipy.stats import poisson

    return held(poisson.sf(pairs.met - 1, np.maximum(pairs.expected, 1e-12)), tested)


def held(p: Numbers, tested: int) -> Flags:
    """Which of these chances hold against FALSE_SHARE when `tested` were looked at (Benjamini and Hochberg, 1995)."""
    order = np.argsort(p, kind="stable")
    q = p[order] * max(tested, len(p)) / np.arange(1, len(p) + 1)
    low = np.empty(len(p), dtype=bool)
    low[order] = np.minimum.accumulate(q[::-1])[::-1] <= FALSE_SHARE
    return low
