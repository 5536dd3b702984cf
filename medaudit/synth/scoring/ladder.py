"""An order of cases with ties, and what it is worth: every measure is the expectation over the tied cases' orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """Rungs from the best: cases on each, how many of them are responsible, and their yuan."""

    cases: Numbers
    hits: Numbers
    yuan: Numbers

    @property
    def base_rate(self) -> float:
        return _ratio(self.hits.sum(), self.cases.sum())

    @property
    def average_precision(self) -> float:
        """Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct scores, as scikit-learn has it."""
        met = self.hits > 0
        precision = np.cumsum(self.hits)[met] / np.cumsum(self.cases)[met]
        return _ratio((self.hits[met] * precision).sum(), self.hits.sum())

    def precision_at(self, k: int) -> float | None:
        """Share of responsible ones among the first `k`; None where there are fewer than `k` cases."""
        if not 0 < k <= self.cases.sum():
            return None
        return float(self._met(self.hits, [k])[0]) / k

    def yuan_at(self, ks: Sequence[float] | Numbers) -> Numbers:
        """Share of the yuan in the first k cases, for every k."""
        found: Numbers = self._met(self.yuan, ks) / max(float(self.yuan.sum()), 1e-9)
        return found

    def cases_for(self, share: float) -> int | None:
        """The fewest cases that are expected to hold this share of the yuan; None where there is none."""
        total = self.yuan.sum()
        if not total > 0:
            return None
        met = np.cumsum(self.yuan)
        wanted = share * total * (1 - 1e-12)
        rung = int(np.searchsorted(met, wanted))
        before = np.cumsum(self.cases)[rung] - self.cases[rung]
        part = (wanted - (met[rung] - self.yuan[rung])) / self.yuan[rung]
        return int(np.ceil(before + part * self.cases[rung] - 1e-6))

    @property
    def area(self) -> float:
        """Area under the share of the yuan over the share of the cases, both from 0 to 1."""
        met = np.cumsum(self.yuan)
        return _ratio((self.cases * (met - self.yuan / 2)).sum(), self.cases.sum() * met[-1])

    def _met(self, what: Numbers, ks: Sequence[float] | Numbers) -> Numbers:
        there = self.cases > 0
        opened = np.concatenate([[0.0], np.cumsum(self.cases[there])])
        met = np.concatenate([[0.0], np.cumsum(what[there])])
        found: Numbers = np.interp(np.asarray(ks), opened, met)
        return found


@dataclass(frozen=True)
class Ladder:
    """An order of cases as rungs: others on each rung, and for every responsible case its rung and its yuan.

    Cases between two scores that responsible ones have share a rung: no measure can tell them apart.
    """

    others: Places
    rung: Places
    yuan: Numbers

    def steps(self) -> Steps:
        return self.weighted(np.ones(len(self.rung)), self.others.astype(float))

    def coarse(self, most: int) -> Ladder:
        """About the same order on at most `most` rungs: those below the first half of them are joined evenly."""
        rungs, kept = len(self.others), most // 2
        if rungs <= most:
            return self
        below = np.arange(rungs - kept) * (most - kept) // (rungs - kept)
        new = np.concatenate([np.arange(kept), kept + below])
        others = np.zeros(most, dtype=np.int64)
        np.add.at(others, new, self.others)
        return Ladder(others, new[self.rung], self.yuan)

    def weighted(self, weight: Numbers, others: Numbers) -> Steps:
        """The rungs when every responsible case counts `weight` times and others are so many."""
        size = len(self.others)
        hits = np.bincount(self.rung, weight, size).astype(float)
        yuan = np.bincount(self.rung, weight * self.yuan, size).astype(float)
        return Steps(others + hits, hits, yuan)


def ladder(score: Numbers, responsible: Truth, yuan: Numbers) -> Ladder:
    """The order by `score`, highest first; equal scores are tied. One value a case in each argument."""
    known = np.unique(score[responsible])
    place = np.searchsorted(known, score)
    same = np.append(known, np.nan)[place] == score
    rung = 2 * (len(known) - place) - same
    others = np.bincount(rung[~responsible], minlength=2 * len(known) + 1)
    return Ladder(others, rung[responsible], yuan[responsible])


def best_of(order: Ladder) -> Ladder:
    """The best possible order of the same cases: the most yuan first. Its responsible cases are in the same sequence."""
    amounts, place = np.unique(order.yuan, return_inverse=True)
    others = np.zeros(len(amounts) + 1, dtype=np.int64)
    others[-1] = order.others.sum()
    return Ladder(others, len(amounts) - 1 - place, order.yuan)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
