"""What the list of one kind of subject is worth: as probabilities, and as an order to work through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medaudit.synth.scoring import orders
from medaudit.synth.scoring.against import Against
from medaudit.synth.scoring.bootstrap import Interval, Share, Weights, of_ladder, share, weights
from medaudit.synth.scoring.ladder import Ladder, Numbers, Steps, Truth, best_of, ladder

if TYPE_CHECKING:
    import pandas as pd

# Bands of probability; those no finding names have 0 and a band of their own.
BANDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
WORKLOADS = (0.5, 0.8, 0.9)
POINTS = 160  # of a curve

Measured = dict[str, float | None]


@dataclass(frozen=True)
class Order:
    """One order of a list. values and intervals by measure: average_precision, lift, precision_at_K (by
    probability, for the other orders by their score), yuan_at_K, cases_for_50 …, area (under the workload
    curve, 1 for the best possible order). curve: cases opened → share of the yuan found."""

    name: str
    values: Measured
    intervals: dict[str, Interval | None]
    curve: list[tuple[float, float]]


@dataclass(frozen=True)
class Band:
    """Subjects with a probability above `low` up to `high`: how many, what was said and what was so."""

    low: float
    high: float
    cases: int
    said: float
    so: Share


@dataclass(frozen=True)
class Listed:
    """What the list of one kind is worth. brier: of the probabilities, and of saying the base rate to all.
    size, size_named: Spearman's correlation of probability with settlements, of all and of those named."""

    kind: str
    cases: int
    responsible: int
    yuan: float
    named: int
    orders: tuple[Order, ...]
    bands: tuple[Band, ...]
    brier: float
    brier_base: float
    expected: float
    size: float | None
    size_named: float | None

    def order(self, name: str) -> Order:
        return next(one for one in self.orders if one.name == name)


def listed(both: Against, kind: str, ks: Sequence[int]) -> Listed | None:
    """The worth of one list; None where nobody of this kind is responsible."""
    subjects = orders.cases(both, kind)
    so: Truth = subjects["responsible"].to_numpy(dtype=bool)
    if not so.any():
        return None
    yuan: Numbers = subjects["yuan"].to_numpy(dtype=float)
    said: Numbers = subjects["probability"].to_numpy(dtype=float)
    by_rank = ladder(-subjects["rank"].fillna(np.inf).to_numpy(dtype=float), so, yuan)
    times = weights(int(so.sum()))
    made = [_order(orders.OURS, ladder(said, so, yuan), by_rank, ks, times)]
    made.append(_order(orders.BEST, best_of(by_rank), best_of(by_rank), ks, times))
    for name, score in orders.beside(subjects):
        rungs = ladder(score, so, yuan)
        made.append(_order(name, rungs, rungs, ks, times))
    base = float(so.mean())
    named = said > 0
    size = subjects["settlements"]
    return Listed(
        kind,
        len(subjects),
        int(so.sum()),
        float(yuan.sum()),
        int(named.sum()),
        tuple(made),
        tuple(_bands(said, so)),
        float(np.mean((said - so) ** 2)),
        base * (1 - base),
        float(said.sum()),
        _spearman(subjects["probability"], size),
        _spearman(subjects.loc[named, "probability"], size[named]),
    )


def _order(
    name: str, by_score: Ladder, by_rank: Ladder, ks: Sequence[int], times: Weights
) -> Order:
    values: Measured = {}
    intervals: dict[str, Interval | None] = {}
    for rungs, measures in ((by_score, _of_score(ks)), (by_rank, _of_rank(ks))):
        steps, top = rungs.steps(), best_of(rungs).steps()
        values |= {key: measure(steps, top) for key, measure in measures.items()}
        intervals |= of_ladder(rungs, measures, times)
    return Order(name, values, intervals, _curve(by_rank.steps()))


Measure = Callable[[Steps, Steps], float | None]  # of an order and of the best possible one


def _of_score(ks: Sequence[int]) -> dict[str, Measure]:
    return {
        "average_precision": lambda steps, top: steps.average_precision,
        "lift": lambda steps, top: steps.average_precision / steps.base_rate,
        **{f"precision_at_{k}": _precision_at(k) for k in ks},
    }


def _of_rank(ks: Sequence[int]) -> dict[str, Measure]:
    return {
        **{f"yuan_at_{k}": _yuan_at(k) for k in ks},
        **{f"cases_for_{round(100 * part)}": _cases_for(part) for part in WORKLOADS},
        "area": lambda steps, top: steps.area / top.area if top.area else None,
    }


def _precision_at(k: int) -> Measure:
    return lambda steps, top: steps.precision_at(k)


def _yuan_at(k: int) -> Measure:
    return lambda steps, top: _part(steps, k)


def _cases_for(part: float) -> Measure:
    return lambda steps, top: steps.cases_for(part)


def _part(steps: Steps, k: int) -> float | None:
    there = k <= steps.cases.sum() and steps.yuan.sum() > 0
    return float(steps.yuan_at([k])[0]) if there else None


def _curve(steps: Steps) -> list[tuple[float, float]]:
    """The workload curve at whole numbers of cases, evenly spaced on a logarithmic scale."""
    cases = int(steps.cases.sum())
    ks = np.unique(np.geomspace(1, cases, min(cases, POINTS)).round())
    return list(zip(ks.tolist(), steps.yuan_at(ks).round(6).tolist(), strict=True))


def _bands(said: Numbers, so: Truth) -> list[Band]:
    place = np.searchsorted(BANDS, said)
    made = []
    for number in np.unique(place):
        its = place == number
        good, cases = int(so[its].sum()), int(its.sum())
        low = BANDS[number - 1] if number else 0.0
        made.append(
            Band(
                low,
                BANDS[number],
                cases,
                float(said[its].mean()),
                share([1, 0], [0, 1], [good, cases - good]),
            )
        )
    return made


def _spearman(one: pd.Series, other: pd.Series) -> float | None:
    if len(one) < 3 or one.nunique() < 2 or other.nunique() < 2:
        return None
    return float(one.rank().corr(other.rank()))
