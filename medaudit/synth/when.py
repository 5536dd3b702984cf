"""When people come: weekdays, holidays, seasons, and the hours of a day."""

from __future__ import annotations

from functools import cache

import numpy as np

from medaudit.synth.chance import Numbers, pick
from medaudit.synth.world import DAYS, World

FIRST_WEEKDAY = 2  # 1 January 2025 is a Wednesday, counted from Monday = 0
# First day and number of days off: New Year, Spring Festival, Qingming, May, Dragon Boat, National Day.
HOLIDAYS = [(0, 1), (27, 8), (93, 3), (120, 5), (150, 3), (273, 8)]

# Seconds of the day: a morning peak, an afternoon peak, and evenings at the pharmacy.
PEAKS = {
    "clinic": ((9.3, 1.1, 0.6), (15.2, 1.2, 0.4)),
    "shop": ((9.8, 1.4, 0.4), (15.5, 1.5, 0.3), (18.8, 1.1, 0.3)),
}


@cache
def day_weights(weekend: float, holiday: float) -> Numbers:
    """How busy each day of the year is; 1 on a working day."""
    weights = np.where((np.arange(DAYS) + FIRST_WEEKDAY) % 7 >= 5, weekend, 1.0)
    for first, number in HOLIDAYS:
        weights[first : first + number] = holiday
    return weights


def days_of(
    rng: np.random.Generator, world: World, size: int, weekend: float = 0.6, holiday: float = 0.4
) -> Numbers:
    """Days of the year by weekday, holiday and season (colds in winter)."""
    season = 1 + world.habits["seasons"] * np.cos(2 * np.pi * (np.arange(DAYS) - 10) / DAYS)
    return pick(rng, day_weights(weekend, holiday) * season, size)


def clocks(rng: np.random.Generator, size: int, where: str = "clinic") -> Numbers:
    """Seconds of the day, by the opening hours and peaks of such a place."""
    peaks = PEAKS[where]
    chosen = pick(rng, [share for *_, share in peaks], size)
    middle, width = np.array([p[0] for p in peaks])[chosen], np.array([p[1] for p in peaks])[chosen]
    hours = np.clip(rng.normal(middle, width), 7.6, 20.9)
    return np.floor(hours * 3600 + rng.random(size) * 60).astype(np.int64)
