"""Why a subject stands out, in words: its farthest features with value, peers and money, or the combination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.detectors.anomalies.features import Feature, features
from medaudit.language import say

SHOWN = 3  # features of a subject
OUT = 1.0  # z below which nothing is said
FAR = 3.0  # z from which a feature alone stands out
UNITS = {
    "times": (" 倍", "times"),
    "days": (" 天", "days"),
    "yuan": (" 元", "yuan"),
    "count": (" 次", ""),
    "per head": (" 次", "a head"),
}


def sentence(row: Mapping[str, Any]) -> str:
    """One feature of a subject: value, the peers' median and number, percentile, money.

    row: feature, value, peer_value, peers, percentile (0–1), beyond (yuan, None without), called (the peer group, zh and en).
    """
    feature = _known()[row["feature"]]
    value, usual = shown(feature, row["value"]), shown(feature, row["peer_value"])
    zh_group, en_group = row["called"]
    zh_place, en_place = placed(int(row["peers"]), row["percentile"])
    if feature.kind == "mix_share":
        zh_usual, en_usual = f"{zh_group}同样病例为 {usual}", f"with the same cases {usual}"
    else:
        zh_usual, en_usual = f"{zh_group}中位数 {usual}", f"median {usual}"
    zh = f"{feature.zh} {value}，{zh_usual}（{zh_place}）"
    en = f"{feature.en}: {value}, {en_usual} ({en_group}, {en_place})"
    if row["beyond"] and row["beyond"] >= 1:
        yuan = f"{row['beyond']:,.0f}"
        if feature.is_paid:
            zh, en = f"{zh}，多付基金约 {yuan} 元", f"{en}, {yuan} yuan of fund money more"
        else:
            zh += f"，这类费用超出同类份额约 {yuan} 元"
            en += f", charges of this kind beyond the peers' share: {yuan} yuan"
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
        return f"{max(value, 0.0):.3f}"  # less than chance makes of it is none
    number = (
        f"{value:,.0f}"
        if feature.unit == "yuan" or (feature.by_rank and value == int(value))
        else f"{value:,.2f}"
    )
    zh, en = UNITS.get(feature.unit, ("", ""))
    return say(number + zh, f"{number} {en}".strip())


def placed(peers: int, percentile: float) -> tuple[str, str]:
    """Where among so many, zh and en: counted of few, a share of many. percentile: 0–1."""
    place = max(1, round(peers * (1 - percentile) + 0.5))
    if peers < 100 or place <= 10:
        return f"{peers:,} 个中第 {place}", f"number {place} of {peers:,}"
    above = max(100 * (1 - percentile), 0.01)
    told = f"{above:.0f}" if above >= 1 else f"{above:.2g}"
    return f"{peers:,} 个中前 {told}%", f"top {told}% of {peers:,}"


def _known() -> dict[str, Feature]:
    return {feature.name: feature for feature in features()}
