"""What a person does to a doctor's points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Act:
    """What a person does. action: one of account's. points: of an award, a restoration, or instead of those corrected (None: all taken
    back). of: the number of the event it is about. months: of a suspension."""

    action: str
    who: str
    why: str
    day: dt.date
    points: Decimal | None = None
    of: int | None = None
    months: int | None = None
    institution: str = ""
    findings: Sequence[str] = ()
    approved: Sequence[str] = ()


def approvers(names: Sequence[str]) -> list[str]:
    """Different people, however their names are spaced."""
    return list(dict.fromkeys(cleaned for name in names if (cleaned := " ".join(name.split()))))
