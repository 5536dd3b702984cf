"""What people decided of somebody or something, from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from medaudit.dossier.who import Who
from medaudit.handbook.rule import Section
from medaudit.language import say
from medaudit.ledger import Event, Ledger
from medaudit.ledger.decisions import events_of
from medaudit.ledger.tables import events
from medaudit.ledger.telling import worded

KINDS = ("review", "tip", "points", "credit")


def decisions(ledger: Ledger, whom: Who, findings: Sequence[str]) -> list[Event]:
    """The events on the subject itself and on these findings, in their order."""
    e = events.c
    of_subject = sa.and_(e.subject_type == whom.kind, e.subject_id == whom.id, e.finding_id == "")
    told = [*ledger.events(e.kind.in_(KINDS), of_subject)]
    for these in events_of(findings):
        told += ledger.events(e.kind == "review", these)
    return sorted(told, key=lambda event: event.number)


def section(told: Sequence[Event]) -> list[Section]:
    """The decisions as a section of a page; none where nothing was decided."""
    if not told:
        return []
    items = [
        f"{event.day or (event.at.date() if event.at else '')} {event.who} "
        + worded(event.kind, event.action, None if event.amount is None else float(event.amount))
        + (f" {event.finding_id}" if event.finding_id else "")
        + (f"{say('：', ': ')}{event.why}" if event.why else "")
        for event in told
    ]
    return [Section("decisions", say("台账", "Ledger"), items=items)]


def document(told: Sequence[Event]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "number": event.number, "day": event.day, "who": event.who, "kind": event.kind, "action": event.action,
            "finding_id": event.finding_id or None, "amount": event.amount, "why": event.why,
        }
        for event in told
    ]  # fmt: skip
