"""CSV for machines, and for Excel, which opens it on a double click and runs what looks like a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from medaudit.output.cells import is_number, plain, values
from medaudit.output.columns import Kind, kind
from medaudit.output.whole import Target, opened

if TYPE_CHECKING:
    import pandas as pd

_BOM = b"\xef\xbb\xbf"  # tells Excel that this is UTF-8 and not the code page of the machine
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # Chinese Excel takes the full-width ones as well
_ROWS = 10_000


def write_csv(
    frames: Iterable[pd.DataFrame], target: Target, columns: Sequence[str] | None = None
) -> None:
    """Write `frames`, one after another, as one CSV file with a header; `target` is a path or a binary stream.

    `columns` chooses and orders the columns (default those of the first frame; a later frame's
    missing ones are empty). UTF-8 with a byte order mark, on a stream too, because
    `> list.csv` ends up in Excel as well. Lines end in LF: Excel takes either, and a CR would stick
    to the last column under cut and awk. Text that a spreadsheet would run as a formula gets an
    apostrophe in front; numbers do not. Equal frames give equal bytes.
    """
    with opened(target) as stream:
        names = list(columns) if columns is not None else None
        stream.write(_BOM)
        if names is not None:
            stream.write(_text([names]))
        for frame in frames:
            if names is None:
                names = [str(name) for name in frame.columns]
                stream.write(_text([names]))
            rows = _rows(frame, names)
            while batch := list(islice(rows, _ROWS)):
                stream.write(_text(batch))


def _rows(frame: pd.DataFrame, names: Sequence[str]) -> Iterable[Sequence[str]]:
    given = frame.reindex(columns=list(names))
    return zip(*(_column(given[name], kind(name)) for name in names), strict=True)


def _column(series: pd.Series[Any], of: Kind | None) -> list[str]:
    return [_guarded(v, of) for v in values(series)]


def _guarded(value: Any, of: Kind | None) -> str:
    text = plain(value, of)
    if text.startswith(_FORMULA) and not is_number(value):
        text = "'" + text
    # A bare CR would end the row for some readers; the csv module does not quote it.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _text(rows: Iterable[Sequence[str]]) -> bytes:
    page = io.StringIO(newline="")
    csv.writer(page, lineterminator="\n").writerows(rows)
    return page.getvalue().encode("utf-8", errors="replace")
