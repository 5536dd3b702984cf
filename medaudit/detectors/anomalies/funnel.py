"""A funnel: a feature of a peer group over the cases behind it, drawn on the scale on which noise is steady, with the limits within
which peers lie by chance and by their usual differences: centre ± 1.96 and 3.09 √(noise + τ² + v), see peers.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medaudit.detectors.anomalies.features import Feature
from medaudit.detectors.anomalies.normal import Numbers
from medaudit.language import say

LIMITS = (1.96, 3.09)  # 95 % and 99.8 % of a normal distribution
COUNTED = ("share", "money_share")  # whose centre is the peers' share, whatever the cases
STEPS = 40  # of a limit's line


@dataclass(frozen=True)
class Measures:
    """Members of a peer group by one feature, an entry each: see measures.py. here: whether it is compared with this very group,
    and not with a narrower one of its own. middle, usual: of this group, the peers' median of y and of the value."""

    cases: Numbers
    noise: Numbers
    value: Numbers
    y: Numbers
    spread: Numbers
    here: Numbers
    middle: float
    usual: float


@dataclass(frozen=True)
class Funnel:
    """across: cases, of costs so many of the usual kind as would be known as well; up: the value on the scale drawn, of a share of
    charges at the peers' usual mix of cases. grid, wide: cases and √(noise + τ² + v) there."""

    feature: Feature
    across: Numbers
    up: Numbers
    center: float
    grid: Numbers
    wide: Numbers

    def limits(self, k: float) -> tuple[Numbers, Numbers]:
        """The heights between which peers lie; below no share at all nobody does."""
        low, high = self.center - k * self.wide, self.center + k * self.wide
        return (np.maximum(low, 0.0), high) if scale(self.feature) == "share" else (low, high)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest that is drawn."""
        every = np.concatenate([self.up, *self.limits(LIMITS[-1])])
        return float(every.min()), float(every.max())


def funnel(feature: Feature, told: Measures) -> Funnel:
    """The funnel of a group of at least one, all with a noise above 0."""
    usual_case = float(np.median(told.noise * told.cases))
    grid = np.geomspace(told.noise.max(), max(told.noise.min(), 1e-12), STEPS)
    # The spread is told where somebody is; between them it goes straight in the noise, as it does by its definition.
    by_noise = np.flatnonzero(told.here)[np.argsort(told.noise[told.here.astype(bool)])]
    wide = np.sqrt(np.interp(grid, told.noise[by_noise], told.spread[by_noise] ** 2))
    up, center = told.y, told.middle
    if feature.kind in COUNTED:
        up, center = _arc(told.value), float(_arc(np.asarray(told.usual)))
    elif feature.kind == "mix_share":
        usual_due = float(np.median(_arc(told.value) - told.y))
        up, center = np.maximum(told.y + usual_due, 0.0), max(told.middle + usual_due, 0.0)
    x, line = (_cases(feature, noise, usual_case) for noise in (told.noise, grid))
    return Funnel(feature, x, up, center, line, wide)


def _cases(feature: Feature, noise: Numbers, usual_case: float) -> Numbers:
    """How many cases make so much noise, by how noise is made of them (scales.py)."""
    if feature.kind in COUNTED:
        return np.asarray((1 / noise - 2) / 4)
    if feature.kind == "digits":
        return np.asarray(4 / np.sqrt(noise))
    if feature.kind == "chance":
        return np.asarray(1 / noise - 0.5)
    return np.asarray((usual_case if feature.kind in ("mix", "mix_share") else 1.0) / noise)


def _arc(share: Numbers) -> Numbers:
    return np.asarray(np.arcsin(np.sqrt(np.clip(share, 0, 1))))


def scale(feature: Feature) -> str:
    """How what is drawn becomes a value: its exponential (times), its squared sine (share) or itself (index)."""
    if feature.kind in ("mix", "rate", "chance"):
        return "times"
    return "share" if feature.kind in (*COUNTED, "mix_share") else "index"


def value_at(feature: Feature, up: float) -> str:
    """The value of a height, as people read it."""
    return {
        "times": f"{np.exp(min(up, 99)):,.2f}",
        "share": f"{100 * np.sin(np.clip(up, 0, np.pi / 2)) ** 2:.1f}%",
        "index": f"{up:+.3f}",
    }[scale(feature)]


def upward(feature: Feature) -> str:
    """What the axis of values is."""
    if feature.kind == "mix_share":
        return say("占比，按同样病例折算", "share, at the same mix of cases")
    if scale(feature) == "times":
        return say("倍数（对数刻度）", "times (logarithmic)")
    return say("占比", "share") if scale(feature) == "share" else say("与同类的差异", "distance from peers")  # fmt: skip


def across(feature: Feature) -> str:
    """What the axis of cases is."""
    if feature.kind == "chance":
        return say("偶然情形的次数（对数刻度）→", "what chance would give (logarithmic) →")
    what = say("折算例数", "cases, as of the usual kind") if feature.mix else say("例数", "cases")
    return say(f"{what}（对数刻度）→", f"{what} (logarithmic) →")
