"""Who is compared with whom, and how far out a subject is among its peers.

z = (y − median) / √(noise + τ² + v), by Spiegelhalter, Statistics in Medicine 24 (2005): τ² is what peers differ
by beyond chance, estimated robustly, and v how well τ² and the median are known. Without them giants stand out by
any difference, or by the chance of twenty dwarfs; with plain ratios dwarfs do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medaudit.detectors.anomalies.features import Measured
from medaudit.detectors.anomalies.normal import Numbers, arcsine, normal_score
from medaudit.detectors.anomalies.spread import between, of_difference

ENOUGH = 15  # peers; below, the parent group is taken
FEWEST = 5  # with fewer than these nothing is compared
FARTHEST = 12.0

Labels = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Compared:
    """One feature against peers, NaN where there is nothing to compare. middle: the peers' median of y; usual: that of the
    value, of a share of charges what they would show with the same cases. spread: √(noise + τ² + v), NaN where compared
    by rank. percentile: 0–1, share of the peers below. level: of the peer group, 0 the narrowest, -1 none; peers: how
    many are in it."""

    z: Numbers
    middle: Numbers
    usual: Numbers
    spread: Numbers
    percentile: Numbers
    level: Labels
    peers: Labels


def compared(one: Measured, groups: Sequence[Labels]) -> Compared:
    """groups: labels of every subject from the narrowest group to all."""
    y = one.y
    z, middle, usual, spread, percentile = (np.full(len(y), np.nan) for _ in range(5))
    level, size = np.full(len(y), -1, dtype=np.int64), np.zeros(len(y), dtype=np.int64)
    made = Compared(z, middle, usual, spread, percentile, level, size)
    known, members = np.isfinite(y), [np.bincount(labels, minlength=1) for labels in groups]
    waiting = known.copy()
    for depth, labels in enumerate(groups):
        least = FEWEST if depth == len(groups) - 1 else ENOUGH
        sizes = (
            np.bincount(labels[known], minlength=1) if known.any() else np.zeros(1, dtype=np.int64)
        )
        for label in np.flatnonzero(np.bincount(labels[waiting], minlength=1)):
            if sizes[label] >= least:
                peers = np.flatnonzero(known & (labels == label))
                _compare(
                    made, one, peers, waiting[peers], _called(groups, members, depth, peers[0])
                )
                waiting[peers] = False
    return made


def _called(groups: Sequence[Labels], members: Sequence[Labels], depth: int, i: int) -> int:
    """The widest level at which i's group has no more members than at `depth`: what parts nobody is not claimed."""
    size = members[depth][groups[depth][i]]
    return max(
        wider for wider in range(depth, len(groups)) if members[wider][groups[wider][i]] == size
    )


def _compare(made: Compared, one: Measured, peers: Labels, wanted: Flags, depth: int) -> None:
    """Compare those wanted of a peer group with the whole group; nobody where the peers do not differ at all."""
    from scipy.stats import rankdata

    y, here = one.y[peers], peers[wanted]
    if y.min() == y.max() or one.value[peers].min() == one.value[peers].max():
        return
    kind = one.feature.kind
    # A mean of cases all alike has no noise of its own, and yet is not known without any.
    noise = np.maximum(one.noise[peers], 0.01 * np.median(one.noise[peers]))
    center = np.full(len(y), np.median(y))
    usual = np.full(len(y), np.median(one.value[peers]))
    if kind in ("share", "money_share"):
        # What somebody with as many cases and the peers' share would show: 0 of 10 and 0 of 500 are alike.
        center = arcsine(usual, (1 / noise - 2) / 4)
    ranked = one.value[peers] if kind in ("share", "money_share") else y
    ranks = rankdata(ranked, "average")
    if one.feature.by_rank:
        z, width = normal_score(ranks), np.full(len(y), np.nan)
    else:
        # Of shares of charges the noise told is an upper bound.
        found = between(y - center, noise, 0.25 if kind == "mix_share" else 1.0)
        if found is None:
            return
        tau2, scale = found
        width = np.sqrt(of_difference(noise * scale + tau2))
        z = (y - center) / width
    if kind == "mix_share":
        # A share of charges depends on the cases: what the peers would show with the same ones.
        due = np.arcsin(np.sqrt(one.value[peers])) - y
        usual = np.sin(np.clip(due + center, 0, np.pi / 2)) ** 2
    made.z[here], made.middle[here], made.spread[here] = z[wanted], center[wanted], width[wanted]
    made.usual[here] = usual[wanted]
    made.percentile[here] = ((ranks - 0.5) / len(y))[wanted]
    made.level[here], made.peers[here] = depth, len(peers)
