"""Whether the ledger is what was written: every event follows the one before, and says what it said."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from medaudit.ledger.event import FIRST, hashed
from medaudit.ledger.store import Ledger
from medaudit.ledger.tables import events

SOME = 10_000


@dataclass(frozen=True)
class Verified:
    """number: events read. head: the hash of the last. broken: numbers at which the chain does not hold, and how (changed, missing).
    behind: numbers added with a clock behind the one before. damaged: what the database says of itself, "" when it is sound.
    known: whether the hash that was asked for is there; None when none was."""

    number: int
    head: str
    broken: list[tuple[int, str]]
    behind: list[int]
    damaged: str
    known: bool | None


def verify(ledger: Ledger, expected: str = "") -> Verified:
    """Read the whole ledger. expected: a hash written down earlier (the first characters will do): what came before it is unchanged
    when it is still there, and events cut off the end show only by it."""
    broken: list[tuple[int, str]] = []
    behind: list[int] = []
    number, previous, at, known = 0, FIRST, "", False
    with ledger.reading() as connection:
        damaged = _integrity(connection)
        found = connection.execution_options(yield_per=SOME).execute(
            sa.select(events).order_by(events.c.number)
        )
        for told in found.mappings():
            row = dict(told)
            if row["number"] != number + 1:
                broken.append((number + 1, "missing"))
            elif row["previous"] != previous:
                broken.append((row["number"], "follows"))
            if hashed(row) != row["hash"]:
                broken.append((row["number"], "changed"))
            # ISO texts of one zone compare as times do; those of several are rare enough to be read.
            if at and _earlier(row["at"], at):
                behind.append(row["number"])
            number, previous, at = row["number"], row["hash"], row["at"]
            known = known or bool(expected and row["hash"].startswith(expected))
    return Verified(
        number, previous if number else "", broken, behind, damaged, known if expected else None
    )


def _earlier(one: str, other: str) -> bool:
    import datetime as dt

    if one[-6:] == other[-6:]:
        return one < other
    try:
        return dt.datetime.fromisoformat(one) < dt.datetime.fromisoformat(other)
    except (TypeError, ValueError):  # changed by somebody, which the hash says
        return False


def _integrity(connection: sa.Connection) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    said = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
    return "" if said == "ok" else said
