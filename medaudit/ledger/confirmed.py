"""The findings that people confirmed: what points are proposed from and credit is reckoned from."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from medaudit.ledger.decisions import CONFIRMED, DECISIONS, standing
from medaudit.ledger.tables import events

e = events.c
_WANTED = ("number", "finding_id", "rule", "level", "fixmedins_code", "dr_codg", "amount", "day", "content")  # fmt: skip


class Finding(NamedTuple):
    """A confirmed finding. number: of the event that says so; amount: fund money confirmed, yuan; day: when it was confirmed;
    occurred: when it happened, the day of the decision where that is not told; basis: the articles it names."""

    number: int
    finding_id: str
    rule: str
    level: str
    institution: str
    doctor: str
    amount: Decimal
    day: dt.date
    occurred: dt.date
    basis: tuple[str, ...]


def confirmed(
    connection: sa.Connection, as_of: dt.date, confirmations: int, *, by: str, of: str = ""
) -> list[Finding]:
    """Findings confirmed at the end of that day, in the order of their decisions. by: dr_codg or fixmedins_code, which they must have;
    of: only this one's. confirmations: different people who must confirm."""
    if confirmations > 1:
        stood = standing(as_of, confirmations)
        chosen = sa.select(*(stood.c[name] for name in _WANTED)).where(stood.c.state == CONFIRMED)
        columns = stood.c
    else:
        # Where one person is enough the last decision says all; much quicker than who agreed with whom. IN and a sort here, as joining
        # and ordering rows with their contents takes SQLite twice as long.
        last = sa.select(sa.func.max(e.number)).where(
            e.kind == "review", e.finding_id != "", e.action.in_(DECISIONS), e.day <= as_of.isoformat()
        )  # fmt: skip
        if of:
            last = last.where(e.finding_id.in_(sa.select(e.finding_id).where(e[by] == of)))
        confirming = sa.func.max(sa.case((e.action == CONFIRMED, e.number), else_=0))
        last = last.group_by(e.finding_id).having(sa.func.max(e.number) == confirming)
        chosen = sa.select(*(e[name] for name in _WANTED)).where(e.number.in_(last))
        columns = e
    chosen = chosen.where(columns.finding_id != "", columns[by] == of if of else columns[by] != "")
    return sorted(map(_finding, connection.execute(chosen).all()), key=attrgetter("number"))


# Of a hundred thousand contents these two are wanted, of few different values: much quicker than reading each whole. A text that
# stands in the content cannot pass for a key, as its quotes are escaped.
_BASIS = re.compile(r'"basis":\s*(\[[^\]]*\])')
_OCCURRED = re.compile(r'"occurred_on":\s*"(\d{4}-\d\d-\d\d)')


def _finding(row: Sequence[Any]) -> Finding:
    number, finding, rule, level, institution, doctor, amount, day, content = row
    decided, basis, occurred = _day(day), _BASIS.search(content), _OCCURRED.search(content)
    return Finding(
        number, finding, rule, level, institution, doctor, Decimal(amount or 0) / 100, decided,
        _day(occurred[1]) if occurred else decided, _texts(basis[1]) if basis else (),
    )  # fmt: skip


_day = cache(dt.date.fromisoformat)


@cache
def _texts(told: str) -> tuple[str, ...]:
    return tuple(map(str, json.loads(told)))
