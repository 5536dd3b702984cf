"""One doctor's account: the points lost in each calendar year and the suspensions that follow, computed from events."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from medaudit.ledger.points.scheme import Effect, Scheme

AWARDED, RESTORED, CORRECTED = "awarded", "restored", "corrected"
APPEALED, REJECTED, CHOSEN, REINSTATED = "appealed", "rejected", "chosen", "reinstated"
COUNTED = "counted"  # no event of its own: an indicator or a finding that the scheme itself counts
LOSING = (AWARDED, COUNTED)


class Entry(NamedTuple):
    """What of an event the account is computed from. content: `of` (the number of the event it is about), `to` (points instead),
    `months`, `approved` (names), `findings` (ids), `item` (the place of the scheme's item)."""

    number: int
    day: dt.date
    action: str
    points: Decimal
    institution: str
    content: Mapping[str, Any]
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Line:
    """An event on the statement. points: what it changes of the points lost; lost: in its year, afterwards. notes: kind, and the number
    or thing that it is about."""

    entry: Entry
    points: Decimal
    lost: Decimal
    notes: tuple[tuple[str, Any], ...] = ()


@dataclass
class Span:
    """A time without payment qualification. by: the award that brought it; first and last: its days, no last until it is lifted.
    latest: the last day at most, where a person has still to choose the months. again: the day from which a new registration is possible
    after an ending. lifted: the event that lifted it. replaced: the award whose harsher effect took its place."""

    by: int
    first: dt.date
    last: dt.date | None
    effect: Effect
    months: int | None = None
    latest: dt.date | None = None
    again: dt.date | None = None
    lifted: int | None = None
    replaced: int | None = None

    def covers(self, day: dt.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass
class Account:
    """lines: every event in the order in which it counts. lost: points by year. spans: in the order of their first days."""

    lines: list[Line] = field(default_factory=list)
    lost: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    spans: list[Span] = field(default_factory=list)

    def standing(self, day: dt.date) -> Span | None:
        """The span in force that ends last, None in good standing."""
        return max(
            (span for span in self.spans if span.covers(day)),
            key=lambda span: (span.last or dt.date.max, span.effect.harshness),
            default=None,
        )


def months_on(day: dt.date, months: int) -> dt.date:
    """The day of the same number so many calendar months on; the last of the month where there is none: 31 January → 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def account(entries: Iterable[Entry], scheme: Scheme) -> Account:
    """The account that follows from the events, whatever order they come in. They count by day, and on one day by number.

    Where a year's points reach several limits at once the harshest follows. A harsher effect takes the place of a milder one that is
    still running; of several that overlap the one that ends last decides."""
    ordered = sorted(entries, key=lambda entry: (entry.day, entry.number))
    void, changed = corrections(ordered)
    chosen = _months_chosen(ordered, void)
    made = Account()
    regained: dict[int, Decimal] = defaultdict(Decimal)
    for entry in ordered:
        own = entry.action != COUNTED  # its number is not that of an event about points
        notes: list[tuple[str, Any]] = []
        points, moved = entry.points, Decimal(0)
        if own and entry.number in void:
            points = Decimal(0)
            notes.append(("taken back", void[entry.number]))
        elif own and entry.number in changed:
            points, by = changed[entry.number]
            notes.append(("changed", by))
        year = entry.day.year
        if entry.action in LOSING and points:
            moved = points
            effect = scheme.follows(made.lost[year], points)
            made.lost[year] += points
            if effect:
                _begin(made.spans, entry, effect, chosen.get(entry.number), notes)
        elif entry.action == RESTORED and points:
            year, moved = _restore(made, entry, points, scheme, regained, notes)
        elif entry.action == REINSTATED and entry.number not in void:
            _reinstate(made, entry, notes)
        made.lines.append(Line(entry, moved, made.lost[year], tuple(notes)))
    return made


def corrections(
    entries: Sequence[Entry],
) -> tuple[dict[int, int], dict[int, tuple[Decimal, int]]]:
    """number → the correction that takes it back; number → the points instead, and the correction. The last correction of an event
    holds; one that was itself taken back does nothing."""
    void: dict[int, int] = {}
    changed: dict[int, tuple[Decimal, int]] = {}
    settled = set()
    made = [entry for entry in entries if entry.action == CORRECTED]
    for entry in sorted(made, key=lambda entry: -entry.number):
        of = int(entry.content.get("of", 0))
        if entry.number in void or of in settled:
            continue
        settled.add(of)
        if entry.content.get("to") is None:
            void[of] = entry.number
        else:
            changed[of] = (Decimal(str(entry.content["to"])), entry.number)
    return void, changed


def lifted(entries: Sequence[Entry], scheme: Scheme) -> list[tuple[Span, int]]:
    """Suspensions that a correction lifted from their start, as if they had never been, and the number of that correction."""
    made = sorted(entry.number for entry in entries if entry.action == CORRECTED)
    kept = {_mark(span) for span in account(entries, scheme).spans} if made else set()
    found: dict[tuple[int, int], tuple[Span, int]] = {}
    for place, number in enumerate(made):
        later = set(made[place:])
        before = account([entry for entry in entries if entry.number not in later], scheme)
        after = account([e for e in entries if e.number not in later - {number}], scheme)
        left = kept | {_mark(span) for span in after.spans}
        found |= {_mark(span): (span, number) for span in before.spans if _mark(span) not in left}
    return list(found.values())


def _mark(span: Span) -> tuple[int, int]:
    return span.by, id(span.effect)


def pending(entries: Sequence[Entry]) -> list[Entry]:
    """Appeals that were neither rejected nor followed by a correction of what they are about."""
    void, changed = corrections(entries)
    rejected = {
        int(entry.content["of"])
        for entry in entries
        if entry.action == REJECTED and entry.number not in void
    }
    answered = {**void, **{of: by for of, (_, by) in changed.items()}}
    return [
        entry
        for entry in entries
        if entry.action == APPEALED
        and entry.number not in rejected
        and entry.number not in void
        and answered.get(int(entry.content["of"]), 0) < entry.number
    ]


def _months_chosen(entries: Iterable[Entry], void: Mapping[int, int]) -> dict[int, int]:
    """Award → the months that a person chose, the last to choose deciding."""
    chosen: dict[int, int] = {}
    for entry in entries:
        if entry.content and entry.content.get("months") and entry.number not in void:
            of = entry.number if entry.action == AWARDED else int(entry.content["of"])
            chosen[of] = int(entry.content["months"])
    return chosen


def _begin(
    spans: list[Span],
    entry: Entry,
    effect: Effect,
    chosen: int | None,
    notes: list[tuple[str, Any]],
) -> None:
    span = Span(entry.number, entry.day, None, effect)
    if effect.months:
        least, most = effect.months
        span.months = chosen if chosen and least <= chosen <= most else None
        if effect.ends:
            span.again = months_on(entry.day, span.months or least)
        else:
            span.months = least if least == most else span.months
            span.last = months_on(entry.day, span.months or least)
            span.latest = None if span.months else months_on(entry.day, most)
    for other in spans:
        if other.covers(entry.day) and effect.harshness > other.effect.harshness:
            other.replaced = other.replaced or entry.number
    notes.append(("reaches", effect))
    spans.append(span)


def _restore(
    made: Account, entry: Entry, points: Decimal, scheme: Scheme, regained: dict[int, Decimal], notes: list[tuple[str, Any]],
) -> tuple[int, Decimal]:  # fmt: skip
    """The year whose points are lowered, and by how much. Points regained after an ending are those that led to it."""
    rule = scheme.restore
    ending = next((s for s in made.spans if s.effect.ends and s.last is None and rule and rule.lifts_at is not None), None)  # fmt: skip
    year = ending.first.year if ending else entry.day.year
    if rule is None:
        notes.append(("no restoration", None))
        return year, Decimal(0)
    if len(set(entry.content.get("approved", ()))) < rule.approvals:
        notes.append(("approvals", rule.approvals))
        return year, Decimal(0)
    room = made.lost[year] if rule.most is None else min(made.lost[year], rule.most - regained[year])  # fmt: skip
    given = max(min(points, room), Decimal(0))
    if given < points:
        notes.append(("only", given))
    made.lost[year] -= given
    regained[year] += given
    if ending and rule.lifts_at is not None and made.lost[year] <= rule.lifts_at:
        ending.last, ending.lifted = entry.day - dt.timedelta(1), entry.number
        notes.append(("lifts", ending.by))
    return year, -given


def _reinstate(made: Account, entry: Entry, notes: list[tuple[str, Any]]) -> None:
    for span in made.spans:
        if span.effect.ends and span.last is None:
            span.last, span.lifted = entry.day - dt.timedelta(1), entry.number
            notes.append(("lifts", span.by))
            if span.again and entry.day < span.again:
                notes.append(("early", span.again))
