"""What names say: which row of a file is its header, and which table a file or sheet name stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from medaudit.records.schema import TABLES, normal


def header_of(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Which row is the header, and its names: the one with the most names that are known.

    Titles may stand above it, and a heading may be merged over two rows, the lower cell being blank.
    """
    best, best_known, best_names = 0, -1, []
    for position, row in enumerate(rows):
        above = rows[position - 1] if position else []
        merged = [
            cell.strip() or (above[i].strip() if i < len(above) else "")
            for i, cell in enumerate(row)
        ]
        for names in ([cell.strip() for cell in row], merged):
            known = max(
                sum(t.column_called(n) is not None for n in names if n) for t in TABLES.values()
            )
            if known > best_known and any(names):
                best, best_known, best_names = position, known, names
    while best_names and not best_names[-1]:
        best_names.pop()
    return best, best_names


def stem_says(stem: str) -> str | None:
    """The table a file or sheet name stands for: the longest known name that it begins with or holds."""
    wanted = re.sub(r"^[\d年月日]+", "", normal(stem))  # 2024_setl_d is setl_d
    best: tuple[bool, int, str] | None = None
    for table in TABLES.values():
        for name in (table.name, table.zh, *table.files):
            told = normal(name)
            # Short latin names only from the start: `fee` may be anywhere in another word.
            starts = wanted.startswith(told)
            if starts or (not told.isascii() and told in wanted):
                score = (wanted == told, len(told), table.name)
                best = max(best, score) if best else score
    return best[2] if best else None
