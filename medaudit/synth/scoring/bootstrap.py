"""How far the figures could lie from those of another county: 95 % intervals by resampling entities.

Every entity counts a Poisson(1) number of times, which for many entities is the bootstrap. Entities that
are alike are drawn together: n of them count Poisson(n) times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medaudit.synth.scoring.ladder import Ladder, Places, Steps, best_of

SEED = 20_250_101
TIMES_SHARE = 1_000
TIMES_LADDER = 200
RUNGS = 4_000  # of an order that is resampled: more only take time
_ENDS = (2.5, 97.5)
_UNMET = 0.025

Interval = tuple[float, float]
Weights = NDArray[np.uint8]


@dataclass(frozen=True)
class Share:
    """`good` of `good + bad`; the interval is None where nothing stands behind it."""

    good: int
    bad: int
    interval: Interval | None = None

    @property
    def of(self) -> int:
        return self.good + self.bad

    @property
    def value(self) -> float | None:
        return self.good / self.of if self.of else None


def share(good: ArrayLike, bad: ArrayLike, entities: ArrayLike) -> Share:
    """The share of good ones, from entities that have so many good and bad each (`entities` alike a row).

    The interval is the wider of those by entity and by single thing: few entities that happen to agree
    are no certainty.
    """
    good, bad, times = (np.asarray(one, dtype=np.int64) for one in (good, bad, entities))
    told = Share(int(good @ times), int(bad @ times))
    if not told.of:
        return told
    if not (told.good and told.bad):
        # Resampling knows nothing of what it never met: the exact bound of the binomial, by entity.
        met = int(times[good + bad > 0].sum())
        edge = 1 - _UNMET ** (1 / met)
        return Share(told.good, told.bad, (1 - edge, 1.0) if told.good else (0.0, edge))
    one, zero = np.array([1, 0]), np.array([0, 1])
    ends = [_drawn(good, bad, times), _drawn(one, zero, np.array([told.good, told.bad]))]
    return Share(told.good, told.bad, (min(low for low, _ in ends), max(high for _, high in ends)))


def _drawn(good: Places, bad: Places, times: Places) -> Interval:
    drawn = np.random.default_rng(SEED).poisson(times, (TIMES_SHARE, len(times)))
    goods, bads = drawn @ good, drawn @ bad
    some = goods + bads > 0
    return _interval(goods[some] / (goods + bads)[some])


def weights(responsible: int) -> Weights:
    """How often each responsible case counts, a row a time: the same for every order of one list."""
    drawn = np.random.default_rng(SEED).poisson(1.0, (TIMES_LADDER, responsible))
    return drawn.astype(np.uint8)


def of_ladder(
    order: Ladder, measures: Mapping[str, Callable[[Steps, Steps], float | None]], times: Weights
) -> dict[str, Interval | None]:
    """The interval of each measure of (this order, the best possible order) over resampled cases."""
    if len(order.rung) < 2:
        return dict.fromkeys(measures)
    rng = np.random.default_rng(SEED + 1)
    found: dict[str, list[float]] = {name: [] for name in measures}
    rungs, ideal = order.coarse(RUNGS), best_of(order).coarse(RUNGS)
    for row in times:
        weight = row.astype(float)
        if not weight.any():
            continue
        others = rng.poisson(rungs.others).astype(float)
        beyond = np.zeros(len(ideal.others))
        beyond[-1] = others.sum()
        steps, top = rungs.weighted(weight, others), ideal.weighted(weight, beyond)
        for name, measure in measures.items():
            value = measure(steps, top)
            if value is not None:
                found[name].append(value)
    return {name: _interval(values) if values else None for name, values in found.items()}


def _interval(values: ArrayLike) -> Interval:
    low, high = np.percentile(np.asarray(values, dtype=float), _ENDS)
    return float(low), float(high)
