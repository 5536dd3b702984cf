"""An account for machines: the same in every language but for its sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from medaudit.ledger.parts import plain
from medaudit.ledger.points import words
from medaudit.ledger.points.account import Entry
from medaudit.ledger.points.book import Book, Reckoned
from medaudit.ledger.points.proposals import Proposal
from medaudit.ledger.points.scheme import Scheme


def document(book: Book, one: Reckoned, scheme: Scheme) -> dict[str, Any]:
    """A doctor by one scheme for machines. Points are texts of decimals, days ISO texts."""
    return {
        "dr_codg": one.doctor,
        "scheme": scheme.name,
        "as_of": str(book.as_of),
        "standing": state(one),
        "lost": plain(one.lost),
        "full": plain(scheme.full),
        "lost_by_year": {str(year): plain(lost) for year, lost in sorted(one.account.lost.items())},
        "events": [
            entry(line.entry)
            | {"points": plain(line.points), "lost": plain(line.lost), "about": words.about(line, scheme)}
            for line in one.account.lines
        ],
        "suspensions": [
            {
                "by": span.by, "from": str(span.first), "until": iso(span.last), "latest": iso(span.latest), "ends": span.effect.ends,
                "register_from": iso(span.again), "lifted_by": span.lifted, "replaced_by": span.replaced, "why": words.followed(span, scheme),
            }
            for span in one.account.spans
        ],
        "proposals": [_proposal(proposal, one, scheme, book.as_of.year) for proposal in one.proposals],
    }  # fmt: skip


def _proposal(proposal: Proposal, one: Reckoned, scheme: Scheme, year: int) -> dict[str, Any]:
    return {
        "fixmedins_code": proposal.institution,
        "year": proposal.year,
        "findings": [finding.finding_id for finding in proposal.findings],
        "amount": f"{proposal.amount:.2f}",
        "points": [[plain(tier.low), plain(tier.high)] for tier in proposal.tiers],
        "arithmetic": words.proposed(proposal, one.lost, scheme, year),
    }


def entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number, "day": str(entry.day), "action": entry.action, "points": plain(entry.points),
        "fixmedins_code": entry.institution, "who": entry.who, "why": entry.why, "content": dict(entry.content),
    }  # fmt: skip


def iso(day: dt.date | None) -> str | None:
    return str(day) if day else None


def state(one: Reckoned) -> str:
    """qualified, suspended or ended, the same in every language."""
    if one.span is None:
        return "qualified"
    return "ended" if one.span.effect.ends else "suspended"
