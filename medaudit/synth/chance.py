"""Random streams that do not depend on one another: the same seed gives the same county whatever else is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
Column = Any  # an array, a series or a list


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for what `names` say, e.g. stream(seed, "people", town)."""
    return np.random.default_rng(
        [seed, *(crc32(name.encode()) if isinstance(name, str) else name + 1 for name in names)]
    )


def whole(rng: np.random.Generator, expected: Numbers | float, size: int | None = None) -> Numbers:
    """Whole numbers with these means: the integer part, and one more with the chance of the rest."""
    means = np.broadcast_to(np.asarray(expected, dtype=float), size or np.shape(expected))
    return np.asarray(np.floor(means + rng.random(means.shape)), dtype=np.int64)


def pick(rng: np.random.Generator, weights: Sequence[float] | Numbers, size: int) -> Numbers:
    """`size` positions in `weights`, each as likely as its weight."""
    steps = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(steps, rng.random(size) * steps[-1], side="right")


def repeated(counts: Column) -> tuple[Numbers, Numbers]:
    """For `counts` rows each: the position of the row, and how many of it went before (0, 1, …)."""
    counts = np.asarray(counts, dtype=np.int64)
    at = np.repeat(np.arange(len(counts)), counts)
    return at, np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)


def some(rng: np.random.Generator, rows: Numbers, number: int) -> Numbers:
    """At most `number` of `rows`, without repetition, in rising order."""
    return np.sort(rng.permutation(np.array(rows))[:number])
