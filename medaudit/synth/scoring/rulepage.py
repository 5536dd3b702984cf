"""The parts of the page about rules and about the innocent lookalikes they name."""

from __future__ import annotations

from collections.abc import Iterator

from medaudit.check.page import Block, Heading, Text
from medaudit.language import say
from medaudit.synth.scoring import Score
from medaudit.synth.scoring.schemes import NONE
from medaudit.synth.scoring.words import grid, number, percent, range_of, rule_title, title


def of_rules(score: Score) -> Iterator[Block]:
    """What the settlements are that each rule names."""
    yield Heading(say("每条规则点到的结算", "What each rule names (settlements)"))
    rows = []
    for rule in score.rules:
        precision = rule.precision.get("settlement", NONE)
        rows.append(
            {
                "rule": rule_title(score.told, rule.rule),
                "responsible": number(rule.settlements.get("responsible", 0)),
                "lookalike": number(rule.settlements.get("lookalike", 0)),
                "ordinary": number(rule.settlements.get("ordinary", 0)),
                "precision": percent(precision.value),
                "range": range_of(precision),
                "recall": percent(rule.recall.value),
            }
        )
    columns = {
        "rule": say("规则", "Rule"),
        "responsible": say("属实", "Right"),
        "lookalike": say("相似正当", "Lookalike"),
        "ordinary": say("寻常", "Ordinary"),
        "precision": say("查准%", "Right %"),
        "range": say("区间", "Range"),
        "recall": say("查全%", "Recall %"),
    }
    yield grid(rows, columns)


def of_lookalikes(score: Score) -> Iterator[Block]:
    """The lookalikes that findings name, and those they never do."""
    yield Heading(say("相似的正当情形被误点", "False alarms on innocent lookalikes"))
    rows, clean = [], []
    for alarm in score.alarms:
        any_, certain = (of.get("settlement", NONE) for of in (alarm.any, alarm.violation))
        name = title(alarm.name) if alarm.name else say("相似情形合计", "all lookalikes")
        if alarm.name not in ("", "ordinary") and not any_.good:
            clean.append(f"{name} {any_.of:,}")
            continue
        rows.append(
            {
                "lookalike": name,
                "planted": number(any_.of),
                "named": percent(any_.value),
                "range": range_of(any_),
                "certain": percent(certain.value),
                "per": number(alarm.per_10_000[0], 1),
                "per_certain": number(alarm.per_10_000[1], 1),
            }
        )
    columns = {
        "lookalike": say("情形", "Lookalike"),
        "planted": say("结算", "Planted"),
        "named": say("被点到%", "Named %"),
        "range": say("区间", "Range"),
        "certain": say("违规级%", "As violation %"),
        "per": say("每万笔", "Per 10,000"),
        "per_certain": say("其中违规级", "As violation"),
    }
    yield grid(rows, columns)
    if clean:
        names = say("，", ", ").join(clean)
        yield Text(
            say(
                f"一笔也没有误点的情形（结算数）：{names}。", f"Never named (settlements): {names}."
            )
        )
