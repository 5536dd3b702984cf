"""Whether records can be believed: checks over the typed tables, each a note with counts and columns."""

from __future__ import annotations

from dataclasses import dataclass

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.checks import balances, blanks, codes, formats, kinds, matching, times
from medaudit.records.checks.codes import Odd
from medaudit.records.checks.note import Note
from medaudit.records.load import Records
from medaudit.settings import Settings


@dataclass
class Looked:
    """What the checks found. filled: table → column → used rows that hold a value."""

    notes: list[Note]
    odd: list[Odd]
    filled: dict[str, dict[str, int]]
    period: tuple[str, str] | None  # first and last month of the settlements


def look(engine: DuckEngine, records: Records, settings: Settings) -> Looked:
    """Run every check on records that were read with their text kept (`load.read(…, keep_text=True)`)."""
    odd = codes.odd_codes(engine, records, settings)
    full = blanks.filled(engine, records)
    notes = [
        *blanks.look(engine, records, settings, full),
        *kinds.look(engine, records, odd),
        *matching.look(engine, records),
        *balances.look(engine, records),
        *times.look(engine, records),
        *formats.look(engine, records),
    ]
    period = None if records.lacks("settlement") else times.period(engine)
    return Looked(notes, odd, full, period)
