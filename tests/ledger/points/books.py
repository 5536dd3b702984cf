"""A ledger with points and confirmed findings, for tests: days as ISO texts, points as numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from medaudit.ledger import Event, Ledger, opened
from medaudit.ledger.points import book, read
from medaudit.ledger.points.book import Reckoned


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Desk:
    """Adds what a test needs, and reckons it."""

    def __init__(self, where: str) -> None:
        self.ledger: Ledger = opened(where)

    def points(
        self,
        action: str,
        when: str,
        points: float | None = None,
        doctor: str = "D1",
        at: str = "H1",
        **content: Any,
    ) -> int:
        amount = None if points is None else Decimal(str(points))
        made = Event("points", action, "王", "理由", subject_type="doctor", subject_id=doctor, dr_codg=doctor, fixmedins_code=at,
                     points=amount, day=day(when), content=content)  # fmt: skip
        return self.ledger.add(made)[0].number

    def award(self, when: str, points: float, **rest: Any) -> int:
        return self.points("awarded", when, points, **rest)

    def correct(self, when: str, of: int, to: float | None = None, **rest: Any) -> int:
        return self.points("corrected", when, to, of=of, to=None if to is None else str(to), **rest)

    def finding(
        self, name: str, *basis: str, when: str = "2025-03-01", occurred: str = "2025-01-10", doctor: str = "D1", at: str = "H1",
        level: str = "suspected", amount: str = "1000", action: str = "confirmed", who: str = "李",
    ) -> int:  # fmt: skip
        """A decision about the finding `name`, whose rule is what stands before its hyphen."""
        content = {"basis": list(basis), "occurred_on": occurred, "amount_found": amount}
        made = Event("review", action, who, "看过病历", "settlement", "S1", name, name.split("-")[0], level, at, doctor, Decimal(amount),
                     day=day(when), content=content)  # fmt: skip
        return self.ledger.add(made)[0].number

    def reckon(
        self, scheme: str = "national2024", as_of: str = "2025-12-31", doctor: str = "D1"
    ) -> Reckoned:
        return book.reckon(book.opened(self.ledger, day(as_of), doctor=doctor), doctor, read(scheme))  # fmt: skip

    def spans(self, scheme: str = "national2024", as_of: str = "2025-12-31") -> list[tuple[str, str]]:  # fmt: skip
        """First and last day of every span, the last "" where it is open."""
        made = self.reckon(scheme, as_of).account.spans
        return [(str(one.first), str(one.last or "")) for one in made]
