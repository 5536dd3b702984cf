"""What is held against peers: the features, and how each becomes a number y with a noise.

A feature's `kind` says how it is compared. y is on a scale on which noise is steady; noise is the variance
of y that comes with a subject's own number of cases, so that a small subject is not far out by chance.

mix          part / expected of case_mix; y its logarithm
mix_share    part / whole of case_mix; y = (part − expected) / whole
share        part of whole, counts; y = arcsin √ by Anscombe (1948), noise 1 / (4 n + 2)
money_share  part of whole, yuan, over `count` fills; as share with that many cases
rate         part / whole; y its logarithm
count        part, events, yuan or days, compared by rank alone
digits       χ² of the first digits of amounts against the peers', over their number
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.detectors.anomalies.profiles import Profile

Numbers = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("features.toml")
FEWEST = 10  # cases below which a share, a rate or a mean says nothing
DIGITS = tuple(f"digit_{d}" for d in range(1, 10))


@dataclass(frozen=True)
class Feature:
    """name, the kinds of subject it is of, how it is compared, what it reads, its unit and its names.
    money: whether the excess is yuan: True for a feature in yuan, or the column the share is of."""

    name: str
    of: tuple[str, ...]
    kind: str
    unit: str
    zh: str
    en: str
    mix: tuple[str, str] | None = None
    part: str = ""
    whole: str = ""
    count: str = ""
    money: bool | str = False

    @property
    def by_rank(self) -> bool:
        return self.kind == "count"

    @property
    def title(self) -> str:
        return say(self.zh, self.en)


@dataclass(frozen=True)
class Measured:
    """One feature of all subjects, NaN where it says nothing. value: in its unit. y, noise: as compared.
    volume: what an excess of y over the peers' is multiplied by to be yuan (NaN without money)."""

    feature: Feature
    value: Numbers
    y: Numbers
    noise: Numbers
    volume: Numbers


@cache
def features() -> tuple[Feature, ...]:
    """All features, in the order of their file."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Feature(name, tuple(t.pop("of")), mix=tuple(t.pop("mix", ())) or None, **t)
        for name, t in told.items()
    )


def of_kind(kind: str) -> tuple[Feature, ...]:
    """The features of a kind of subject."""
    return tuple(f for f in features() if kind in f.of)


def measured(feature: Feature, profile: Profile) -> Measured:
    """The feature of every row of a profile (see profiles.py)."""
    value, y, noise, volume = _HOW[feature.kind](feature, profile)
    bad = ~(np.isfinite(value) & np.isfinite(y) & np.isfinite(noise))
    value, y, noise = (np.where(bad, np.nan, numbers) for numbers in (value, y, noise))
    return Measured(feature, value, y, noise, np.where(bad, np.nan, volume))


def mix_column(feature: Feature, what: str) -> str:
    """The column of a profile that holds `what` (whole, part, expected, noise) of a case-mix feature."""
    assert feature.mix is not None
    return f"{'.'.join(feature.mix)}.{what}"


Four = tuple[Numbers, Numbers, Numbers, Numbers]


def _mix(feature: Feature, profile: Profile) -> Four:
    part, expected, noise, cases = (
        profile.column(mix_column(feature, what))
        for what in ("part", "expected", "noise", "encounters")
    )
    with np.errstate(all="ignore"):
        ratio = np.where((cases >= FEWEST) & (expected > 0) & (part > 0), part / expected, np.nan)
        volume = expected if feature.money else np.full_like(part, np.nan)
        return ratio, np.log(ratio), noise / expected**2, volume


def _mix_share(feature: Feature, profile: Profile) -> Four:
    part, whole, expected, noise, cases = (
        profile.column(mix_column(feature, what))
        for what in ("part", "whole", "expected", "noise", "encounters")
    )
    with np.errstate(all="ignore"):
        share = np.where((cases >= FEWEST) & (whole > 0), part / whole, np.nan)
        volume = whole if feature.money else np.full_like(part, np.nan)
        return share, (part - expected) / whole, noise / whole**2, volume


def _share(feature: Feature, profile: Profile) -> Four:
    part, whole = profile.column(feature.part), profile.column(feature.whole)
    return _arcsine(part, whole, whole, _money(feature, profile))


def _money_share(feature: Feature, profile: Profile) -> Four:
    part, whole, count = (
        profile.column(name) for name in (feature.part, feature.whole, feature.count)
    )
    volume = whole if feature.money else np.full_like(part, np.nan)
    return _arcsine(part, whole, count, volume)


def _arcsine(part: Numbers, whole: Numbers, cases: Numbers, volume: Numbers) -> Four:
    with np.errstate(all="ignore"):
        share = np.where((cases >= FEWEST) & (whole > 0), part / whole, np.nan)
        share = np.clip(share, 0, 1)
        y = np.arcsin(np.sqrt((share * cases + 3 / 8) / (cases + 3 / 4)))
        return share, y, 1 / (4 * cases + 2), volume


def _rate(feature: Feature, profile: Profile) -> Four:
    part, whole = profile.column(feature.part), profile.column(feature.whole)
    with np.errstate(all="ignore"):
        rate = np.where((whole >= FEWEST) & (part > 0), part / whole, np.nan)
        return rate, np.log(rate), 1 / whole, np.full_like(part, np.nan)


def _count(feature: Feature, profile: Profile) -> Four:
    part = profile.column(feature.part)
    volume = np.ones_like(part) if feature.money else np.full_like(part, np.nan)
    return part, part, np.zeros_like(part), volume


def _digits(feature: Feature, profile: Profile) -> Four:
    counts = np.column_stack([profile.column(name) for name in DIGITS])
    cases = counts.sum(axis=1)
    everyone = np.nansum(counts, axis=0)
    usual = everyone / max(everyone.sum(), 1)
    with np.errstate(all="ignore"):
        expected = cases[:, None] * usual[None, :]
        far = np.nansum(np.where(expected > 0, (counts - expected) ** 2 / expected, 0), axis=1)
        index = np.where(cases >= 5 * FEWEST, (far - 8) / cases, np.nan)
        return index, index, 16 / cases**2, np.full_like(cases, np.nan)


_HOW: dict[str, Any] = {
    "mix": _mix, "mix_share": _mix_share, "share": _share, "money_share": _money_share, "rate": _rate, "count": _count,
    "digits": _digits,
}  # fmt: skip


def _money(feature: Feature, profile: Profile) -> Numbers:
    if isinstance(feature.money, str):
        return profile.column(feature.money)
    return np.full(len(profile), np.nan)
