"""The numbers behind every probability: where it begins, what evidence adds, and how that is said in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

# Believed share of subjects a review would confirm when nothing is known of them: of the institutions inspected in a year
# about half were dealt with (statistical bulletins of the National Healthcare Security Administration, 2021 and 2022);
# of others nothing is published. Reviews put it right.
BASE = {
    "institution": 0.5,
    "pharmacy": 0.5,
    "doctor": 0.4,
    "patient": 0.01,
    "settlement": 0.02,
    "ring": 0.1,
}
# What the strongest family counts for, each further one, for evidence overlaps, and standing out among peers:
# settled on synthetic counties (benchmarks/ranking.py).
STRONGEST, FURTHER, STANDING_OUT = 1.1, 0.9, 0.6
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
