"""Why a subject stands out, in words: its farthest features with value, peers and money, or the combination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.detectors.anomalies.features import Feature, features
from medaudit.language import say

SHOWN = 3  # features of a subject
FAR = 3.0  # z from which a feature alone stands out
UNITS = {
    "times": ("倍", "times"),
    "days": (" 天", "days"),
    "yuan": (" 元", "yuan"),
    "per head": (" 次", "a head"),
}


def sentence(row: Mapping[str, Any]) -> str:
    """One feature of a subject: value, the peers' median and number, percentile, excess.

    row: feature, value, peer_value, peers, percentile (0–1, NaN when unknown), excess (yuan, None without).
    """
    feature = _known()[row["feature"]]
    value, usual = shown(feature, row["value"]), shown(feature, row["peer_value"])
    peers, above = int(row["peers"]), 100 * (1 - row["percentile"])
    zh = f"{feature.zh} {value}，同类中位数 {usual}（{peers:,} 个，前 {_percent(above)}%）"
    en = f"{feature.en}: {value}, peers' median {usual} ({peers:,}, top {_percent(above)}%)"
    if row["excess"] and row["excess"] >= 1:
        zh += f"，多出约 {row['excess']:,.0f} 元"
        en += f", about {row['excess']:,.0f} yuan more"
    return say(zh, en)


def combination(names: tuple[str, ...]) -> str:
    """For a subject with no single feature far out: the features that together are unusual."""
    known = _known()
    zh = "、".join(known[name].zh for name in names)
    en = ", ".join(known[name].en for name in names)
    return say(
        f"各项都不突出，但组合少见：{zh}", f"no single figure is far out, the combination is: {en}"
    )


def shown(feature: Feature, value: float) -> str:
    """A value in its unit."""
    if feature.unit == "share":
        return f"{100 * value:.1f}%"
    if feature.unit == "index":
        return f"{value:.3f}"
    number = (
        f"{value:,.0f}"
        if feature.unit == "yuan" or (feature.by_rank and value == int(value))
        else f"{value:,.2f}"
    )
    zh, en = UNITS.get(feature.unit, ("", ""))
    return say(number + zh, f"{number} {en}".strip())


def _percent(number: float) -> str:
    return f"{number:.0f}" if number >= 1 else f"{max(number, 0.01):.2g}"


def _known() -> dict[str, Feature]:
    return {feature.name: feature for feature in features()}
