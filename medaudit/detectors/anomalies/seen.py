"""Everybody of a kind of subject, seen among its peers: who is out at all, who plainly, and what says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from medaudit.detectors.anomalies.features import Measured, measured, of_kind
from medaudit.detectors.anomalies.normal import Numbers
from medaudit.detectors.anomalies.peers import FEWEST, Compared, Flags, Labels, compared
from medaudit.detectors.anomalies.profiles import Profile, profile
from medaudit.detectors.anomalies.score import FEW, Scored, scored
from medaudit.engine import Engine
from medaudit.language import say

# Percentile from which a subject is noticed, and from which it is rare; of few subjects the z alone decide.
NOTICED, RARE = 0.9, 0.99
# Mean of the three largest z from which a subject is noticed, and from which it stands out plainly.
NOTICEABLY, PLAINLY = 2.0, 3.0


@dataclass(frozen=True)
class Seen:
    """Everybody of a kind, seen among its peers."""

    profile: Profile
    features: tuple[Measured, ...]
    compared: tuple[Compared, ...]
    score: Scored

    @cached_property
    def z(self) -> Numbers:
        """Subjects × features, NaN where unknown."""
        return np.column_stack([one.z for one in self.compared])

    @property
    def few(self) -> bool:
        """Too few for a percentile to say much: of ten alike one is the first."""
        return len(self.profile) < FEW

    @cached_property
    def stands_out(self) -> Flags:
        """Those plainly out, who are worth a look by that alone."""
        return (self.score.top >= PLAINLY) & (self.few | (self.score.percentile >= RARE))

    @cached_property
    def noticed(self) -> Flags:
        """Those who are out at all."""
        return (self.score.top >= NOTICEABLY) & (self.few | (self.score.percentile >= NOTICED))

    @cached_property
    def order(self) -> Labels:
        """Everybody's row, the farthest out first."""
        rows = np.arange(len(self.profile))
        return np.asarray(np.lexsort((rows, -self.score.top, -self.score.percentile)))

    @property
    def too_few(self) -> str:
        """Why nobody can be compared, "" when somebody can."""
        size = len(self.profile)
        if size == 0:
            return say("没有这类对象的数据", "no data of this kind")
        few = say(f"只有 {size} 个，不足以比较", f"only {size}, too few to compare")
        return few if size < FEWEST else ""

    def left_out(self) -> dict[str, str]:
        """Feature → why nobody was compared by it."""
        why = {}
        for told, among in zip(self.features, self.compared, strict=True):
            known = int(np.isfinite(told.y).sum())
            if known == 0:
                why[told.feature.name] = say(
                    "没有这类数据，或每个都不足 10 例",
                    "no data of this kind, or fewer than 10 cases each",
                )
            elif known < FEWEST:
                why[told.feature.name] = say(f"只有 {known} 个可比", f"known of {known} only")
            elif not np.isfinite(among.z).any():
                why[told.feature.name] = say("同类之间没有差别", "peers do not differ in it")
        return why


def seen(engine: Engine, kind: str) -> Seen:
    """Everybody of a kind among its peers. Needs the facts in READS and table `subject`."""
    everybody = profile(engine, kind)
    told = tuple(measured(feature, everybody) for feature in of_kind(kind))
    among = tuple(compared(one, everybody.groups) for one in told)
    z = np.column_stack([one.z for one in among]) if len(everybody) else np.zeros((0, len(told)))
    return Seen(everybody, told, among, scored(z))
