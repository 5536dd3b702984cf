"""How one file writes things: its headers and their order, its dates, numbers, codes and words for nothing.

Whatever it writes can be read back to the value it stands for, to the second and to the last decimal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medaudit.engine.duckdb import quoted
from medaudit.records.schema import CODES, Column, Table
from medaudit.synth.chance import stream

HEADERS = 4  # of a column's names, how many are in use
NOTHING = ("", "NULL", "null", r"\N", "None")
# Not every system has a word for these two: the first has only words, the second only codes.
ALWAYS_WORDS = {"hosp_lv", "lmt_hosp_lv", "setl_type"}

# Excel counts days from 1899-12-30 and knows none of before 1900; older dates are written out.
SERIAL = (
    "CASE WHEN {0} BETWEEN TIMESTAMP '1955-01-01' AND TIMESTAMP '2100-01-01' "
    "THEN CAST(epoch({0}) / 86400 + 25569 AS VARCHAR) ELSE strftime({0}, '%Y-%m-%d') END"
)
DAY_SERIAL = (
    "CASE WHEN {0} BETWEEN DATE '1955-01-01' AND DATE '2100-01-01' "
    "THEN CAST({0} - DATE '1899-12-30' AS VARCHAR) ELSE strftime({0}, '%Y-%m-%d') END"
)
TIMES = (
    "strftime({0}, '%Y-%m-%d %H:%M:%S')",
    "strftime({0}, '%Y%m%d%H%M%S')",
    "CASE WHEN extract('second' FROM {0}) = 0 THEN strftime({0}, '%Y/%-m/%-d %-H:%M') "
    "ELSE strftime({0}, '%Y/%-m/%-d %-H:%M:%S') END",
    SERIAL,
)
DATES = (
    "strftime({0}, '%Y-%m-%d')",
    "strftime({0}, '%Y%m%d')",
    "strftime({0}, '%Y/%-m/%-d')",
    "strftime({0}, '%Y/%-m/%-d 0:00')",
    DAY_SERIAL,
)
NUMBERS = (
    "CAST({0} AS VARCHAR)",
    "format('{{:,.2f}}', CAST({0} AS DOUBLE))",
    "rtrim(rtrim(CAST({0} AS VARCHAR), '0'), '.')",
)
EXACT = (NUMBERS[0], NUMBERS[2])  # more than two decimals


class Spelling:
    """How the file of `table` for `month` ("" for a table that has one file) writes the columns it has."""

    def __init__(self, table: Table, present: Sequence[str], seed: int, month: str):
        rng = stream(seed, "messy", table.name, month)
        self.table, self.month = table, month
        self.columns = [table.columns[present[i]] for i in rng.permutation(len(present))]
        self.headers = [_header(rng, table, column) for column in self.columns]
        self.nothing = str(rng.choice(NOTHING))
        self.has_note = bool(rng.random() < 0.5)
        self.has_tail = bool(rng.random() < 0.5)
        self.line_end = str(rng.choice(["\n", "\r\n"]))
        self._words = bool(rng.random() < 0.5)
        self._padded = {c.name for c in self.columns if rng.random() < 0.2}
        self._word = int(rng.integers(2))
        self._forms = {
            "time": rng.choice(TIMES),
            "date": rng.choice(DATES),
            "money": rng.choice(NUMBERS),
            "count": rng.choice(EXACT),
            "price": rng.choice(EXACT),
        }

    def text(self, rows: str, order: str) -> str:
        """SQL for the rows of the file as text."""
        values = ", ".join(
            f"coalesce({self._value(column)}, {quoted(self.nothing)})" for column in self.columns
        )
        return f"SELECT {values} FROM (SELECT * FROM {rows} ORDER BY {order})"

    def cells(self, rows: str, order: str) -> str:
        """SQL for the rows of a sheet: dates and numbers are themselves, the rest is text."""
        values = ", ".join(
            self._coded(column) if column.sql_type == "VARCHAR" else column.name
            for column in self.columns
        )
        return f"SELECT {values} FROM {rows} ORDER BY {order}"

    def _value(self, column: Column) -> str:
        if column.type in self._forms:
            return str(self._forms[column.type]).format(column.name)
        if column.sql_type != "VARCHAR":
            return f"CAST({column.name} AS VARCHAR)"
        # As a database with fields of a fixed width pads them.
        return self._coded(column) + (" || '  '" if column.name in self._padded else "")

    def _coded(self, column: Column) -> str:
        """A code as it is, or the word for it."""
        words = _words_for(column) if self._words or column.name in ALWAYS_WORDS else {}
        if not words:
            return column.name
        cases = " ".join(
            f"WHEN {quoted(code)} THEN {quoted(all_words[self._word % len(all_words)])}"
            for code, all_words in words.items()
        )
        return f"CASE {column.name} {cases} ELSE {column.name} END"


def _words_for(column: Column) -> Mapping[str, list[str]]:
    """Canonical code → the first two Chinese words that are read as it."""
    words: dict[str, list[str]] = {}
    for theirs, ours in CODES.get("flag" if column.type == "flag" else column.name, {}).items():
        if ours and not theirs.isascii():
            words.setdefault(ours, []).append(theirs)
    # 有 and 无 fit few flags; 是 and 否 fit all.
    most = 1 if column.type == "flag" else 2
    return {ours: some[:most] for ours, some in words.items()}


def _header(rng: np.random.Generator, table: Table, column: Column) -> str:
    names = [
        name
        for name in dict.fromkeys((column.zh, *column.aliases))
        if not name.isascii() and table.column_called(name) == column.name
    ]
    name = str(rng.choice(names[:HEADERS])) if names else column.name
    return name + ("(元)" if column.type == "money" and rng.random() < 0.3 else "")
