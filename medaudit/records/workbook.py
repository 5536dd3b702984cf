"""Every sheet of an XLSX as Parquet of text, streamed: cells become text and are typed like a CSV's."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from medaudit.records.text import HEADER_ROWS

ROWS_AT_ONCE = 20_000


def sheets(path: Path) -> list[str]:
    """Names of the sheets. Raises python_calamine.CalamineError for what is not a workbook."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        return list(book.sheet_names)


def first_rows(path: Path, sheet: str) -> list[list[str]]:
    """The first rows of a sheet as text; [] for an empty one."""
    return [
        [cell_text(cell) for cell in row]
        for row in itertools.islice(_rows(path, sheet), HEADER_ROWS)
    ]


def write_parquet(path: Path, sheet: str, skip: int, width: int, target: Path) -> None:
    """The rows of a sheet after `skip` as Parquet with columns c0 … c(width-1), all text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(f"c{i}", pa.string()) for i in range(width)])
    with pq.ParquetWriter(target, schema) as writer:
        rows = itertools.islice(_rows(path, sheet), skip, None)
        while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
            texts = [[cell_text(cell) or None for cell in row] for row in some]
            columns = [[row[i] if i < len(row) else None for row in texts] for i in range(width)]
            writer.write_batch(
                pa.record_batch([pa.array(c, pa.string()) for c in columns], schema=schema)
            )


def _rows(path: Path, sheet: str) -> Iterator[Sequence[Any]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        yield from book.get_sheet_by_name(sheet).iter_rows()


def cell_text(cell: Any) -> str:
    """A cell as a person would type it: 1001.0 is 1001, a date is ISO, TRUE is 1."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(cell).strip()
