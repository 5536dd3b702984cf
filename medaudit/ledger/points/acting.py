"""Adding to a doctor's points: what a person decided, refused with everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from medaudit.errors import MedauditError
from medaudit.ledger.confirmed import Finding, confirmed
from medaudit.ledger.event import Event
from medaudit.ledger.points.account import CORRECTED
from medaudit.ledger.points.act import Act, approvers
from medaudit.ledger.points.book import entry
from medaudit.ledger.points.refusing import problems
from medaudit.ledger.points.scheme import Scheme
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events

e = events.c


def act(
    ledger: Ledger, doctor: str, given: Act, scheme: Scheme, today: dt.date, confirmations: int = 1
) -> Event:
    """Add the event and return it. Raises MedauditError with everything that speaks against it; nobody adds in between."""
    with ledger.writing() as pen:
        found = (
            confirmed(pen.connection, today, confirmations, by="dr_codg", of=doctor)
            if given.findings
            else []
        )
        before = [entry(one) for one in pen.events(e.kind == "points", e.dr_codg == doctor)]
        wrong = list(problems(before, doctor, given, scheme, today, found))
        if wrong:
            raise MedauditError(wrong)
        return pen.add(_event(doctor, given, found))


def _event(doctor: str, given: Act, found: Sequence[Finding]) -> Event:
    content: dict[str, Any] = {}
    if given.of is not None:
        content["of"] = given.of
    if given.action == CORRECTED:
        content["to"] = None if given.points is None else str(given.points)
    if given.months is not None:
        content["months"] = given.months
    if given.findings:
        content["findings"] = list(dict.fromkeys(given.findings))
    if given.approved:
        content["approved"] = approvers(given.approved)
    places = {one.institution for one in found if one.finding_id in given.findings}
    institution = given.institution or (places.pop() if len(places) == 1 else "")
    return Event(
        "points", given.action, given.who, given.why.strip(), subject_type="doctor", subject_id=doctor, dr_codg=doctor,
        fixmedins_code=institution, points=given.points, day=given.day, content=content,
    )  # fmt: skip
