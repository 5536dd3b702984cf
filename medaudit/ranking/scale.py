"""The numbers behind every probability: where it begins, what evidence adds, and how that is said in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

# Believed share of subjects a review would confirm when nothing is known of them. Settled on five synthetic counties
# (benchmarks/ranking.py) and put right by reviews.
BASE = {
    "institution": 0.3,
    "pharmacy": 0.2,
    "doctor": 0.2,
    "patient": 0.01,
    "settlement": 0.02,
    "ring": 0.1,
}
# Evidence overlaps: what each family after the strongest counts for, and standing out among peers.
DAMPING, DAMPING_ANOMALY = 0.8, 0.55
# What a subject's count is held back by, so that a fraction of a finding says nothing.
HOLD = 0.3
# Log-odds of standing out, by the mean of the three largest z; straight between.
ANOMALY = ((2, 0.0), (3, 0.8), (5, 1.8), (8, 2.4))
# Bands of probability.
HIGH, MEDIUM = 0.5, 0.2


def band(probability: float) -> str:
    """high, medium or low."""
    return "high" if probability >= HIGH else "medium" if probability >= MEDIUM else "low"


def by_type(values: Mapping[str, float]) -> str:
    """A number that depends on subject_type, as SQL."""
    whens = " ".join(f"WHEN '{kind}' THEN {value!r}" for kind, value in values.items())
    return f"CAST(CASE subject_type {whens} END AS DOUBLE)"


def straight(x: str, knots: Sequence[tuple[float, float]]) -> str:
    """Straight lines through the knots, level outside them, as SQL."""
    whens = [f"WHEN {x} >= {knots[-1][0]} THEN {knots[-1][1]}"]
    for (low, at_low), (high, at_high) in reversed(list(pairwise(knots))):
        slope = (at_high - at_low) / (high - low)
        whens.append(f"WHEN {x} >= {low} THEN {at_low} + {slope!r} * ({x} - {low})")
    return f"CAST(CASE {' '.join(whens)} ELSE {knots[0][1]} END AS DOUBLE)"
