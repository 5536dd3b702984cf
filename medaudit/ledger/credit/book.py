"""All institutions' credit as the ledger has it, and recording what a person decided of one."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.ledger.confirmed import Finding, confirmed
from medaudit.ledger.credit.scheme import Scheme
from medaudit.ledger.credit.scoring import COMPUTED, GRADED, Decided, Known, Scored, listed, score
from medaudit.ledger.decisions import CONFIRMED, DISMISSED
from medaudit.ledger.event import Event
from medaudit.ledger.points import book as points
from medaudit.ledger.points.account import account, months_on
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events

e = events.c
LISTS = ("red", "black")
AHEAD = 12  # months: a later day is rather a slip of the pen
_NOTHING = Known()


@dataclass(frozen=True)
class Book:
    """findings, decisions: by institution. doctors: institution → those the ledger names there. points: doctors' points. seen: all
    institutions the ledger names. reviewed: those of which something was confirmed or dismissed in the months that the scheme asks for
    before it proposes one for the red list."""

    as_of: dt.date
    findings: Mapping[str, Sequence[Finding]]
    decisions: Mapping[str, Sequence[Decided]]
    doctors: Mapping[str, set[str]]
    points: points.Book
    seen: frozenset[str]
    reviewed: frozenset[str]


def opened(ledger: Ledger, scheme: Scheme, as_of: dt.date, confirmations: int = 1, institution: str = "") -> Book:  # fmt: skip
    """The book at the end of that day, of all institutions or of one. confirmations: different people who must confirm a finding."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    decisions: dict[str, list[Decided]] = defaultdict(list)
    doctors: dict[str, set[str]] = defaultdict(set)
    chosen = sa.select(
        e.fixmedins_code, e.number, e.day, e.until, e.action, e.who, e.why, e.content
    ).where(e.kind == "credit", e.day <= as_of.isoformat())
    if institution:
        chosen = chosen.where(e.fixmedins_code == institution)
    with ledger.reading() as connection:
        for code, number, day, until, action, who, why, content in connection.execute(chosen):
            last = dt.date.fromisoformat(until) if until else None
            one = Decided(number, dt.date.fromisoformat(day), last, action, who, why, json.loads(content))  # fmt: skip
            decisions[code].append(one)
        for finding in confirmed(connection, as_of, confirmations, by="fixmedins_code", of=institution):  # fmt: skip
            findings[finding.institution].append(finding)
            if finding.doctor:
                doctors[finding.institution].add(finding.doctor)
        told = sa.select(e.number).where(e.fixmedins_code == institution).limit(1)
        there = institution and connection.execute(told).first()
        seen = [institution] if there else list(_institutions(connection))
        since = months_on(as_of, -scheme.red_months)
        asked = [institution] if institution else seen
        reviewed = [code for code in asked if _reviewed(connection, code, since, as_of)]
    known = points.opened(ledger, as_of, confirmations, findings=False)
    for doctor, entries in known.entries.items():
        for entry in entries:
            if entry.institution:
                doctors[entry.institution].add(doctor)
    return Book(as_of, findings, decisions, doctors, known, frozenset(seen), frozenset(reviewed))


def _institutions(connection: sa.Connection) -> Iterator[str]:
    """The institutions that events name, from one to the next by the index: a DISTINCT would read every event."""
    code = ""
    while True:
        following = sa.select(sa.func.min(e.fixmedins_code)).where(e.fixmedins_code > code)
        code = connection.execute(following).scalar() or ""
        if not code:
            return
        yield code


def _reviewed(connection: sa.Connection, code: str, since: dt.date, day: dt.date) -> bool:
    found = sa.select(e.number).where(
        e.fixmedins_code == code, e.kind == "review", e.action.in_((CONFIRMED, DISMISSED)),
        e.day > since.isoformat(), e.day <= day.isoformat(),
    )  # fmt: skip
    return connection.execute(found.limit(1)).first() is not None


def penalised(
    book: Book, scheme: Scheme, day: dt.date, among: Collection[str] | None = None
) -> frozenset[str]:
    """Doctors with so many points lost in that year as the scheme says, or without payment qualification on that day. among: look only
    at these."""
    rule, found = scheme.penalised, list[str]()
    for doctor in book.points.entries if among is None else among:
        entries = book.points.entries.get(doctor, ())
        made = account([one for one in entries if one.day <= day], rule.scheme)
        if made.lost.get(day.year, 0) >= rule.points or made.standing(day):
            found.append(doctor)
    return frozenset(found)


def scored(book: Book, scheme: Scheme, known: Mapping[str, Known], institution: str = "") -> list[Scored]:  # fmt: skip
    """Scorecards at the end of the book's day, of one institution or of all that the ledger or the run knows: the worst first."""
    among = book.doctors.get(institution, set()) | (
        known.get(institution, _NOTHING).doctors or set()
    )
    guilty = penalised(book, scheme, book.as_of, among if institution else None)
    codes = [institution] if institution else sorted({*book.seen, *known})  # fmt: skip
    made = [_card(book, code, book.findings.get(code, ()), guilty, scheme, known, book.as_of) for code in codes]  # fmt: skip
    places = {band.name: place for place, band in enumerate(scheme.grades)}
    return sorted(made, key=lambda one: (-places[one.grade], one.score, -one.amount, one.institution))  # fmt: skip


def _card(
    book: Book, code: str, findings: Sequence[Finding], guilty: frozenset[str], scheme: Scheme, known: Mapping[str, Known], day: dt.date,
) -> Scored:  # fmt: skip
    named = sorted(book.doctors.get(code, ()))
    about = known.get(code, _NOTHING)
    reviewed = code in book.reviewed
    return score(
        code, findings, book.decisions.get(code, ()), guilty, named, about, scheme, day, reviewed
    )


def history(
    ledger: Ledger, book: Book, scheme: Scheme, known: Mapping[str, Known], institution: str, confirmations: int = 1,
) -> list[Scored]:  # fmt: skip
    """The scorecards at the ends of the years since the first event about the institution and before the book's day, each from what was
    confirmed and decided by then."""
    made = []
    among = book.doctors.get(institution, set()) | (
        known.get(institution, _NOTHING).doctors or set()
    )
    with ledger.reading() as connection:
        first = connection.execute(sa.select(sa.func.min(e.day)).where(e.fixmedins_code == institution)).scalar()  # fmt: skip
        years = range(dt.date.fromisoformat(first).year, book.as_of.year + 1) if first else ()
        for end in (dt.date(year, 12, 31) for year in years):
            if end < book.as_of:
                found = confirmed(connection, end, confirmations, by="fixmedins_code", of=institution)  # fmt: skip
                guilty = penalised(book, scheme, end, among)
                made.append(_card(book, institution, found, guilty, scheme, known, end))
    return made


@dataclass(frozen=True)
class Act:
    """What a person decides of an institution. action: listed, unlisted or graded. about: red or black, or the grade ("computed" to go
    back to the computed one)."""

    action: str
    about: str
    who: str
    why: str
    day: dt.date
    until: dt.date | None = None


def act(ledger: Ledger, institution: str, given: Act, scheme: Scheme, today: dt.date) -> Event:
    """Add the event and return it. Raises MedauditError with everything that speaks against it; nobody adds in between."""
    with ledger.writing() as pen:
        before = [
            Decided(one.number, one.day or today, one.until, one.action, one.who, one.why, one.content)
            for one in pen.events(e.kind == "credit", e.fixmedins_code == institution)
        ]  # fmt: skip
        problems = list(_problems(before, given, scheme, today))
        if problems:
            raise MedauditError(problems)
        graded = COMPUTED if given.about == "computed" else given.about
        content = {"grade": graded} if given.action == GRADED else {"list": given.about}
        return pen.add(
            Event(
                "credit", given.action, given.who, given.why.strip(), subject_type="institution", subject_id=institution,
                fixmedins_code=institution, day=given.day, until=given.until, content=content,
            )
        )  # fmt: skip


def _problems(before: Sequence[Decided], given: Act, scheme: Scheme, today: dt.date) -> Iterator[Problem]:  # fmt: skip
    if not given.why.strip():
        do = say("写明依据的决定或事实", "say which decision or facts it rests on")
        yield Problem(say("没有写理由", "no reason is given"), "--why", do)
    if given.day > months_on(today, AHEAD):
        what = say(f"{given.day} 离今天一年以上", f"{given.day} is more than a year ahead")
        yield Problem(what, "--day", say("请核对年份", "check the year"))
    if given.until and given.until < given.day:
        yield Problem(say("截止日早于起始日", "the last day is before the first"), "--until")
    if given.action == GRADED:
        grades = [*(band.name for band in scheme.grades), "computed"]
        if given.about not in grades:
            what = say(f"方案没有 {given.about} 这一等级", f"the scheme has no grade {given.about}")
            yield Problem(what, "--grade", did_you_mean(given.about, grades))
        return
    where = "--list" if given.action == "listed" else "--unlist"
    if given.about not in LISTS:
        what = say(f"没有 {given.about} 这个名单", f"there is no list {given.about}")
        yield Problem(what, where, did_you_mean(given.about, LISTS))
    elif (given.about in listed(before, given.day)) == (given.action == "listed"):
        there = given.action == "listed"
        what = say("已经在名单上", "it is on that list already") if there else say("不在名单上", "it is not on that list")  # fmt: skip
        yield Problem(what, where)
