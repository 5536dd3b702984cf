"""A list that came back with decisions in it: each row held against the run and the ledger, and every conflict told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import Event
from medaudit.ledger.decisions import WORDS
from medaudit.review.against import conflict, decisions_on, own
from medaudit.review.deciding import Decision, as_event, problems_of, record
from medaudit.review.desk import Desk, named, rows
from medaudit.review.form import Row, rows_of
from medaudit.review.sitting import yuan
from medaudit.settings import Settings

SHOWN = 50  # problems told one by one


@dataclass
class Returned:
    """What came of a list. added: the events. again: rows that say what the ledger has already. blank: rows without a decision.
    problems: what kept a row, or the whole list, out."""

    added: list[Event] = field(default_factory=list)
    again: int = 0
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)


def take(
    desk: Desk, path: Path, settings: Settings, again: bool = False, partly: bool = False
) -> Returned:
    """Add the decisions of a returned list to the ledger. All or none, unless `partly`: then the rows without a problem. again: also
    where somebody decided otherwise before. Raises MedauditError for a file that is no such list."""
    told = Returned()
    found = _Found(desk)
    decided: dict[str, tuple[Row, Event, Decision]] = {}
    for row in rows_of(path, told.problems):
        if row is None:
            told.blank += 1
            continue
        about = found.about(row, told.problems)
        if about is None:
            continue
        decision = _decision(row, desk, settings, again, about, told.problems)
        if decision is None:
            continue
        earlier = decided.get(about["key"])
        if earlier and earlier[2] != decision:
            what = say(f"与{earlier[0].place}矛盾", f"contradicts {earlier[0].place}")
            told.problems.append(Problem(what, row.place, say("只留一行", "keep one of them")))
            continue
        event = as_event(about, decision, desk.rules, desk.name, desk.today)
        decided[about["key"]] = (row, event, decision)
    _add(desk, list(decided.values()), partly, told)
    return told


def _add(
    desk: Desk, decided: Sequence[tuple[Row, Event, Decision]], partly: bool, told: Returned
) -> None:
    """Record what can be: everything, or with `partly` what nothing speaks against."""
    conflicts = _conflicts(desk, decided)
    told.problems += conflicts.values()
    if told.problems and not partly:
        return
    pairs = [(event, decision) for row, event, decision in decided if row.place not in conflicts]
    told.added, late = record(desk.ledger, pairs, desk.reviewers) if pairs else ([], [])
    told.problems += late  # decided by somebody else in this very moment
    told.again = 0 if late else len(pairs) - len(told.added)


def _conflicts(desk: Desk, decided: Sequence[tuple[Row, Event, Decision]]) -> dict[str, Problem]:
    """By the place of the row: who decided otherwise meanwhile."""
    told = {}
    with desk.ledger.reading() as connection:
        for row, event, decision in decided:
            before = decisions_on(connection, event)
            told[row.place] = own(event, desk.reviewers) or conflict(event, decision.seen, before)
    return {
        place: Problem(one.what, f"{place} {one.where}", one.do)
        for place, one in told.items()
        if one
    }


class _Found:
    """What the rows may be about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._by_key: dict[str, dict[str, Any]] = {}
        self._kinds: set[str] = set()

    def about(self, row: Row, problems: list[Problem]) -> dict[str, Any] | None:
        """The finding or suspect of a row; None, with the problem, for one that this run does not have."""
        finding, kind, code = (
            row.cells.get(name, "") for name in ("finding_id", "subject_type", "subject_id")
        )
        key = finding or f"{kind} {code}"
        wanted = "" if finding else kind
        if wanted not in self._kinds:
            self._kinds.add(wanted)
            self._by_key |= {one["key"]: one for one in rows(self._desk.worklist(wanted))}
        about = self._by_key.get(key)
        if about is None:
            what = say(f"本次运行没有 {key}", f"this run has no {key}")
            do = say(
                "编号可能被改过，或清单来自另一次运行（--run）",
                "the id may have been changed, or the list is of another run (--run)",
            )
            problems.append(Problem(what, row.place, do))
        return about


def _decision(
    row: Row,
    desk: Desk,
    settings: Settings,
    again: bool,
    about: Mapping[str, Any],
    problems: list[Problem],
) -> Decision | None:
    wrong: list[str] = []
    cells = row.cells
    action = WORDS.get(cells["decision"].lower(), "")
    if not action:
        wrong.append(
            say(
                f"不认识的结论：{cells['decision']}（可写查实、排除、移送）",
                f"unknown decision: {cells['decision']} (write confirmed, dismissed or escalated)",
            )
        )
    amount: Decimal | None = None
    if text := cells.get("confirmed_amount", ""):
        try:
            amount = yuan(text)
        except ValueError:
            wrong.append(say(f"金额读不懂：{text}", f"not an amount: {text}"))
    until, day = (_date(cells.get(name, ""), wrong) for name in ("until", "day"))
    if day is not None and day > desk.today:
        wrong.append(
            say(f"核查日期在今天之后：{day}", f"the day it was checked has not come yet: {day}")
        )
    who = cells.get("who") or desk.who
    try:
        who = named(who, settings)
    except MedauditError as error:
        wrong += [one.what for one in error.problems]
    seen = None if again else int(cells["seen"]) if cells.get("seen", "").isdigit() else 0
    decision = Decision(action, who, cells.get("why", ""), amount, until, seen, day)
    if action:
        wrong += problems_of(decision, Decimal(str(about["amount"])), desk.today)
    problems += [Problem(one, row.place) for one in wrong]
    return None if wrong else decision


def _date(text: str, wrong: list[str]) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        wrong.append(say(f"日期写成 2025-01-31：{text}", f"write dates as 2025-01-31: {text}"))
        return None
