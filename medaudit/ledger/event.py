"""One decision: who, when, what and why, and the hash that ties it to the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

# What is recorded. A kind is never reused for something else.
KINDS = ("review", "tip", "assign", "points", "credit", "export")
FIRST = "0" * 64  # the hash before the first event


@dataclass(frozen=True)
class Event:
    """An event as it is to be added, or, with what the ledger gave it (number to hash), as it was.

    kind: one of KINDS. action: what was done, by kind. who: the person; why: their words. subject_type, subject_id, finding_id, rule, level,
    fixmedins_code, dr_codg: what it is about, as far as it is. amount: yuan. points: a doctor's or an institution's.
    day: when it takes effect (of a review, the day it was taken); until: when it ends. content: the rest, as JSON. at: when it was added, with its zone.
    """

    kind: str
    action: str
    who: str
    why: str = ""
    subject_type: str = ""
    subject_id: str = ""
    finding_id: str = ""
    rule: str = ""
    level: str = ""
    fixmedins_code: str = ""
    dr_codg: str = ""
    amount: Decimal | None = None
    points: Decimal | None = None
    day: dt.date | None = None
    until: dt.date | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    at: dt.datetime | None = None
    version: str = ""
    previous: str = ""
    hash: str = ""


def row(event: Event) -> dict[str, Any]:
    """The event as the table has it: money and points in hundredths, days and times as ISO texts, content as JSON."""
    told = {one.name: getattr(event, one.name) for one in fields(event)}
    for name in ("amount", "points"):
        told[name] = None if told[name] is None else int((told[name] * 100).to_integral_value())
    for name in ("day", "until"):
        told[name] = None if told[name] is None else told[name].isoformat()
    told["at"] = event.at.isoformat(timespec="microseconds") if event.at else ""
    told["content"] = _json(event.content)
    return told


def event(row: Mapping[str, Any]) -> Event:
    """The event that a row of the table tells. Raises MedauditError for one that no program of ours wrote."""
    try:
        return _event(row)
    except (TypeError, ValueError, ArithmeticError) as error:
        number = row.get("number")
        what = say(
            f"台账第 {number} 条读不懂，可能被改过",
            f"number {number} of the ledger makes no sense: it may have been changed",
        )
        raise MedauditError(Problem(what, "", "medaudit ledger verify")) from error


def _event(row: Mapping[str, Any]) -> Event:
    told = dict(row)
    for name in ("amount", "points"):
        told[name] = None if told[name] is None else Decimal(told[name]) / 100
    for name in ("day", "until"):
        told[name] = dt.date.fromisoformat(told[name]) if told[name] else None
    told["at"] = dt.datetime.fromisoformat(told["at"])
    told["content"] = json.loads(told["content"])
    return Event(**told)


def hashed(row: Mapping[str, Any]) -> str:
    """SHA-256 over everything a row says but the hash itself; the hash of the one before is part of it."""
    told = {name: value for name, value in row.items() if name != "hash"}
    return hashlib.sha256(_json(told).encode("utf-8")).hexdigest()


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
