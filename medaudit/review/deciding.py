"""A decision as an event: made from the finding it is about, and refused where somebody decided meanwhile."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from medaudit.errors import Problem
from medaudit.language import say
from medaudit.ledger import Event, Ledger
from medaudit.ledger.decisions import CONFIRMED, DECISIONS, DISMISSED, REOPENED, subject_key
from medaudit.ledger.event import event
from medaudit.ledger.tables import events
from medaudit.review.worklist import Rules

SAID = {
    "confirmed": ("查实", "confirmed"), "dismissed": ("排除", "dismissed"), "escalated": ("移送上报", "escalated"),
    "reopened": ("重新打开", "reopened"),
}  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What a person decides of one finding or suspect. amount: yuan that were confirmed, None for what was found. until: the last
    day a dismissal holds. seen: the number of the last decision the person knew of; None: whichever."""

    action: str
    who: str
    why: str = ""
    amount: Decimal | None = None
    until: dt.date | None = None
    seen: int | None = None


def as_event(
    about: Mapping[str, Any],
    decision: Decision,
    rules: Rules,
    run: Mapping[str, str],
    today: dt.date,
) -> Event:
    """The event of a decision. about: a row of the worklist. run: the identity of the run it was seen in, and when that was
    finished."""
    rule = str(about.get("rule") or "")
    amount = decision.amount
    if decision.action == CONFIRMED and amount is None:
        amount = Decimal(str(about["amount"]))
    content = {
        **run,
        "amount_found": f"{about['amount']:.2f}",
        "rule_version": rules.versions.get(rule, ""),
        "basis": list(rules.basis.get(rule, ())),
    }
    for name in ("setl_id", "psn_no", "occurred_on", "charge_amount"):
        if about.get(name) == about.get(name) and about.get(name) is not None:
            content[name] = str(about[name])
    if "evidence" in about:
        content["evidence"] = digest(str(about["evidence"]))
    return Event(
        "review",
        decision.action,
        decision.who,
        decision.why,
        subject_type=_text(about.get("subject_type")),
        subject_id=_text(about.get("subject_id")),
        finding_id=_text(about.get("finding_id")),
        level=_text(about.get("level")),
        rule=rule,
        amount=amount,
        day=today,
        until=decision.until,
        fixmedins_code=_institution(about),
        dr_codg=_doctor(about),
        content=content,
    )


def record(
    ledger: Ledger, decided: list[tuple[Event, Decision]]
) -> tuple[list[Event], list[Problem]]:
    """Add decisions, all or none: the events added, or why none was. Somebody else's decision that was not seen is told by name."""
    problems: list[Problem] = []
    added = []
    with ledger.writing() as pen:
        for one, decision in decided:
            before = last(pen.connection, one)
            problem = conflict(one, decision, before)
            if problem:
                problems.append(problem)
            elif before is None or not _same(before, one):
                added.append(one)
        if problems:
            return [], problems
        return [pen.add(one) for one in added], []


def conflict(one: Event, decision: Decision, before: Event | None) -> Problem | None:
    """Why a decision cannot be added after the last one on the same thing."""
    name = one.finding_id or one.subject_id
    if before is None:
        if one.action == REOPENED:
            return Problem(
                say(
                    "还没有决定，不用重新打开", "nothing was decided, so there is nothing to reopen"
                ),
                name,
            )
        return None
    # Another person's agreement is no conflict, and whoever agrees may put the amount right.
    if before.action in (one.action, REOPENED):
        return None
    if decision.seen is None or decision.seen >= before.number:
        return None
    zh, en = SAID[before.action]
    when = before.at.strftime("%Y-%m-%d %H:%M") if before.at else ""
    what = say(f"{before.who} 已于 {when} 决定：{zh}", f"already {en} by {before.who} on {when}")
    do = say("看过后仍要改，加 --again", "to decide otherwise after looking at it, add --again")
    return Problem(what, name, do)


def digest(text: str) -> str:
    """What the evidence was, in sixteen characters; the order of its keys does not matter."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def last(connection: sa.Connection, one: Event) -> Event | None:
    """The last decision on what an event is about."""
    key = one.finding_id or f"{one.subject_type} {one.subject_id}"
    chosen = (
        sa.select(events)
        .where(events.c.kind == "review", events.c.action.in_(DECISIONS), subject_key == key)
        .order_by(events.c.number.desc())
        .limit(1)
    )
    row = connection.execute(chosen).mappings().first()
    return event(dict(row)) if row else None


def _same(before: Event, one: Event) -> bool:
    """Whether the same person says the same again: recording it twice is recording it once."""
    return (before.action, before.who, before.amount, before.until) == (
        one.action,
        one.who,
        one.amount,
        one.until,
    )


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _institution(about: Mapping[str, Any]) -> str:
    if about.get("subject_type") in ("institution", "pharmacy"):
        return _text(about.get("subject_id"))
    return _text(about.get("fixmedins_code"))


def _doctor(about: Mapping[str, Any]) -> str:
    if about.get("subject_type") == "doctor":
        return _text(about.get("subject_id"))
    return _text(about.get("dr_codg"))


def problems_of(decision: Decision, found: Decimal) -> list[str]:
    """What is wrong with a decision by itself."""
    told = []
    if decision.action not in DECISIONS:
        told.append(say(f"不认识的结论：{decision.action}", f"unknown decision: {decision.action}"))
    if decision.amount is not None and decision.action != CONFIRMED:
        told.append(say("只有查实才有金额", "only what is confirmed has an amount"))
    if decision.amount is not None and decision.amount < 0:
        told.append(say("金额不能为负", "the amount cannot be negative"))
    if decision.until is not None and decision.action != DISMISSED:
        told.append(say("只有排除才有截止日", "only a dismissal has a last day"))
    if decision.action in (DISMISSED, REOPENED) and not decision.why.strip():
        told.append(say("要写明理由", "a reason is needed"))
    if decision.amount is not None and found and decision.amount > 10 * found:
        told.append(
            say(
                f"金额超过疑点金额（{found:,.2f} 元）的十倍",
                f"the amount is over ten times what was found ({found:,.2f} yuan)",
            )
        )
    return told
