"""What a scheme or lookalike is, and how much of it a county gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from medaudit.synth.chance import Numbers, stream, whole
from medaudit.synth.world import World

BILLS, LINES = "bills", "lines"


@dataclass(frozen=True)
class Unit:
    """A scheme or a lookalike: its file has one, called UNIT, and a function `plant(town, plan)`.

    stage: BILLS (works on bills, before they have lines) or LINES. kinds: of places that take part; some of
    them do, from share[0] to share[1] of all. rate: of what the unit calls eligible, from … to …; a county
    draws its own. least: cases at least (in its first town). threshold: what an intensity of 1 means.
    """

    name: str
    zh: str
    en: str
    stage: str
    threshold_zh: str
    threshold_en: str
    kinds: tuple[str, ...] = ()
    share: tuple[float, float] = (0.15, 0.35)
    rate: tuple[float, float] = (0.02, 0.06)
    strength: tuple[float, float] = (0.0, 0.7)
    least: int = 3
    innocent: bool = False  # a lookalike
    early: bool = False  # planted before the other schemes: it needs many bills of one place that are nobody's


@dataclass(frozen=True)
class Setting:
    """What a settings file says of a unit; None leaves it to the county's draw."""

    rate: float | None = None
    share: float | None = None
    strength: float | None = None


@dataclass
class Plan:
    """How much of a unit one town of a county gets. The county draws once, so all its towns agree.

    rng: of this unit in this town. culprits: rows of world.places that take part and serve this town. ladder: all
    that could, the least honest first.
    rate: share of what is eligible. strength: the logarithm of the usual intensity, 0 for at the threshold.
    """

    rng: np.random.Generator
    culprits: Numbers
    ladder: Numbers
    rate: float
    strength: float
    least: int

    def number(self, eligible: int) -> int:
        """How many of `eligible` cases to plant."""
        wanted = int(whole(self.rng, self.rate * eligible, 1)[0])
        return min(max(wanted, self.least), eligible)

    def choose(self, rows: Numbers) -> Numbers:
        """As many of `rows` as the plan wants, in rising order."""
        return np.sort(self.rng.permutation(np.array(rows))[: self.number(len(rows))])

    def choose_both(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """As many of `rows` as the plan wants, and half as many others for its innocent edge."""
        mixed = self.rng.permutation(np.array(rows))
        number = self.number(len(rows))
        return np.sort(mixed[:number]), np.sort(mixed[number : number + (number + 1) // 2])

    def widening(self) -> Iterator[Numbers]:
        """The places that take part, then more and more of the ladder, for when those have too few cases."""
        yield self.culprits
        more = max(1, len(self.culprits))
        while more < len(self.ladder):
            more *= 2
            yield self.ladder[:more]

    def intensity(self, size: int, low: float = 0.3, high: float = 6.0) -> Numbers:
        """Intensities on both sides of the threshold (1), as subtle as the county is."""
        drawn = np.exp(self.rng.normal(self.strength, 0.55, size))
        return np.round(np.clip(drawn, low, high), 2)


def plan(world: World, unit: Unit, town: int, setting: Setting | None = None) -> Plan:
    """The plan of `unit` for a town of this county."""
    told = setting or Setting()
    county = stream(world.seed, "plan", unit.name)
    share, rate, strength = (
        county.uniform(low, high) for low, high in (unit.share, unit.rate, unit.strength)
    )
    rate *= 1.0 if unit.innocent else world.habits["crime"]
    # Who does one thing does others too: all schemes go down the same list of places.
    order = stream(world.seed, "honesty").permutation(len(world.places))
    order = order[world.places["kind"].isin(unit.kinds).to_numpy()[order]]
    share = share if told.share is None else told.share
    culprits = order[: max(1, round(share * len(order)))]
    here = np.isin(world.places["town"].to_numpy(), (-1, town))
    return Plan(
        rng=stream(world.seed, "unit", unit.name, town),
        culprits=np.sort(culprits[here[culprits]]),
        ladder=order[here[order]],
        rate=rate if told.rate is None else told.rate,
        strength=strength if told.strength is None else told.strength,
        least=unit.least if town == 0 and told.rate != 0 else 0,
    )
