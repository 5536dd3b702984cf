"""Delimited text that DuckDB would misread: unpaired quotation marks, mixed line ends, stray bytes.

One unpaired mark makes a CSV parser take the rest of the file for one cell, in silence. So every file
is looked through once; the few that are not sound are copied into the staging folder, mended.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

BLOCK = 4 * 1024 * 1024
LONGEST = 50  # lines; a cell that runs over more is taken for an unpaired mark


def is_sound(path: Path, delimiter: str) -> bool:
    """Whether text is UTF-8 throughout, has one kind of line end, and closes its quotes on their line."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends: set[bytes] = set()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            block += file.readline()
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return False
            ends |= _ends(block)
            if len(ends) > 1 or ends == {b"\r"} or not _closes(block, delimiter.encode()):
                return False
    return True


def _ends(block: bytes) -> set[bytes]:
    both, feeds, returns = (block.count(mark) for mark in (b"\r\n", b"\n", b"\r"))
    counts = {b"\r\n": both, b"\n": feeds - both, b"\r": returns - both}
    return {mark for mark, count in counts.items() if count}


def _closes(block: bytes, delimiter: bytes) -> bool:
    """Whether every quotation mark that opens a cell is closed on its line; sometimes too strict."""
    if b'"' not in block:
        return True
    opened = block.count(delimiter + b'"') + block.count(b'\n"') + block.startswith(b'"')
    closed = sum(block.count(b'"' + mark) for mark in (delimiter, b"\r", b"\n"))
    closed += block.endswith(b'"')
    return opened == closed and not any(line.count(b'"') % 2 for line in block.split(b"\n"))


def mend(path: Path, delimiter: str, width: int, target: Path) -> int:
    """Copy text as UTF-8 with one record a line; returns how many bytes were no character.

    A cell that runs over several lines is joined by spaces when that makes a record of `width` cells.
    Otherwise a mark without its partner is dropped, and the line stands or falls by itself.
    """
    replaced = 0
    with path.open("rb") as file:
        feed = b"\n" in file.read(BLOCK)
    with (
        path.open(encoding="utf-8", errors="replace", newline="\n" if feed else "\r") as given,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        for record in _records(given, delimiter, width):
            replaced += 0 if record.isascii() else record.count("\ufffd")
            out.write(record + "\n")
    return replaced


def _records(given: Iterator[str], delimiter: str, width: int) -> Iterator[str]:
    cell = f'(?:"[^"]*(?:""[^"]*)*"|[^{re.escape(delimiter)}"][^{re.escape(delimiter)}]*|)'
    whole = re.compile(f"{cell}(?:{re.escape(delimiter)}{cell})*", re.DOTALL)
    lines = (line.rstrip("\r\n").replace("\r", " ") for line in given)
    ahead: list[str] = []

    def cells(record: str) -> int:
        return len(next(csv.reader([record], delimiter=delimiter), []))

    def lines_of_cell(joined: str) -> int:
        """How many lines ahead the record goes on for, 0 when its mark has no partner."""
        for count, last in enumerate(ahead, start=1):
            joined += " " + last
            if cells(last.replace('"', "")) == width:
                return 0  # a record by itself is no part of a cell
            if '"' in last and whole.fullmatch(joined) and cells(joined) == width:
                return count
        return 0

    while (line := ahead.pop(0) if ahead else next(lines, None)) is not None:
        if '"' not in line or whole.fullmatch(line):
            yield line
            continue
        ahead += itertools.islice(lines, LONGEST - len(ahead))
        count = lines_of_cell(line)
        yield " ".join([line, *ahead[:count]]) if count else line.replace('"', "")
        del ahead[:count]
