"""What a scheme does not allow: points regained, a registration too early, months that it fixes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medaudit.errors import Problem
from medaudit.language import say
from medaudit.ledger.parts import between
from medaudit.ledger.points.account import Entry, Span, account
from medaudit.ledger.points.act import Act, approvers
from medaudit.ledger.points.scheme import Scheme


def restoration(given: Act, scheme: Scheme) -> Iterator[Problem]:
    if scheme.restore is None:
        what = say(
            f"方案 {scheme.name} 没有恢复分值的办法",
            f"the scheme {scheme.name} knows no way to regain points",
        )
        yield Problem(
            what,
            "--restore",
            say(
                "核对方案；记错的用 --correct",
                "check the scheme; mistakes are put right with --correct",
            ),
        )
    elif len(approvers(given.approved)) < scheme.restore.approvals:
        have, need = len(approvers(given.approved)), scheme.restore.approvals
        what = say(
            f"要 {need} 名不同的批准人，现有 {have} 名",
            f"{need} different approvers are needed, {have} named",
        )
        yield Problem(what, "--approved", say("每人一个 --approved", "one --approved each"))


def reinstatement(spans: Sequence[Span], given: Act) -> Iterator[Problem]:
    open_ones = [span for span in spans if span.effect.ends and span.last is None]
    if not open_ones:
        yield Problem(
            say("这位医师没有被终止资格", "this doctor's qualification has not ended"),
            "--reinstate",
        )
    for span in open_ones:
        if span.again and given.day < span.again:
            what = say(
                f"{span.again} 起才可重新登记", f"a new registration is possible from {span.again}"
            )
            yield Problem(what, "--reinstate --day")


def choice(given: Act, entries: Sequence[Entry], scheme: Scheme) -> Iterator[Problem]:
    """Months can be chosen only where the award brought a suspension that leaves the choice."""
    spans = [span for span in account(entries, scheme).spans if span.by == given.of]
    if spans and not any(
        span.effect.months and span.effect.months[0] < span.effect.months[1] for span in spans
    ):
        what = say(
            f"#{given.of} 带来的期限是固定的", f"what event {given.of} brought has fixed months"
        )
        yield Problem(what, "--choose")


def months(given: Act, scheme: Scheme) -> Iterator[Problem]:
    ranges = {
        effect.months
        for effect in scheme.effects
        if effect.months and effect.months[0] < effect.months[1]
    }
    if not ranges:
        yield Problem(
            say(f"方案 {scheme.name} 的期限是固定的", f"the scheme {scheme.name} fixes the months"),
            "--months",
        )
    elif not any(least <= (given.months or 0) <= most for least, most in ranges):
        told = " / ".join(between(least, most) for least, most in sorted(ranges))
        yield Problem(say(f"应为 {told} 个月", f"must be {told} months"), "--months")
