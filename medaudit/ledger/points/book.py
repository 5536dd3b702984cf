"""All doctors' points as the ledger has them at the end of a day, and the account of each by a scheme."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from medaudit.ledger.confirmed import Finding, confirmed
from medaudit.ledger.event import Event
from medaudit.ledger.points.account import Account, Entry, Span, account, corrections
from medaudit.ledger.points.proposals import Proposal, counted, proposals, used_in
from medaudit.ledger.points.scheme import Scheme
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events

e = events.c
_CHEAP = ("number", "day", "action", "points", "fixmedins_code", "content", "dr_codg")
Measured = Mapping[str, tuple[float, float]]
_NOTHING: Measured = {}


@dataclass(frozen=True)
class Book:
    """entries, later: doctor → events up to the day, and those of a later day. findings: doctor → findings confirmed by then."""

    as_of: dt.date
    entries: Mapping[str, Sequence[Entry]]
    later: Mapping[str, Sequence[Entry]]
    findings: Mapping[str, Sequence[Finding]]

    @property
    def doctors(self) -> list[str]:
        return sorted({*self.entries, *self.later, *self.findings})


@dataclass(frozen=True)
class Reckoned:
    """One doctor by one scheme. lost: points in the year of the day. span: why the doctor has no payment qualification on that day."""

    doctor: str
    account: Account
    entries: Sequence[Entry]
    proposals: Sequence[Proposal]
    lost: Decimal
    span: Span | None


def entry(told: Event) -> Entry:
    """An event of the ledger as the account takes it."""
    return Entry(
        told.number, told.day or dt.date.min, told.action, told.points or Decimal(0), told.fixmedins_code, told.content, told.who, told.why,
    )  # fmt: skip


class Suspension(NamedTuple):
    """Days without payment qualification. until_day: the last of them, None until somebody lifts it. by: the awards that brought it."""

    dr_codg: str
    from_day: dt.date
    until_day: dt.date | None
    reason: str


def opened(
    ledger: Ledger, as_of: dt.date, confirmations: int = 1, doctor: str = "", findings: bool = True
) -> Book:
    """The book at the end of that day, of all doctors or of one. findings: whether what people confirmed is wanted."""
    names = (*_CHEAP, "who", "why") if doctor else _CHEAP
    chosen = sa.select(*(e[name] for name in names)).where(e.kind == "points")
    if doctor:
        chosen = chosen.where(e.dr_codg == doctor)
    entries: dict[str, list[Entry]] = defaultdict(list)
    later: dict[str, list[Entry]] = defaultdict(list)
    found: dict[str, list[Finding]] = defaultdict(list)
    with ledger.reading() as connection:
        for number, day, action, points, institution, content, code, *people in connection.execute(chosen).all():  # fmt: skip
            when = dt.date.fromisoformat(day)
            told = {} if content == "{}" else json.loads(content)
            one = Entry(number, when, action, Decimal(points or 0) / 100, institution, told, *people)  # fmt: skip
            (entries if when <= as_of else later)[code].append(one)
        if findings:
            for finding in confirmed(connection, as_of, confirmations, by="dr_codg", of=doctor):
                found[finding.doctor].append(finding)
    return Book(as_of, entries, later, found)


def reckon(book: Book, doctor: str, scheme: Scheme, measured: Measured = _NOTHING) -> Reckoned:
    """A doctor's account and proposals. measured: finding → an indicator's value in times of the peers', least and most."""
    entries = list(book.entries.get(doctor, ()))
    findings = book.findings.get(doctor, ())
    used = used_in(entries, corrections(entries)[0]) if entries and findings else ()
    if scheme.items:
        entries += counted(findings, scheme, used, measured)
        proposed = []
    else:
        proposed = proposals(findings, scheme, used)
    made = account(entries, scheme)
    return Reckoned(
        doctor, made, entries, proposed, made.lost.get(book.as_of.year, Decimal(0)), made.standing(book.as_of),
    )  # fmt: skip


def reckoned(book: Book, scheme: Scheme, measured: Measured = _NOTHING) -> list[Reckoned]:
    """Every doctor with points or proposals: first those without qualification, then by points lost, then by findings."""
    made = [reckon(book, doctor, scheme, measured) for doctor in book.doctors]
    return sorted(
        made,
        key=lambda one: (
            one.span is None,
            -one.lost,
            -sum(len(proposal.findings) for proposal in one.proposals),
            one.doctor,
        ),
    )


def joined(spans: Sequence[Span]) -> list[tuple[dt.date, dt.date | None, list[Span]]]:
    """The days that spans cover, those that overlap as one: first day, last day (None: until lifted), and which they are."""
    found: list[tuple[dt.date, dt.date | None, list[Span]]] = []
    for span in sorted(spans, key=lambda span: span.first):
        if span.last is not None and span.last < span.first:
            continue
        if found and (found[-1][1] is None or span.first <= found[-1][1]):
            first, last, before = found[-1]
            end = None if last is None or span.last is None else max(last, span.last)
            found[-1] = (first, end, [*before, span])
        else:
            found.append((span.first, span.last, [span]))
    return found


def suspended(
    ledger: Ledger, scheme: Scheme, as_of: dt.date | None = None, confirmations: int = 1
) -> list[Suspension]:
    """Every time without payment qualification that follows from the ledger as it was at the end of `as_of` (today), past and
    running, by doctor and first day. Of months still to be chosen the fewest count. reason: in the run's language."""
    from medaudit.ledger.points.words import followed

    day = as_of or dt.date.today()
    book = opened(ledger, day, confirmations, findings=bool(scheme.items))
    return [
        Suspension(doctor, first, last, followed(spans[-1], scheme))
        for doctor in book.doctors
        for first, last, spans in joined(reckon(book, doctor, scheme).account.spans)
    ]
