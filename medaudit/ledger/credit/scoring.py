"""An institution's scorecard on a day: what was deducted for what, the grade and card that follow, and the lists it is proposed for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from medaudit.ledger.confirmed import Finding
from medaudit.ledger.credit.scheme import LEVELS, Band, Scheme
from medaudit.ledger.points.account import months_on
from medaudit.ledger.points.scheme import named

LISTED, UNLISTED, GRADED = "listed", "unlisted", "graded"
COMPUTED = ""  # a decided grade that goes back to the computed one


class Known(NamedTuple):
    """What a run knows of an institution. fund: its payments from `first` to `last`, yuan. doctors: codes of all that it has."""

    name: str = ""
    fund: Decimal | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    doctors: frozenset[str] | None = None


class Decided(NamedTuple):
    """A person's decision. content: `list` (red or black) or `grade`."""

    number: int
    day: dt.date
    until: dt.date | None
    action: str
    who: str
    why: str
    content: Mapping[str, Any]


class Deduction(NamedTuple):
    """A line of the scorecard. part: severity, share, repetition. about: what the arithmetic is told from. points: deducted."""

    part: str
    about: Mapping[str, Any]
    points: Decimal


@dataclass(frozen=True)
class Scored:
    """A scorecard. computed: the grade it comes to; grade: the one in force, which a person may have decided (`decided`). share: confirmed
    money over fund payments, None where these are not known. penalised: doctors, of `doctors`; lowered: by how many grades.
    red, black: listed, proposed, or "" ; which decisions listed it: `lists`."""

    institution: str
    day: dt.date
    deductions: Sequence[Deduction]
    score: Decimal
    computed: str
    grade: str
    card: str
    findings: int
    amount: Decimal
    share: Decimal | None
    vetoes: Sequence[Finding]
    penalised: Sequence[str]
    doctors: int
    lowered: int
    supervised: bool
    decided: Decided | None = None
    red: str = ""
    black: str = ""
    lists: Mapping[str, Decided] = field(default_factory=dict)


def score(
    institution: str,
    findings: Sequence[Finding],
    decisions: Sequence[Decided],
    penalised: Collection[str],
    named_doctors: Sequence[str],
    known: Known,
    scheme: Scheme,
    day: dt.date,
    reviewed: bool = False,
) -> Scored:
    """The scorecard at the end of that day. findings: confirmed by then. penalised: doctors that count as such then. named_doctors: all that
    the ledger names at the institution. reviewed: whether anybody looked at it lately: nothing confirmed where nobody looked is no merit."""
    since = months_on(day, -scheme.months)
    recent = [one for one in findings if since < one.day <= day]
    amount = sum((one.amount for one in recent), Decimal(0))
    share, share_line = _share(recent, known, scheme)
    deductions = [*_severity(recent, scheme), share_line, *_repetition(findings, recent, scheme)]
    total = max(scheme.start - sum((one.points for one in deductions), Decimal(0)), Decimal(0))
    vetoes = [
        one
        for one in findings
        if any(
            named(one.basis, veto.basis) and months_on(day, -veto.months) < one.day <= day
            for veto in scheme.vetoes
        )
    ]
    rule, names = scheme.penalised, [band.name for band in scheme.grades]
    # Somebody penalised there who has left since belongs to both sides of the share.
    left = frozenset(named_doctors).intersection(penalised)
    doctors = known.doctors | left if known.doctors else frozenset(named_doctors)
    guilty = sorted(doctors.intersection(penalised))
    sure = bool(known.doctors) or rule.from_ledger
    above = bool(doctors) and sure and Decimal(len(guilty)) / len(doctors) > rule.above
    place = len(names) - 1 if vetoes else names.index(_band(scheme.grades, total))
    lowered = min(rule.grades, len(names) - 1 - place) if above else 0
    computed = names[place + lowered]
    card = scheme.cards[-1].name if vetoes else _band(scheme.cards, total)
    if above and card == scheme.cards[0].name:
        card = scheme.cards[1].name  # whoever is under key supervision has been warned
    decided = _graded(decisions, day, names)
    grade = str(decided.content["grade"]) if decided else computed
    quiet = not any(months_on(day, -scheme.red_months) < one.day <= day for one in findings)
    lists = listed(decisions, day)
    return Scored(
        institution, day, deductions, total, computed, grade, card, len(recent), amount, share, vetoes, guilty, len(doctors), lowered,
        above or bool(vetoes), decided,
        "listed" if "red" in lists else "proposed" if reviewed and quiet and grade == names[0] and not above else "",
        "listed" if "black" in lists else "proposed" if card == scheme.cards[-1].name else "",
        lists,
    )  # fmt: skip


def _severity(recent: Sequence[Finding], scheme: Scheme) -> list[Deduction]:
    left, lines = scheme.severity_most, []
    counts = Counter(one.level for one in recent)
    for level in LEVELS:
        if counts[level]:
            points = min(scheme.severity[level] * counts[level], left)
            left -= points
            about = {"level": level, "number": counts[level], "each": scheme.severity[level]}
            lines.append(Deduction("severity", about, points))
    return lines


def _share(
    recent: Sequence[Finding], known: Known, scheme: Scheme
) -> tuple[Decimal | None, Deduction]:
    """The share of fund payments: money confirmed of what happened in the days of the run, over the payments of these days."""
    if not known.fund or known.fund <= 0 or not known.first or not known.last:
        return None, Deduction("share", {"share": None}, Decimal(0))
    within = [one.amount for one in recent if known.first <= one.occurred <= known.last]
    confirmed = sum(within, Decimal(0))
    share = min(confirmed / known.fund, Decimal(1))
    steps = share // scheme.share_per
    points = min(scheme.share_points * steps, scheme.share_most)
    about = {"share": share, "confirmed": confirmed, "fund": known.fund, "first": known.first, "last": known.last, "steps": steps}  # fmt: skip
    return share, Deduction("share", about, points)


def _repetition(
    findings: Sequence[Finding], recent: Sequence[Finding], scheme: Scheme
) -> list[Deduction]:
    latest = {one.rule: one.day.year for one in recent if one.rule}
    latest = {rule: max(one.day.year for one in recent if one.rule == rule) for rule in latest}
    again: dict[str, int] = {}
    for one in findings:
        if one.rule in latest and one.day.year < latest[one.rule]:
            again[one.rule] = max(one.day.year, again.get(one.rule, 0))
    if not again:
        return []
    points = min(scheme.repetition_points * len(again), scheme.repetition_most)
    return [Deduction("repetition", {"rules": dict(sorted(again.items()))}, points)]


def _band(bands: Sequence[Band], total: Decimal) -> str:
    return next(band.name for band in bands if total >= band.least)


def _graded(decisions: Sequence[Decided], day: dt.date, names: Sequence[str]) -> Decided | None:
    """The decision on the grade in force that day; none when it is over, or of a grade that the scheme does not have."""
    last = max((one for one in decisions if one.action == GRADED and one.day <= day), key=_order, default=None)  # fmt: skip
    if last is None or last.content.get("grade") not in names:
        return None
    return last if last.until is None or day <= last.until else None


def listed(decisions: Sequence[Decided], day: dt.date) -> dict[str, Decided]:
    """red and black → the decision that lists the institution that day."""
    last: dict[str, Decided] = {}
    for one in sorted(decisions, key=_order):
        if one.action in (LISTED, UNLISTED) and one.day <= day:
            last[str(one.content.get("list"))] = one
    return {
        name: one
        for name, one in last.items()
        if one.action == LISTED and (one.until is None or day <= one.until)
    }


def _order(one: Decided) -> tuple[dt.date, int]:
    return one.day, one.number
