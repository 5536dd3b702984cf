"""How a feature of every kind becomes a value, a y, a noise and a volume (see features.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.detectors.anomalies.normal import Numbers, arcsine

if TYPE_CHECKING:
    from medaudit.detectors.anomalies.features import Feature
    from medaudit.detectors.anomalies.profiles import Profile

FEWEST = 10  # cases below which a share, a rate or a mean says nothing
DIGITS = tuple(f"digit_{d}" for d in range(1, 10))
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
        share = np.clip(np.where((cases >= FEWEST) & (whole > 0), part / whole, np.nan), 0, 1)
        due = np.clip(expected / whole, 0.001, 0.999)
        volume = whole if feature.money else np.full_like(part, np.nan)
        y = np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(due))
        return share, y, noise / whole**2 / (4 * due * (1 - due)), volume


def _share(feature: Feature, profile: Profile) -> Four:
    part, whole = profile.column(feature.part), profile.column(feature.whole)
    return _arcsine(part, whole, whole, np.full_like(part, np.nan))


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
        return share, arcsine(share, cases), 1 / (4 * cases + 2), volume


def _rate(feature: Feature, profile: Profile) -> Four:
    part, whole = profile.column(feature.part), profile.column(feature.whole)
    with np.errstate(all="ignore"):
        rate = np.where((whole >= FEWEST) & (part > 0), part / whole, np.nan)
        return rate, np.log(rate), 1 / whole, np.full_like(part, np.nan)


def _chance(feature: Feature, profile: Profile) -> Four:
    part, due, cases = (
        profile.column(name) for name in (feature.part, feature.whole, feature.count)
    )
    with np.errstate(all="ignore"):
        # A half each keeps none of a few from being infinitely far.
        ratio = np.where((cases >= FEWEST) & (due > 0), (part + 0.5) / (due + 0.5), np.nan)
        return (
            ratio,
            np.log(ratio),
            1 / (due + 0.5),
            np.full_like(part, np.nan),
        )


def _mean(feature: Feature, profile: Profile) -> Four:
    part, whole = profile.column(feature.part), profile.column(feature.whole)
    with np.errstate(all="ignore"):
        mean = np.where(whole >= FEWEST, part / whole, np.nan)
    return mean, mean, np.zeros_like(part), np.full_like(part, np.nan)


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


HOW: dict[str, Any] = {
    "mix": _mix, "mix_share": _mix_share, "share": _share, "money_share": _money_share, "rate": _rate, "chance": _chance, "mean": _mean, "count": _count,
    "digits": _digits,
}  # fmt: skip


def mix_column(feature: Feature, what: str) -> str:
    """The column of a profile that holds `what` (whole, part, expected, noise) of a case-mix feature."""
    assert feature.mix is not None
    return f"{'.'.join(feature.mix)}.{what}"
