"""How a workbook is dressed: headings that stay, filters, columns that fit, cells that stay text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from medaudit.output.cells import is_number, shown, values
from medaudit.output.columns import NUMERIC, Columns, Kind, heading, kind
from medaudit.output.whole import whole_file
from medaudit.output.wrap import clean, widest

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_TEXT = 32_767  # characters Excel allows in a cell
_FIRST_DATE = "1900-03-01"  # before it Excel counts a day that never was
_SAMPLE = 1_000  # rows that decide how wide a column is
_NARROW, _WIDE = 8, 60  # characters
_BUTTON = 3  # what the filter's button covers of a heading
_WIDE_HEADING = 18  # a longer one is wrapped
_A4 = 9
_LINE, _MOST_LINES = 15, 12  # points; beyond that the cell is read in the formula bar

# A probability that rounds to 0 or 1 is told as cells.py tells it.
CHANCE = '[>=0.995]">0.99";[<0.005]"<0.01";0.00'

_DRESS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "code": {"num_format": "@"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.00"},
    "chance": {"num_format": CHANCE},
    "count": {"num_format": "#,##0"},
    "number": {"num_format": "General"},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "heading": {"bold": True, "text_wrap": True, "bg_color": "#DDE6F0", "bottom": 1},
    "section": {"bold": True, "font_size": 13},
    "label": {"text_wrap": True, "font_color": "#555555"},
    "told": {"text_wrap": True, "align": "left"},
    "counted": {"num_format": "#,##0", "align": "left"},
}


@contextmanager
def workbook(path: str | Path) -> Iterator[Book]:
    """A workbook to fill with sheets, written to `path` whole or not at all."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # Rows wait in temporary files: beside the target, where nobody else may read, and not in /tmp.
    with whole_file(path) as part, TemporaryDirectory(dir=part.parent) as folder:
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        options = {"constant_memory": True, "tmpdir": folder, **safe}
        book = xlsxwriter.Workbook(str(part), options)
        yield Book(book)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError, which whole_file explains


class Book:
    """A workbook being written: sheet after sheet, and each from the top, so that rows need not stay."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._dress = {
            name: book.add_format({"valign": "top", **dress}) for name, dress in _DRESS.items()
        }

    def overview(self, title: str, rows: Sequence[tuple[str, object]]) -> None:
        """A sheet of labels and values; a label whose value is None heads a section."""
        sheet = self._book.add_worksheet(title)
        sheet.set_column(0, 0, min(_WIDE, max([_NARROW, *(widest(name) for name, _ in rows)]) + 2))
        sheet.set_column(1, 1, 1.5 * _WIDE)
        for at, (name, value) in enumerate(rows):
            sheet.write_string(at, 0, name, self._dress["section" if value is None else "label"])
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(at, 1, value, self._dress["counted"])
            elif value is not None:
                sheet.write_string(at, 1, _fitting(shown(value, "")), self._dress["told"])
        _for_print(sheet)

    def sheet(
        self,
        title: str,
        frames: Iterable[pd.DataFrame],
        columns: Columns | None = None,
        *,
        frozen: int = 0,
        rows: int,
    ) -> None:
        """A list of at most `rows` rows: filters, headings and the first `frozen` columns that stay."""
        sheet = self._book.add_worksheet(title)
        waiting = iter(frames)
        first = next(waiting, None)
        names = list(columns or (first.columns if first is not None else ()))
        heads = [heading(name, columns) for name in names]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._dress["heading"])
        widths = [min(widest(head) + _BUTTON, _WIDE_HEADING) for head in heads]
        at = 1  # the row to write next
        for frame in chain([] if first is None else [first], waiting):
            part = frame.reindex(columns=names).head(rows + 1 - at)
            if at <= _SAMPLE:
                widths = list(map(max, widths, _widths(part.head(_SAMPLE))))
            self._rows(sheet, at, part)
            at += len(part)
            if at > rows:
                break
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, at - 1, max(len(names) - 1, 0))
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.repeat_rows(0)
        _for_print(sheet)

    def _rows(self, sheet: Any, at: int, frame: pd.DataFrame) -> None:
        names = [str(name) for name in frame.columns]
        kinds = [kind(name) for name in names]
        cells = [values(frame[name]) for name in names]
        for row, told in enumerate(zip(*cells, strict=True), at):
            lines = max((_lines(value) for value in told), default=1)
            if lines > 1:  # not every program fits a wrapped row when it opens a file
                sheet.set_row(row, lines * _LINE)
            for column, value in enumerate(told):
                if value is not None:
                    self._cell(sheet, row, column, value, names[column], kinds[column])

    def _cell(
        self, sheet: Any, row: int, column: int, value: Any, name: str, of: Kind | None
    ) -> None:
        if is_number(value) and of != "code":
            if math.isfinite(value):
                dress = str(of) if of in NUMERIC else "number"
                sheet.write_number(row, column, float(value), self._dress[dress])
        elif isinstance(value, date) and _countable(value):
            dress = "moment" if isinstance(value, datetime) and of != "date" else "date"
            sheet.write_datetime(row, column, value, self._dress[dress])
        else:
            dress = "code" if of == "code" else "text"
            sheet.write_string(row, column, _fitting(shown(value, name)), self._dress[dress])


def _lines(value: Any) -> int:
    """How many lines a text takes in the widest column. GB18030 has two bytes for a wide character."""
    if not isinstance(value, str) or len(value) * 2 <= _WIDE:
        return 1
    return min(math.ceil(len(value.encode("gb18030", "replace")) / (_WIDE - 4)), _MOST_LINES)


def _widths(frame: pd.DataFrame) -> list[int]:
    """How wide each column must be for its values, a margin included."""
    found = []
    for name in frame.columns:
        texts = (_fitting(shown(value, str(name))) for value in values(frame[name]))
        need = max(map(widest, texts), default=0)
        found.append(min(max(need + 2, _NARROW), _WIDE))
    return found


def _fitting(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _countable(moment: date) -> bool:
    """Whether Excel can hold it as a date; it knows neither 1899 nor time zones."""
    zone = moment.tzinfo if isinstance(moment, datetime) else None
    return zone is None and moment.isoformat()[:10] >= _FIRST_DATE


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
