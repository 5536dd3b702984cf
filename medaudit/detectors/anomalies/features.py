"""What is held against peers: the features, and how each becomes a number y with a noise.

A feature's `kind` says how it is compared. y is on a scale on which noise is steady; noise is the variance
of y that comes with a subject's own number of cases, so that a small subject is not far out by chance.

mix          part / expected of case_mix; y its logarithm
mix_share    part / whole of case_mix; y = arcsin √ of it less arcsin √ of expected / whole
share        part of whole, counts; y = arcsin √ by Anscombe (1948), noise 1 / (4 n + 2)
money_share  part of whole, yuan, over `count` fills; as share with that many cases
rate         part / whole; y its logarithm
chance       (part + ½) / (what chance makes of it + ½), of `count` cases; y its logarithm, Poisson noise
mean         part / whole, compared by rank alone, for what a single case adds is not known
count        part, events, yuan or days, compared by rank alone
digits       χ² of the first digits of amounts against the peers', over their number
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.anomalies.normal import Numbers
from medaudit.detectors.anomalies.scales import HOW
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.detectors.anomalies.profiles import Profile


FILE = Path(__file__).with_name("features.toml")


@dataclass(frozen=True)
class Feature:
    """name, the kinds of subject it is of, how it is compared, what it reads, its unit and its names.
    money: whether what is beyond the peers' is told in yuan."""

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
    money: bool = False

    @property
    def by_rank(self) -> bool:
        return self.kind in ("count", "mean")

    @property
    def is_paid(self) -> bool:
        """Whether those yuan were paid more. What is beyond a share of charges says only of what kind they were."""
        return self.money and self.kind in ("mix", "count")

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
    value, y, noise, volume = HOW[feature.kind](feature, profile)
    bad = ~(np.isfinite(value) & np.isfinite(y) & np.isfinite(noise))
    value, y, noise = (np.where(bad, np.nan, numbers) for numbers in (value, y, noise))
    return Measured(feature, value, y, noise, np.where(bad, np.nan, volume))
