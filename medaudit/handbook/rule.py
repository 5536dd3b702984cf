"""One rule explained under fixed headings, for people who read no SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medaudit.detectors.conditions import Condition, deciding
from medaudit.detectors.rule import FAMILIES, Param, Rule
from medaudit.findings import PACKAGED_FAMILIES
from medaudit.handbook import words
from medaudit.handbook.measured import how_right
from medaudit.language import pick, say


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: a paragraph, a list, a block of aligned lines.

    `key` is the same in all languages.
    """

    key: str
    heading: str
    text: str = ""
    items: Sequence[str] = ()
    block: str = ""


def explain(rule: Rule, values: Mapping[str, Any] | None = None) -> list[Section]:
    """The page of a rule. values: its parameters where settings change them."""
    values = {name: param.default for name, param in rule.params.items()} | dict(values or {})
    return [
        _what(rule),
        _when(rule, values),
        _whose(rule),
        _parameters(rule, values),
        _exclusions(rule),
        Section("basis", say("依据", "Legal basis"), items=[words.basis(b) for b in rule.basis]),
        Section(
            "benign",
            say("先排除的正常情形", "Harmless explanations to rule out"),
            items=words.sentences(pick(rule.benign)),
        ),
        Section(
            "next", say("下一步怎么查", "What to do next"), items=words.sentences(pick(rule.next))
        ),
        _data(rule),
        _money(rule),
        *_measured(rule),
    ]


def _measured(rule: Rule) -> Iterator[Section]:
    text = how_right(rule)
    if text:
        yield Section("measured", say("实测", "Measured"), text)


def title(rule: Rule) -> str:
    return f"{rule.code} {rule.name}"


def _what(rule: Rule) -> Section:
    told = re.sub(r"\{[^}]*\}", "…", pick(rule.message))
    family = say(*FAMILIES[rule.family])
    facts = say(
        f"{family}类，{words.level(rule.level)}：{words.level_meaning(rule.level)}。"
        f"估计每 100 条有 {rule.prior * 100:.0f} 条能查实（有复核结果后以实际为准）。",
        f"Family: {family}. Level: {words.level(rule.level)}, {words.level_meaning(rule.level)}. "
        f"About {rule.prior * 100:.0f} of 100 are expected to be confirmed, until reviews say otherwise.",
    )
    if rule.status != "stable":
        facts += say(
            f"状态：{words.status(rule.status)}。", f" Status: {words.status(rule.status)}."
        )
    found = say(f"疑点这样写：{told}", f"Its findings read: {told}")
    return Section("what", say("查什么", "What it finds"), facts, [found])


def _when(rule: Rule, values: Mapping[str, Any]) -> Section:
    asked = deciding(rule)
    text = (
        say("以下条件全部成立时报出", "It is reported when all of these hold")
        if asked
        else say("没有写明条件，见 --sql", "No conditions are told; see --sql")
    )
    if "level" in rule.columns:
        lower = ["lead"] if rule.level != "violation" else ["suspected", "lead"]
        names = say("或", " or ").join(map(words.level, lower))
        text += say(f"，证据较弱的降为{names}", f", and as a {names} where the evidence is weaker")
    items = [_condition(rule, condition, values) for condition in asked]
    return Section("when", say("什么情况下报", "When it is reported"), text + say("：", ":"), items)


def _condition(rule: Rule, condition: Condition, values: Mapping[str, Any]) -> str:
    told = [f"{name} = {_value(rule.params[name], values)}" for name in condition.parameters]
    return condition.text + (say(f"（{'，'.join(told)}）", f" ({', '.join(told)})") if told else "")


def _value(param: Param, values: Mapping[str, Any]) -> str:
    return words.amount(values[param.name], param.unit)


def _whose(rule: Rule) -> Section:
    ring = rule.subject == "ring"
    first = ["ring", "settlement"] if ring else ["settlement"]
    lists = list(dict.fromkeys(words.subject(who) for who in (*first, *rule.responsible)))
    same = say(
        f"同一{words.key(rule.key)}的命中合为一条疑点。",
        f"Hits of the same {words.key(rule.key)} are one finding.",
    )
    if ring:
        same += say(
            "每名成员、每家机构另有一条自己的。", " Each member and institution has one of its own."
        )
    if rule.subsumes:
        others = words.listed(list(rule.subsumes))
        same += say(
            f"同一明细、住院或结算上 {others} 的命中并入本条，不另算一条。",
            f" Hits of {others} on the same line, stay or settlement are told with it and are no findings of their own.",
        )
    return Section(
        "whose",
        say("计入谁的名单", "Whose list it counts on"),
        say(f"{words.listed(lists)}。{same}", f"{words.listed(lists).capitalize()}. {same}"),
    )


def _parameters(rule: Rule, values: Mapping[str, Any]) -> Section:
    items = []
    for param in rule.params.values():
        source = pick(param.source) if isinstance(param.source, Mapping) else param.source
        changed = values[param.name] != param.default
        default = say(f"（默认 {param.default}）", f" (default {param.default})") if changed else ""
        told = f"{param.name} = {_value(param, values)}{default}{say('：', ': ')}{pick(param.help)}"
        items.append(told + (say(f"。出处：{source}", f". Source: {source}") if source else ""))
    if rule.bands:
        limits = words.listed(list(rule.bands.params))
        items.append(
            say(
                f"{limits} 从严到宽：medaudit case 按每个界限列出基金金额。",
                f"{limits}, from strict to loose: `medaudit case` shows the fund money within each.",
            )
        )
    example = next(iter(rule.params.values()), None)
    text = (
        say(
            f"可在 medaudit.toml 里改，例如 [params.{rule.code}] 下写 {example.name} = {example.default}。",
            f"Changed in medaudit.toml, such as {example.name} = {example.default} below [params.{rule.code}].",
        )
        if example
        else say("没有可调的参数。", "Nothing to set.")
    )
    return Section("parameters", say("参数", "Parameters"), text, items)


def _exclusions(rule: Rule) -> Section:
    heading = say("自动排除", "What is set aside")
    if not rule.excludes:
        return Section("exclusions", heading, say("没有统一排除的情形。", "Nothing is set aside."))
    text = say("有下列任一情形的结算不报：", "Settlements with any of these are not reported:")
    items = [
        words.reason(name) + (say("：", ": ") + sign if (sign := words.reason_sign(name)) else "")
        for name in rule.excludes
    ]
    return Section("exclusions", heading, text, items)


def _data(rule: Rule) -> Section:
    needs = [words.need(need) for need in ("settlement", *rule.needs)]
    lacking = (
        say(
            "缺少其中任何一项，本规则跳过并说明缺什么。",
            "Without one of them the rule is skipped, and the scan says so.",
        )
        if rule.needs
        else say("有结算表即可运行。", "The settlements alone are enough.")
    )
    return Section("data", say("需要哪些数据", "What data it needs"), lacking, needs)


def _money(rule: Rule) -> Section:
    if rule.by_line:
        text = say(
            "按费用明细计：每条明细违规的部分，占该结算基金支付（统筹加个人账户）中该明细的份额；"
            "份额按符合政策范围的金额分摊。同一条明细被多条规则命中也只算一次。",
            "By fee line: the violating part of a line takes its share of what the fund and the personal account "
            "paid for the settlement, shared out by amount in scope. A line counts once however many rules hit it.",
        )
    else:
        text = say(
            "按整笔结算计：违规金额占总费用的比例，乘以该结算的基金支付（统筹加个人账户）。"
            "同一笔结算被多条规则命中，合计不超过它的基金支付。",
            "By settlement: the violating part of the charges takes its share of what the fund and the personal "
            "account paid. However many rules hit a settlement, it counts for no more than that.",
        )
    items = []
    if "other_setl_id" in rule.columns:
        items.append(
            say(
                "两笔结算互相矛盾时两边各一条疑点，金额只记在基金支付较少的一边。",
                "Where two settlements contradict each other both are findings; the money stands on the one that cost "
                "the fund less.",
            )
        )
    if rule.family in PACKAGED_FAMILIES:
        items.append(
            say(
                "按病种或床日付费的住院，多收的费用未必多花基金，单独汇总。",
                "In stays paid per case or per day over-charging may not have cost the fund: it is summed apart.",
            )
        )
    return Section("money", say("金额怎么算", "How its money is counted"), text, items)
