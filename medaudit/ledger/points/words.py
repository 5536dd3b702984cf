"""Sentences about points: what an event did, what followed, what is proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from medaudit.language import counted, pick, say
from medaudit.ledger.parts import between, plain
from medaudit.ledger.points.account import Line, Span
from medaudit.ledger.points.proposals import Proposal, outcome
from medaudit.ledger.points.scheme import Effect, Scheme, Tier

ACTIONS = {
    "awarded": ("扣分", "awarded"), "restored": ("恢复", "regained"), "corrected": ("更正", "correction"), "appealed": ("申诉", "appeal"),
    "rejected": ("驳回申诉", "appeal rejected"), "chosen": ("定期限", "months chosen"), "reinstated": ("重新登记", "reinstated"),
    "counted": ("按方案计", "counted"),
}  # fmt: skip


def action(name: str) -> str:
    return say(*ACTIONS[name]) if name in ACTIONS else name


def months(effect: Effect) -> str:
    """1–6 months."""
    if effect.months is None:
        return ""
    least, most = effect.months
    number = str(least) if least == most else between(least, most)
    return say(f"{number} 个月", f"{number} month{'' if most == 1 else 's'}")


def consequence(effect: Effect) -> str:
    """What an effect does, without its reason."""
    note = f"{say('（', ' (')}{pick(effect.note)}{say('）', ')')}" if effect.note else ""
    if not effect.ends:
        return say(f"暂停支付资格 {months(effect)}", f"qualification suspended for {months(effect)}") + note  # fmt: skip
    if effect.months is None:
        return say("终止资格，恢复后方可再用", "qualification ended until it is restored") + note
    return say(
        f"终止资格，{months(effect)}内不得重新登记",
        f"qualification ended, no new registration within {months(effect)}",
    ) + note  # fmt: skip


def limit(effect: Effect, scheme: Scheme) -> str:
    """The limit that brings an effect about."""
    if effect.at_once:
        return say(f"一次扣满 {plain(effect.lost)} 分", f"{plain(effect.lost)} points at once")
    if effect.strict:
        left = plain(scheme.full - effect.lost)
        return say(f"余分低于 {left}", f"fewer than {left} left")
    return say(f"一年扣满 {plain(effect.lost)} 分", f"{plain(effect.lost)} points lost in a year")


def followed(span: Span, scheme: Scheme) -> str:
    """Why there is a span: 9 points lost in a year with event 14: qualification suspended …"""
    why = limit(span.effect, scheme)
    return say(f"#{span.by} 后{why}：", f"{why} with #{span.by}: ") + consequence(span.effect)


def span(one: Span, scheme: Scheme) -> str:
    """A span as a sentence: its days, why, and what became of it."""
    return say("；", "; ").join([days(one), followed(one, scheme), *_became(one)])


def days(one: Span) -> str:
    """From its first day to its last."""
    if one.last is None:
        again = say(f"，{one.again} 起可重新登记", f"; registration possible from {one.again}") if one.again else ""  # fmt: skip
        return say(f"{one.first} 起", f"from {one.first}") + again
    if one.last < one.first:
        return say(f"{one.first}，当日解除", f"{one.first}, lifted that day")
    return say(f"{one.first} 至 {one.last}", f"{one.first} to {one.last}")


def _became(one: Span) -> Iterator[str]:
    if one.latest:
        yield say(
            f"期限尚未确定，这里按最短算，最长至 {one.latest}（用 --choose 确定）",
            f"how long is still to be chosen (--choose): the shortest here, {one.latest} at the latest",
        )
    elif one.months and one.effect.months and one.effect.months[0] < one.effect.months[1]:
        yield say(f"已定 {one.months} 个月", f"{counted(one.months, 'month')} chosen")
    if one.replaced:
        yield say(f"由 #{one.replaced} 引起的更重后果取代", f"replaced by the harsher one that #{one.replaced} brought")  # fmt: skip
    if one.lifted:
        yield say(f"由 #{one.lifted} 解除", f"lifted by #{one.lifted}")


def never(one: Span, by: int, scheme: Scheme) -> str:
    """A span that a correction made as if it had never been."""
    first = f"{one.first}"
    return say(
        f"{first} 的一次（{followed(one, scheme)}）因 #{by} 更正自始撤销，视为没有发生",
        f"the one from {first} ({followed(one, scheme)}) is lifted from its start by correction #{by}, as if it had never been",
    )


def note(kind: str, about: Any, scheme: Scheme) -> str:
    """A note on a line of the statement."""
    if kind == "reaches":
        return say("→ ", "→ ") + limit(about, scheme) + say("：", ": ") + consequence(about)
    told = {
        "taken back": say(f"由 #{about} 撤销", f"taken back by #{about}"),
        "changed": say(f"由 #{about} 更正", f"corrected by #{about}"),
        "no restoration": say("方案没有恢复办法，不计", "not counted: the scheme knows no restoration"),
        "approvals": say(f"批准人不足 {about} 名，不计", f"not counted: fewer than {about} approvers"),
        "only": say(f"只计 {about}：已无更多可恢复", f"only {about} count: no more can be regained"),
        "lifts": say(f"解除 #{about} 引起的终止", f"lifts the ending that #{about} brought"),
        "early": say(f"早于可登记日 {about}", f"before {about}, from which it is possible"),
    }  # fmt: skip
    return told[kind]


def changes(line: Line) -> str:
    """What a line changes of the points lost: +4, −2, nothing for what changes none."""
    if not line.points:
        return ""
    return ("+" if line.points > 0 else "−") + plain(abs(line.points))


def about(line: Line, scheme: Scheme) -> str:
    """Where, for which findings, why, who, and the notes."""
    entry, told = line.entry, []
    content = entry.content
    if content.get("of") is not None:
        to = content.get("to")
        whole = entry.action == "corrected" and to is None
        told.append(f"#{content['of']}" + (say(" 全部撤销", " taken back") if whole else ""))
        if to is not None:
            told[-1] += say(f" 改为 {to} 分", f" to {to} points")
    told.append(entry.institution)
    if "item" in content:
        told.append(pick(scheme.items[content["item"]].name))
    if content.get("months"):
        told.append(say(f"{content['months']} 个月", counted(int(content["months"]), "month")))
    told += list(content.get("findings", ()))
    told.append(entry.why)
    if content.get("approved"):
        told.append(say("批准人 ", "approved by ") + say("、", ", ").join(content["approved"]))
    told.append(entry.who)
    for kind, thing in line.notes:
        told.append(note(kind, thing, scheme))
        if kind in ("taken back", "changed") and entry.points:
            told[-1] += say(f"（原 {plain(entry.points)} 分）", f" (was {plain(entry.points)})")
    return say("；", "; ").join(part for part in told if part)


def score(lost: Decimal, scheme: Scheme, year: int) -> str:
    """How many points were lost in the year and how many are left."""
    left = max(scheme.full - lost, Decimal(0))
    return say(
        f"{year} 年已扣 {plain(lost)} 分（满分 {plain(scheme.full)}，余 {plain(left)}）",
        f"{plain(lost)} of {plain(scheme.full)} points lost in {year}, {plain(left)} left",
    )


def status(one: Span | None, day: dt.date) -> str:
    """Whether there is payment qualification on that day."""
    if one is None:
        return say("支付资格正常", "qualified")
    if one.effect.ends:
        return say("资格已终止", "qualification ended") + say("（", " (") + days(one) + say("）", ")")  # fmt: skip
    return say(f"暂停支付资格至 {one.last}", f"suspended until {one.last}")


def proposed(one: Proposal, lost: Decimal, scheme: Scheme, year: int) -> str:
    """A proposal with its arithmetic."""
    rules = say("、", ", ").join(f"{rule} × {n}" for rule, n in sorted(one.rules.items()))
    number = len(one.findings)
    where = one.institution or say("机构不详", "institution unknown")
    head = say(
        f"{where}，{one.year} 年，查实 {number} 条（{rules}），基金 {one.amount:,.2f} 元。",
        f"{where}, {one.year}: {counted(number, 'confirmed finding')} ({rules}), fund money {one.amount:,.2f} yuan. ",
    )
    if not one.tiers:
        return head + say("方案没有写明对应的分值。", "The scheme does not say what they cost.")
    return head + say("", " ").join(_if(tier, lost, scheme, year) for tier in one.tiers)


def _if(tier: Tier, lost: Decimal, scheme: Scheme, year: int) -> str:
    low, high, least, most = outcome(tier, lost, scheme)
    span_of = between(plain(tier.low), plain(tier.high))
    told = say(
        f"若{pick(tier.trigger)}：建议 {span_of} 分；{year} 年已扣 {plain(lost)} + {span_of} = {between(plain(low), plain(high))} 分",
        f"If {pick(tier.trigger)}: {span_of} points are proposed; {plain(lost)} lost in {year} + {span_of} = {between(plain(low), plain(high))}",
    )
    if most is None:
        return told + say("，不触发暂停。", ", no suspension.")
    if least == most:
        return told + say(f"，将{consequence(most)}。", f": {consequence(most)}.")
    ends = [say(f"{plain(total)} 分时{consequence(effect)}", f"at {plain(total)} {consequence(effect)}")
            for total, effect in ((low, least), (high, most)) if effect]  # fmt: skip
    return told + say("，", ": ") + say("，", "; ").join(ends) + say("。", ".")
