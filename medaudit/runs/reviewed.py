"""What people said of a run, in words: what reviews taught, and what of the ledger counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medaudit.language import counted, say

RULES = 10  # rules told, those with most reviews first


def calibrated(reviews: Mapping[str, Any]) -> str:
    """Where the probabilities come from, and which reviews are of nothing in this run or contradict each other."""
    told = []
    if unknown := reviews.get("unknown", 0):
        first = _first(reviews["unknown_first"], unknown)
        some = counted(unknown, "review concerns", "reviews concern")
        told.append(
            say(
                f"{unknown:,} 条复核在本次运行中找不到对象{first}。",
                f"{some} nothing in this run{first}.",
            )
        )
    if contradicted := reviews.get("contradicted", 0):
        first = _first(reviews["contradicted_first"], contradicted)
        some = counted(
            contradicted, "decision contradicts an earlier one", "decisions contradict earlier ones"
        )
        told.append(
            say(
                f"{contradicted:,} 条复核前后矛盾，以后一条为准{first}。",
                f"{some}; the later holds{first}.",
            )
        )
    if reviewed := reviews["reviewed"]:
        told.append(
            say(
                f"概率按 {reviewed:,} 个对象的复核结果调整过。",
                f"P was adjusted by reviews of {counted(reviewed, 'subject')}.",
            )
        )
    else:
        told.append(
            say(
                "概率用来排先后，尚未按本地复核结果调整。",
                "P puts them in order; no local reviews have adjusted it yet.",
            )
        )
    return say("", " ").join(told)


def _first(some: Sequence[str], of: int) -> str:
    """The first of so many, in brackets."""
    more = say(" 等", " …") if of > len(some) else ""
    return say("（", " (") + say("；", "; ").join(some) + more + say("）", ")")


def by_rule(reviews: Mapping[str, Any]) -> Iterator[str]:
    """How many findings of each rule were confirmed and dismissed, and the share that says of all, with its interval."""
    rules: Mapping[str, Mapping[str, Any]] = reviews.get("rules", {})
    if not rules:
        return
    level = f"{reviews['level']:.0%}"
    yield say(
        f"复核（查实、排除；据此和先验估计的查实率，{level} 区间）：",
        f"Reviews (confirmed, dismissed; the share they and the prior make of it, {level} interval):",
    )
    order = sorted(
        rules, key=lambda code: (-rules[code]["confirmed"] - rules[code]["dismissed"], code)
    )
    for code in order[:RULES]:
        one = rules[code]
        low, high = one["interval"]
        yield f"  {code} {one['confirmed']}, {one['dismissed']}; {one['share']:.0%} ({low:.0%}–{high:.0%})"
    if len(order) > RULES:
        rest = len(order) - RULES
        yield say(
            f"  另有 {rest} 条规则，见 run.json 的 reviews",
            f"  and {counted(rest, 'more rule')}: reviews in run.json",
        )


def of_ledger(told: Mapping[str, int]) -> Iterator[str]:
    """What of the ledger counted in this run."""
    if aside := told["set_aside"]:
        yield say(
            f"台账：{aside:,} 条疑点已排除，不再计入名单（findings.csv 仍列出）",
            f"Ledger: {counted(aside, 'finding')} dismissed and no longer counted (findings.csv still has them)",
        )
    if tips := told["tips"]:
        yield say(
            f"台账：{tips:,} 件举报计入名单",
            f"Ledger: {counted(tips, 'report')} counted in the lists",
        )
