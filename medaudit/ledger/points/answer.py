"""What is asked of the points: one doctor's statement, the list, or two schemes side by side."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medaudit.errors import MedauditError, Problem, likely
from medaudit.language import say
from medaudit.ledger.parts import Listing, Page
from medaudit.ledger.points import book, listing, page
from medaudit.ledger.points.book import Measured
from medaudit.ledger.points.scheme import Scheme
from medaudit.ledger.store import Ledger


@dataclass(frozen=True)
class Question:
    """schemes: the one asked for and then those to set beside it. names: code → name, of the doctors of a run. measured: see
    book.reckon."""

    schemes: Sequence[Scheme]
    as_of: dt.date
    confirmations: int
    names: Mapping[str, str]
    measured: Measured


def statement(ledger: Ledger, doctor: str, asked: Question) -> Page:
    """One doctor's statement. Raises MedauditError for a doctor of whom nothing is recorded, naming the likely one."""
    scheme, *others = asked.schemes
    opened = book.opened(ledger, asked.as_of, asked.confirmations, doctor)
    if doctor not in opened.doctors and doctor not in asked.names:
        everybody = book.opened(ledger, asked.as_of, asked.confirmations).doctors
        raise MedauditError(_unknown(doctor, {*everybody, *asked.names}))
    made = [book.reckon(opened, doctor, one, asked.measured) for one in asked.schemes]
    return page.statement(opened, made[0], scheme, list(zip(others, made[1:], strict=True)))


def _unknown(doctor: str, known: set[str]) -> Problem:
    what = say(
        f"没有医师 {doctor} 的积分或查实疑点",
        f"no points and no confirmed findings of doctor {doctor}",
    )
    close = likely(doctor, known)
    do = say(f"是不是 {close}？", f"did you mean {close}?") if close else say(
        "核对编码；medaudit points 列出全部", "check the code; medaudit points lists all"
    )  # fmt: skip
    return Problem(what, "DR_CODG", do)


def everybody(ledger: Ledger, asked: Question, raw: bool) -> Listing:
    """The list of doctors, or of those with whom two schemes do not agree. raw: values for machines. Raises MedauditError when more
    than two schemes are to be listed side by side."""
    if len(asked.schemes) > 2:
        what = say("名单一次只比较两个方案", "a list compares two schemes at a time")
        raise MedauditError(Problem(what, "--what-if"))
    opened = book.opened(ledger, asked.as_of, asked.confirmations)
    gc.freeze()  # what was read stays: going through it again and again takes longer than the reckoning
    made = [book.reckoned(opened, scheme, asked.measured) for scheme in asked.schemes]
    scheme, *others = asked.schemes
    if not others:
        return listing.listing(opened, made[0], scheme, asked.names, raw)
    by_code = {one.doctor: one for one in made[1]}
    pairs = [(one, by_code[one.doctor]) for one in made[0]]
    return listing.compared(opened, pairs, (scheme, others[0]))
