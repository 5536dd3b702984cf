"""A list that came back with decisions in it: each row held against the run and the ledger, and every conflict told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import Event
from medaudit.ledger.decisions import WORDS
from medaudit.library.sheets import Sheet
from medaudit.library.sheets import read as read_sheets
from medaudit.review.deciding import (
    Decision,
    as_event,
    conflict,
    decisions_on,
    own,
    problems_of,
    record,
)
from medaudit.review.desk import Desk, named, rows
from medaudit.review.sitting import yuan
from medaudit.settings import Settings

# What a column is called: in our lists, and as people head it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "finding_id": ("finding_id", "疑点编号"),
    "subject_type": ("subject_type", "对象类型"),
    "subject_id": ("subject_id", "对象编号"),
    "decision": ("decision", "结论", "核查结果", "复核结论"),
    "confirmed_amount": ("confirmed_amount", "查实金额", "查实金额（元）"),
    "why": ("why", "说明", "核查说明", "理由"),
    "who": ("who", "检查人", "复核人"),
    "until": ("until", "排除截止日"),
    "day": ("day", "date", "checked_on", "核查日期"),
    "seen": ("ledger_number", "台账序号"),
}
HEADER_ROWS = 20
SHOWN = 50  # problems told one by one


@dataclass
class Returned:
    """What came of a list. added: the events. again: rows that say what the ledger has already. blank: rows without a decision.
    problems: what kept a row, or the whole list, out."""

    added: list[Event] = field(default_factory=list)
    again: int = 0
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A row with a decision. place: the file, sheet and line to name."""

    place: str
    cells: Mapping[str, str]


def take(
    desk: Desk, path: Path, settings: Settings, again: bool = False, partly: bool = False
) -> Returned:
    """Add the decisions of a returned list to the ledger. All or none, unless `partly`: then the rows without a problem. again: also
    where somebody decided otherwise before. Raises MedauditError for a file that is no such list."""
    told = Returned()
    found = _Found(desk)
    decided: dict[str, tuple[Row, Event, Decision]] = {}
    for row in _rows(path, told):
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
            told[row.place] = own(event, desk.reviewers) or conflict(event, decision, before)
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


def _rows(path: Path, told: Returned) -> Iterator[Row]:
    """The rows with a decision, of every sheet that has a column for it. Raises MedauditError when none has."""
    sheets, _ = read_sheets(path)
    lists = [(sheet, *headed) for sheet in sheets if (headed := _header(sheet))]
    if not lists:
        what = say(
            "没有一张表有“结论”和“疑点编号”两列", "no sheet has the columns decision and finding_id"
        )
        do = say(
            "用 medaudit export 导出的清单填写后导入", "fill in a list made by medaudit export"
        )
        raise MedauditError(Problem(what, str(path), do))
    for sheet, top, columns in lists:
        for number, cells in enumerate(sheet.rows[top + 1 :], start=top + 2):
            row = {
                name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()
            }
            place = f"{path.name}{' [' + sheet.name + ']' if sheet.name else ''} {say('第', 'row')} {number}{say(' 行', '')}"
            wrong = _unusable(row, any((number, at) in sheet.formulas for at in columns.values()))
            if wrong:
                told.problems.append(Problem(wrong[0], place, wrong[1]))
            elif not row["decision"]:
                told.blank += any(row.values())
            else:
                yield Row(place, row)


def _unusable(row: Mapping[str, str], has_formula: bool) -> tuple[str, str] | None:
    """What is wrong with a row before it is read, and what to do."""
    if has_formula or row["decision"][:1] in ("=", "+", "@"):
        what = say(
            "这一行有公式，不能当作填写的内容",
            "this row has a formula, which is not what somebody wrote",
        )
        return what, say("改成填写的值", "write the value instead")
    if not row["decision"] and any(row.get(name) for name in ("confirmed_amount", "why", "until")):
        what = say(
            "填了金额、说明或截止日，却没有结论",
            "there is an amount, a reason or a last day, and no decision",
        )
        return what, say("填上结论，或把它们清空", "write the decision, or clear them")
    return None


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the place of each known column."""
    for number, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        names = [cell.strip().lower() for cell in cells]
        columns = {
            name: names.index(said)
            for name, called in COLUMNS.items()
            for said in called
            if said in names
        }
        about = {"finding_id"} <= columns.keys() or {"subject_type", "subject_id"} <= columns.keys()
        if "decision" in columns and about:
            return number, columns
    return None
