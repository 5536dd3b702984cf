"""How things stand by what people decided: computed from events, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from medaudit.ledger.tables import events

# What a reviewer decides of a finding or a suspect. `reopened` takes an earlier decision back.
CONFIRMED, DISMISSED, ESCALATED, REOPENED = "confirmed", "dismissed", "escalated", "reopened"
DECISIONS = (CONFIRMED, DISMISSED, ESCALATED, REOPENED)
# Money that came back, or that a notice demands; said of what was confirmed.
RECOVERED = "recovered"
# How a thing stands: also `waiting` for another person's confirmation, and open.
WAITING, OPEN = "waiting", "open"

e = events.c
SOME = 10_000  # keys asked for at once
# A finding, or a suspect as a whole.
subject_key = sa.case((e.finding_id != "", e.finding_id), else_=e.subject_type + " " + e.subject_id)


def standing(
    as_of: dt.date | None = None,
    confirmations: int = 1,
    about: sa.ColumnElement[bool] | None = None,
) -> sa.Subquery:
    """The last decision on every finding and suspect: key, state (confirmed, waiting, dismissed, escalated, open), people (who
    confirmed, so many) and the columns of the event.

    as_of: as it stood at the end of that day; a dismissal is over after its `until`. confirmations: different people who must confirm,
    and the same amount. about: of which events alone; all those of a thing or none.
    """
    decided = sa.select(subject_key.label("key"), e.number, e.action, e.who, e.amount).where(
        e.kind == "review", e.action.in_(DECISIONS)
    )
    if about is not None:
        decided = decided.where(about)
    if as_of is not None:
        decided = decided.where(e.day <= as_of.isoformat())
    d = decided.subquery("decided").c
    last = sa.select(
        d.key, sa.func.max(d.number).label("number"),
        sa.func.max(sa.case((d.action != CONFIRMED, d.number), else_=0)).label("other"),
    ).group_by(d.key).subquery("last")  # fmt: skip
    ended = sa.and_(e.until.is_not(None), e.until < (as_of or dt.date.today()).isoformat())
    agreed, agreeing = _agreed(d, last) if confirmations > 1 else (sa.literal(1), None)
    state = sa.case(
        (sa.and_(e.action == CONFIRMED, agreed >= confirmations), CONFIRMED),
        (e.action == CONFIRMED, WAITING),
        (e.action == REOPENED, OPEN),
        (sa.and_(e.action == DISMISSED, ended), OPEN),
        else_=e.action,
    )
    told = sa.select(last.c.key, state.label("state"), agreed.label("people"), *events.c)
    joined = told.join(events, e.number == last.c.number)
    if agreeing is not None:
        joined = joined.outerjoin(agreeing, agreeing.c.key == last.c.key)
    return joined.subquery("standing")


def events_of(keys: Sequence[str]) -> Iterator[sa.ColumnElement[bool]]:
    """The events of these keys, so many at a time: findings by their index, suspects (kind and id) among what names no finding."""
    findings = [key for key in keys if " " not in key]
    suspects = [key for key in keys if " " in key]
    for at in range(0, len(findings), SOME):
        yield e.finding_id.in_(findings[at : at + SOME])
    for at in range(0, len(suspects), SOME):
        yield sa.and_(e.finding_id == "", subject_key.in_(suspects[at : at + SOME]))


def _agreed(d: Any, last: sa.Subquery) -> tuple[sa.ColumnElement[int], sa.Subquery]:
    """How many people confirmed the same amount since anything else was decided, and the table that says so."""
    newest = events.alias("newest")
    people = (
        sa.select(d.key, sa.func.count(sa.distinct(d.who)).label("people"))
        .join(last, sa.and_(last.c.key == d.key, d.number > last.c.other))
        .join(newest, sa.and_(newest.c.number == last.c.number, newest.c.amount == d.amount))
        .group_by(d.key)
        .subquery("agreed")
    )
    return sa.func.coalesce(people.c.people, 0), people


# How people write a decision in a list.
WORDS = {
    "confirmed": CONFIRMED, "查实": CONFIRMED, "属实": CONFIRMED, "确认": CONFIRMED, "y": CONFIRMED,
    "dismissed": DISMISSED, "排除": DISMISSED, "不属实": DISMISSED, "否": DISMISSED, "n": DISMISSED,
    "escalated": ESCALATED, "移送": ESCALATED, "上报": ESCALATED, "移送上报": ESCALATED, "e": ESCALATED,
    "reopened": REOPENED, "重新打开": REOPENED,
}  # fmt: skip
