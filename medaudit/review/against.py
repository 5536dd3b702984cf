"""What speaks against a decision: somebody decided otherwise meanwhile, it was said before, or it is the reviewer's own institution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from medaudit.errors import Problem
from medaudit.language import say
from medaudit.ledger import Event
from medaudit.ledger.decisions import (
    CONFIRMED,
    DECISIONS,
    RECOVERED,
    REOPENED,
    standing,
    subject_key,
)
from medaudit.ledger.store import read
from medaudit.ledger.tables import events

# What of the evidence is kept with a decision; another is another thing to decide.
SEEN = ("amount_found", "rule_version", "evidence")
SAID = {
    "confirmed": ("查实", "confirmed"), "dismissed": ("排除", "dismissed"), "escalated": ("移送上报", "escalated"),
    "reopened": ("重新打开", "reopened"),
}  # fmt: skip


def own(one: Event, reviewers: Mapping[str, str]) -> Problem | None:
    """Why a reviewer may not decide: it is about their own institution."""
    place = reviewers.get(one.who)
    if not place or place not in (one.fixmedins_code, one.subject_id):
        return None
    what = say(
        f"{one.who} 属于 {place}，应当回避", f"{one.who} is of {place} and has to stand back"
    )
    return Problem(what, one.finding_id or one.subject_id, "[reviewers]")


def conflict(one: Event, seen: int | None, before: Sequence[Event]) -> Problem | None:
    """Why a decision cannot be added after those on the same thing. seen: the number of the last that the person knew of; None: whichever."""
    name = one.finding_id or one.subject_id
    if not before:
        if one.action == REOPENED:
            what = say(
                "还没有决定，不用重新打开", "nothing was decided, so there is nothing to reopen"
            )
            return Problem(what, name)
        return None
    last = before[-1]
    if last.action == REOPENED or seen is None or seen >= last.number:
        return None
    # Another person's agreement is no conflict, nor is what somebody said before.
    if _decided(last) == _decided(one) or said(one, before):
        return None
    zh, en = SAID[last.action]
    money = "" if last.amount is None else f" {last.amount:,.2f}"
    when = last.at.strftime("%Y-%m-%d %H:%M") if last.at else ""
    what = say(
        f"{last.who} 已于 {when} 决定：{zh}{money}", f"already {en}{money} by {last.who} on {when}"
    )
    do = say(
        "同意就写同样的金额；看过后仍要改，加 --again",
        "to agree give the same amount; to decide otherwise after looking at it, add --again",
    )
    return Problem(what, name, do)


def said(one: Event, before: Sequence[Event]) -> bool:
    """Whether the same person said just this already, of the same evidence, and nobody decided otherwise since."""
    theirs = [event for event in before if event.who == one.who]
    if not theirs:
        return False
    last = theirs[-1]
    since = [event for event in before if event.number > last.number]
    known = {name: last.content.get(name) for name in SEEN}
    return (
        _decided(last) == _decided(one)
        and last.why == one.why
        and known == {name: one.content.get(name) for name in SEEN}
        and all(event.action == one.action for event in since)
    )


def recovered(
    connection: sa.Connection, key: str, about: Event, confirmations: int
) -> tuple[Decimal | None, Decimal]:
    """The yuan confirmed of a finding or suspect as it stands (None where it is not), and those that came back already."""
    same = events.c.finding_id == about.finding_id
    if not about.finding_id:
        same = sa.and_(events.c.finding_id == "", subject_key == key)
    now = standing(None, confirmations, same).c
    stood = connection.execute(sa.select(now.state, now.amount)).first()
    if stood is None or stood.state != CONFIRMED:
        return None, Decimal(0)
    back = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(events.c.amount), 0)).where(
            events.c.kind == "review", events.c.action == RECOVERED, same
        )
    ).scalar_one()
    return Decimal(stood.amount or 0) / 100, Decimal(int(back)) / 100


def decisions_on(connection: sa.Connection, one: Event) -> list[Event]:
    """The decisions on what an event is about, in their order."""
    about = events.c.finding_id == one.finding_id
    if not one.finding_id:
        key = f"{one.subject_type} {one.subject_id}"
        about = sa.and_(events.c.finding_id == "", subject_key == key)
    return read(connection, events.c.kind == "review", events.c.action.in_(DECISIONS), about)


def _decided(one: Event) -> tuple[Any, ...]:
    return (one.action, one.amount, one.until)
