"""How right a rule was on synthetic counties, as its page tells it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from medaudit.detectors import catalogue
from medaudit.detectors.rule import Rule
from medaudit.language import say


def how_right(rule: Rule) -> str:
    """What the rule reported there and how much of it was planted; "" for a rule that was not measured."""
    told = measured().get(rule.code)
    if told is None:
        return ""
    right, wrong, other = (int(told[role]) for role in ("responsible", "lookalike", "ordinary"))
    named = right + wrong + other
    where = say(
        f"模拟县（种子 {told['seeds']}，每县 {int(told['people']):,} 人，用来写规则的是别的种子）",
        f"On synthetic counties of {int(told['people']):,} people (seeds {told['seeds']}; others were used in writing)",
    )
    above = [one.code for one in catalogue.known() if rule.code in one.subsumes]
    if not named and above:
        codes = say("、", ", ").join(above)
        return say(
            f"{where}里的命中都并入 {codes} 报出。",
            f"{where} whatever it found was told within {codes}.",
        )
    if not named:
        return say(f"{where}里没有报出任何结算。", f"{where} it reported no settlement.")
    found = _share_found(right, int(told["planted"]))
    return say(
        f"{where}里共报出 {named} 笔结算：{right} 笔属于埋入的问题，{wrong} 笔是相似的正当情形，{other} 笔寻常，"
        f"查准 {right / named:.0%}。{found}真实数据会不同。",
        f"{where} it reported {named} settlements: {right} planted, {wrong} innocent lookalikes, {other} ordinary, "
        f"precision {right / named:.0%}. {found}Real data will differ.",
    )


def _share_found(right: int, planted: int) -> str:
    if not planted:
        return ""
    # A bill named for what other schemes planted in it counts as right, but is not of these.
    found = f"{min(right / planted, 1):.0%}"
    return say(
        f"埋有这几种问题的结算共 {planted} 笔，本规则查到 {found}（有的归别的规则，有的在门槛之下）。",
        f"Of {planted} settlements with these problems it found {found} (some are for other rules, some below every limit). ",
    )


@cache
def measured() -> dict[str, dict[str, str]]:
    """Rule code → its row of measured.csv, which benchmarks/precision.py writes."""
    with (Path(catalogue.__file__).parent / "measured.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return {row["rule"]: row for row in csv.DictReader(file)}
