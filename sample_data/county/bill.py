"""One bill of the county, before it is numbered and paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Bill:
    """One settlement: whose, where, from when to when, its lines, and what its columns say besides."""

    who: dict[str, Any]
    place: dict[str, Any]
    day: dt.date
    until: dt.date
    settled: dt.datetime
    doctor: str
    dept: str
    values: dict[str, Any]
    dx: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    same_visit: Bill | None = None
    original: Bill | None = None  # settled again or refunded

    def line(self, item: str) -> dict[str, Any]:
        """Its first line of an item."""
        return next(line for line in self.lines if line["item"] == item)
