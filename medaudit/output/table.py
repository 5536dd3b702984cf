"""Frames as text for a terminal or a markdown page."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medaudit.language import say
from medaudit.output.cells import is_number, shown, values
from medaudit.output.columns import NUMERIC, Columns, heading, kind
from medaudit.output.wrap import clean, longest_word, widest, wrap

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN_WIDTH = 80
_GAP = 2  # what tabulate's "plain" puts between two columns
_LEAST = {"code": 20, "text": 12, "heading": 8}  # narrower than this a column is not readable


@dataclass(frozen=True)
class _Column:
    heading: str
    cells: list[str]
    numeric: bool
    code: bool

    @property
    def natural(self) -> int:
        return max(widest(self.heading), self.filled)

    @property
    def filled(self) -> int:
        return max(map(widest, self.cells), default=0)

    @property
    def least(self) -> int:
        """Numbers and the words of headings are not broken; codes and texts are."""
        head = max(longest_word(self.heading), min(_LEAST["heading"], widest(self.heading)))
        kept = _LEAST["code" if self.code else "text"]
        return max(head, self.filled if self.numeric else min(kept, self.filled))


def table(frame: pd.DataFrame, columns: Columns | None = None, width: int | None = None) -> str:
    """`frame` as a table no line of which is wider than `width` (default the terminal's, else 80).

    `columns` chooses and orders the columns; a mapping name → heading also says what they are called.
    Long cells are wrapped; where even that does not make the columns fit, each row becomes a block
    of `heading  value` lines.
    """
    parts = _columns(frame, columns)
    if not parts or frame.empty:
        return say("（无）", "(none)")
    limit = width or shutil.get_terminal_size((UNKNOWN_WIDTH, 24)).columns
    widths = _fit(parts, limit - _GAP * (len(parts) - 1))
    if widths is None:
        return _stacked(parts, limit)
    wrapped = [[wrap(cell, w) for cell in p.cells] for p, w in zip(parts, widths, strict=True)]
    heads = [wrap(p.heading, w) for p, w in zip(parts, widths, strict=True)]
    # The headings go in as rows: as headers, tabulate would make their columns two wider.
    rows = [heads, ["-" * w for w in widths], *zip(*wrapped, strict=True)]
    return _tabulate(rows, (), parts, "plain")


def markdown(frame: pd.DataFrame, columns: Columns | None = None) -> str:
    """`frame` as a markdown table (pipes)."""
    parts = _columns(frame, columns)
    rows = zip(*([_escaped(cell) for cell in p.cells] for p in parts), strict=True)
    return _tabulate([*rows], [_escaped(p.heading) for p in parts], parts, "pipe")


def _columns(frame: pd.DataFrame, columns: Columns | None) -> list[_Column]:
    return [_column(frame[n], n, heading(n, columns)) for n in columns or list(frame.columns)]


def _column(series: pd.Series[Any], name: str, title: str) -> _Column:
    cells = values(series)
    numbers = [is_number(v) for v in cells if v is not None]
    numeric = all(numbers) if numbers else kind(name) in NUMERIC
    code = kind(name) in ("code", "date")
    return _Column(clean(title), [clean(shown(v, name)).strip() for v in cells], numeric, code)


def _fit(parts: Sequence[_Column], room: int) -> list[int] | None:
    """The width of each column so that together they take at most `room`; None if they cannot."""
    widths = [part.least for part in parts]
    spare = room - sum(widths)
    if spare < 0:
        return None
    wanted = [part.natural for part in parts]
    for _ in range(min(spare, sum(wanted) - sum(widths))):
        # To whatever would be the tallest cell; but codes come first, to be copied whole.
        tall = [(w < n and p.code, n / w) for p, n, w in zip(parts, wanted, widths, strict=True)]
        widths[tall.index(max(tall))] += 1
    return widths


def _stacked(parts: Sequence[_Column], limit: int) -> str:
    from tabulate import tabulate

    left = min(max(widest(p.heading) for p in parts), max(2, limit // 3))
    right = max(2, limit - left - _GAP)
    blocks = []
    for cells in zip(*(p.cells for p in parts), strict=True):
        told = [(p.heading, cell) for p, cell in zip(parts, cells, strict=True) if cell]
        rows = [(wrap(head, left), wrap(cell, right)) for head, cell in told]
        blocks.append(tabulate(rows, tablefmt="plain", disable_numparse=True))
    return "\n\n".join(blocks)


def _tabulate(
    rows: Sequence[Sequence[str]], heads: Sequence[str], parts: Sequence[_Column], form: str
) -> str:
    from tabulate import tabulate

    sides = ["right" if part.numeric else "left" for part in parts]
    text = tabulate(
        rows, heads, tablefmt=form, disable_numparse=True, colalign=sides if rows else None
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", "<br>")
