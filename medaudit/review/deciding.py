"""A decision as an event: made from the finding it is about, and refused where somebody decided meanwhile."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from medaudit.errors import Problem
from medaudit.language import say
from medaudit.ledger import Event, Ledger
from medaudit.ledger.decisions import (
    CONFIRMED,
    DECISIONS,
    DISMISSED,
    REOPENED,
)
from medaudit.review.against import SAID, conflict, decisions_on, own, said
from medaudit.review.worklist import Rules


@dataclass(frozen=True)
class Decision:
    """What a person decides of one finding or suspect. amount: yuan that were confirmed, None for what was found. until: the last
    day a dismissal holds. seen: the number of the last decision the person knew of; None: whichever. day: when
    it was taken, where that was not today."""

    action: str
    who: str
    why: str = ""
    amount: Decimal | None = None
    until: dt.date | None = None
    seen: int | None = None
    day: dt.date | None = None


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
        day=decision.day or today,
        until=decision.until,
        fixmedins_code=_institution(about),
        dr_codg=_doctor(about),
        content=content,
    )


def record(
    ledger: Ledger,
    decided: list[tuple[Event, Decision]],
    reviewers: Mapping[str, str] | None = None,
) -> tuple[list[Event], list[Problem]]:
    """Add decisions, all or none: the events added, or why none was. What a person has said already, of the same evidence and for the
    same reason, is not added again. reviewers: name → own institution, of which they decide nothing."""
    problems: list[Problem] = []
    added = []
    with ledger.writing() as pen:
        for one, decision in decided:
            before = decisions_on(pen.connection, one)
            problem = own(one, reviewers or {}) or conflict(one, decision.seen, before)
            if problem:
                problems.append(problem)
            elif not said(one, before):
                added.append(one)
        if problems:
            return [], problems
        return [pen.add(one) for one in added], []


def digest(text: str) -> str:
    """What the evidence was, in sixteen characters; the order of its keys does not matter."""
    with suppress(ValueError):
        text = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


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


def problems_of(decision: Decision, found: Decimal, today: dt.date | None = None) -> list[str]:
    """What is wrong with a decision by itself."""
    told = []
    if decision.action not in DECISIONS:
        told.append(say(f"不认识的结论：{decision.action}", f"unknown decision: {decision.action}"))
    if decision.amount is not None and decision.action != CONFIRMED:
        told.append(say("只有查实才有金额", "only what is confirmed has an amount"))
    if decision.until is not None and today is not None and decision.until < today:
        told.append(say("截止日已过", "its last day has gone by"))
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


def recorded(added: Sequence[Event]) -> str:
    """What went into the ledger, and the hash to write down."""
    if not added:
        return say(
            "台账里已有同样的一条，没有重复记录", "the ledger says that already; nothing was added"
        )
    one = added[-1]
    what = say(*SAID[one.action]) if one.action in SAID else ""
    return say(
        f"已记入台账第 {one.number} 条{'：' + what if what else ''}（校验 {one.hash[:12]}）",
        f"recorded in the ledger as number {one.number}{': ' + what if what else ''} (check {one.hash[:12]})",
    )
