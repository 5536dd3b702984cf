"""How a sheet of the case list is set: cells that stay text, rows high enough for print, tables below one another."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from medaudit.export.hiding import safe
from medaudit.language import say
from medaudit.output.cells import is_number
from medaudit.output.workbook import CHANCE
from medaudit.output.wrap import width

_A4 = 9
_LINE, _HIGHEST = 15, 400  # points; Excel allows 409
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31  # of a sheet, in the units Excel counts
_BORDER = {"border": 1, "border_color": "#BBBBBB"}

_DRESS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#555555", "text_wrap": True},
    "section": {"bold": True, "font_size": 12, "bottom": 2},
    "head": {"bold": True, "text_wrap": True, "bg_color": "#DDE6F0", **_BORDER},
    "label": {"font_color": "#555555", "text_wrap": True, **_BORDER},
    "text": {"text_wrap": True, "num_format": "@", **_BORDER},
    "code": {"num_format": "@", "text_wrap": True, **_BORDER},
    "money": {"num_format": "#,##0.00", **_BORDER},
    "chance": {"num_format": CHANCE, **_BORDER},
    "count": {"num_format": "#,##0", **_BORDER},
    "day": {"num_format": "yyyy-mm-dd", **_BORDER},
    "fill": {"bg_color": "#FFFBE6", "text_wrap": True, **_BORDER},
    "fill_code": {"bg_color": "#FFFBE6", "num_format": "@", **_BORDER},
    "fill_money": {"bg_color": "#FFFBE6", "num_format": "#,##0.00", **_BORDER},
    "fill_day": {"bg_color": "#FFFBE6", "num_format": "yyyy-mm-dd", **_BORDER},
    "link": {"font_color": "#1F4E99", "underline": 1},
}


def dressed(book: Any) -> dict[str, Any]:
    """The formats of a workbook by name."""
    return {name: book.add_format({"valign": "top", **told}) for name, told in _DRESS.items()}


def sheet_title(number: int, name: str, taken: set[str]) -> str:
    """`01 槿雨县第二人民医院` as Excel takes it: no forbidden characters, no more than 31, unlike every one in `taken`, which it joins."""
    plain = " ".join(_FORBIDDEN.sub(" ", safe(name)).split()).strip("'")
    title = _cut(f"{number:02d} {plain}".strip(), _LONGEST_TITLE).rstrip("' ")
    again = 2
    while title.casefold() in taken:
        tail = f" ({again})"
        title = (
            _cut(f"{number:02d} {plain}".strip(), _LONGEST_TITLE - len(tail)).rstrip("' ") + tail
        )
        again += 1
    taken.add(title.casefold())
    return title


def _cut(text: str, most: int) -> str:
    """As many characters as fit; Excel counts a character beyond the basic plane as two."""
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text


class Page:
    """A sheet filled from the top. widths: of its columns, in characters."""

    def __init__(
        self, sheet: Any, dress: dict[str, Any], widths: Sequence[int], footer: str
    ) -> None:
        self.sheet, self.dress, self.widths, self.at = sheet, dress, widths, 0
        for column, wide in enumerate(widths):
            sheet.set_column(column, column, wide)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        # & begins a code in a footer.
        told = footer.replace("&", "&&")
        sheet.set_footer(
            f"&L&8{told}&C&8&P / &N&R&8{say('疑点不是结论', 'Leads, not conclusions')}"
        )
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def title(self, text: str) -> None:
        self.sheet.set_row(self.at, 22)
        self.sheet.write_string(self.at, 0, safe(text, 200), self.dress["title"])
        self.at += 1

    def note(self, text: str) -> None:
        """A paragraph over the whole width."""
        self._across(safe(text), 0, "note")

    def section(self, text: str) -> None:
        self.at += 1
        self._across(safe(text, 200), 0, "section")

    def told(self, label: str, text: str, from_column: int = 2) -> None:
        """A label and its text; the text takes the rest of the width."""
        self.sheet.merge_range(
            self.at, 0, self.at, from_column - 1, safe(label, 200), self.dress["label"]
        )
        self._across(safe(text), from_column, "text")

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[Any]],
        kinds: Sequence[str],
        more: str = "",
    ) -> None:
        """A table of these headings; kinds: the dress of each column. more: said below it of what is not listed."""
        self.row(heads, ["head"] * len(heads))
        for row in rows:
            self.row(row, kinds)
        if more:
            self.note(more)

    def row(self, values: Sequence[Any], kinds: Sequence[str]) -> None:
        """One row of cells: numbers and days as what they are, all else as text, and never as a formula."""
        texts = [safe(v) if isinstance(v, str) else "" for v in values]
        high = max((self._lines(text, self.widths[c]) for c, text in enumerate(texts)), default=1)
        # Not every program fits a wrapped row by itself when it opens a file.
        self.sheet.set_row(self.at, min(_LINE * high, _HIGHEST) if high > 1 else None)
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            dress = self.dress[kind]
            if value is None or value == "" or value != value:
                self.sheet.write_blank(self.at, column, None, dress)
            elif is_number(value) and math.isfinite(value):
                self.sheet.write_number(self.at, column, float(value), dress)
            elif isinstance(value, dt.date) and value.year > 1900:
                moment = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
                self.sheet.write_datetime(self.at, column, moment, dress)
            else:
                self.sheet.write_string(self.at, column, texts[column] or safe(value), dress)
        self.at += 1

    def link(self, column: int, sheet: str, text: str) -> None:
        """A link to another sheet of the same workbook, in the row set last."""
        place = "internal:'" + sheet.replace("'", "''") + "'!A1"
        self.sheet.write_url(self.at - 1, column, place, self.dress["link"], safe(text, 200))

    def _across(self, text: str, first: int, dress: str) -> None:
        last = len(self.widths) - 1
        high = self._lines(text, sum(self.widths[first:]))
        self.sheet.set_row(self.at, min(_LINE * high + 3, _HIGHEST))
        self.sheet.merge_range(self.at, first, self.at, last, "", self.dress[dress])
        self.sheet.write_string(self.at, first, text, self.dress[dress])
        self.at += 1

    @staticmethod
    def _lines(text: str, wide: int) -> int:
        return sum(max(1, math.ceil(width(part) / max(wide - 1, 1))) for part in text.split("\n"))
