"""The files of an export: GB18030 text with what people leave above and below a table, and a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.synth.messy.spelling import Spelling

CHUNK = 8 * 1024 * 1024
ENCODING = "gb18030"


def write_csv(engine: DuckEngine, spelling: Spelling, rows: str, order: str, path: Path) -> None:
    """The rows of view `rows` as a text file. Streams: memory does not grow with the rows."""
    plain = engine.folder / "plain.csv"
    # NULLSTR is a word that nothing is written as: what stands for nothing is text here and never quoted.
    count = engine.value(
        f"COPY ({spelling.text(rows, order)}) TO {quoted(plain)} (FORMAT csv, HEADER false, NULLSTR '∅')"
    )
    width = len(spelling.headers)
    with (
        plain.open(encoding="utf-8", newline="") as given,
        path.open("w", encoding=ENCODING, newline=spelling.line_end) as out,
    ):
        if spelling.has_note:
            out.write(f"{spelling.table.zh} {spelling.month}　单位：元\n")
        out.write(",".join(spelling.headers) + "\n")
        while chunk := given.read(CHUNK):
            out.write(chunk)
        if spelling.month:
            out.write(",".join(["合计", f"共{count}条", *[""] * (width - 2)]) + "\n")
        if spelling.has_tail:
            out.write(("," * (width - 1) + "\n") * 3)
    plain.unlink()


def write_workbook(sheets: Sequence[tuple[Spelling, Sequence[Sequence[Any]]]], path: Path) -> None:
    """One sheet a table. Dates are what Excel makes of them, whole codes without leading zeros are numbers."""
    import xlsxwriter

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    # The day on which it is made must not show in the bytes.
    book.set_properties({"created": dt.datetime(2026, 1, 5)})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for spelling, rows in sheets:
        sheet = book.add_worksheet(spelling.table.zh)
        sheet.write_row(0, 0, spelling.headers)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(line, place, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(line, place, cell)
                elif cell is not None:
                    sheet.write_number(line, place, float(cell))
    book.close()
    path.write_bytes(kept.getvalue())
