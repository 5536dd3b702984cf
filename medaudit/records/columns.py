"""What an unknown header was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from medaudit.language import say
from medaudit.records.recognise import Recognised
from medaudit.records.schema import TABLES, normal
from medaudit.records.source import Source

NEAR = 0.6  # how alike two names must be, 0 to 1, for one to be worth suggesting
SURE = 0.8  # and for it to be written into a settings file without a question mark


@dataclass(frozen=True)
class Likely:
    """A column that a header probably is, and whether that is plain enough to take for granted."""

    column: str
    sure: bool


def likely_columns(source: Source, headers: Iterable[str]) -> dict[str, Likely]:
    """Header → the column it probably is: the nearest by any of its names that the source does not have yet.

    Each column is given to one header at most, the nearest.
    """
    table = TABLES[source.table]
    names = {
        normal(name): column.name
        for column in table.columns.values()
        if column.name not in source.mapping
        for name in (*column.aliases, column.zh, column.en, column.name)
    }
    pairs = []
    for header in headers:
        for near in difflib.get_close_matches(normal(header), names, n=3, cutoff=NEAR):
            alike = difflib.SequenceMatcher(None, normal(header), near).ratio()
            pairs.append((-alike, header, names[near]))
    found: dict[str, Likely] = {}
    for unlike, header, column in sorted(pairs):
        if header not in found and column not in {one.column for one in found.values()}:
            found[header] = Likely(column, -unlike >= SURE)
    return found


def meant(recognised: Recognised) -> dict[str, str]:
    """`table.column` that is not there → the unknown header of a file of that table that it probably is."""
    found: dict[str, str] = {}
    for source in recognised.sources:
        likely = likely_columns(source, recognised.strangers.get(source.name, []))
        for header, one in likely.items():
            found.setdefault(f"{source.table}.{one.column}", header)
    return found


def line_for(need: str, header: str) -> str:
    """The question whether a header is `table.column`, and the line of settings that would say so."""
    table, _, column = need.partition(".")
    return say(
        f'是不是“{header}”？在 [columns.{table}] 写 "{header}" = "{column}"',
        f'is it "{header}"? Write "{header}" = "{column}" under [columns.{table}]',
    )
