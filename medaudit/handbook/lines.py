"""Rows as aligned lines of text, each cell wrapped within its own width."""

from __future__ import annotations

from collections.abc import Sequence

from medaudit.output.wrap import width, wrap

GAP = "  "


def aligned(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """One block of lines a row; a column takes what its cells need, but no more than its width."""
    taken = [
        min(most, max((width(row[place]) for row in rows), default=0))
        for place, most in enumerate(widths)
    ]
    return [_block(row, taken) for row in rows]


def _block(row: Sequence[str], taken: Sequence[int]) -> str:
    cells = [wrap(cell, most).split("\n") for cell, most in zip(row, taken, strict=True)]
    lines = []
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        padded = [
            part + " " * (most - width(part)) for part, most in zip(parts, taken, strict=True)
        ]
        lines.append(GAP.join(padded).rstrip())
    return "\n".join(lines)
