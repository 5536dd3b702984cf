"""The same county as a real export looks: GB18030 text in monthly parts, Chinese headers, dates in every form.

Nothing that happened is changed, only how it is told. Bills settled twice bring their own reversal, lines uploaded
again are the same lines, older versions have a later one, and doctors whom nobody named get a code that names
nobody. So an audit that reads such files rightly finds what it finds in the clean county.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import TABLES
from medaudit.synth.messy import bills, clean, months
from medaudit.synth.messy.files import write_csv, write_workbook
from medaudit.synth.messy.spelling import Spelling

# Tables that an office keeps in a spreadsheet, as sheets of one workbook while they are small.
KEPT_BY_HAND = ("institution", "doctor")
SHEET_ROWS = 100_000
FILE_NAMES = {"settlement": "结算明细", "fee_item": "费用明细", "diagnosis": "诊断信息"}


def messy(
    data: Path,
    out: Path,
    seed: int,
    *,
    memory_limit: int | None = None,
    threads: int | None = None,
) -> None:
    """Write the county in `data` (canonical Parquet, `<table>.parquet` or `<table>_0001.parquet` …) into `out`.

    The same data and seed give the same bytes, whatever the memory limit (bytes) and the threads.
    Raises FileNotFoundError when `data` holds no settlements, MedauditError when memory or disk do not suffice.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".messy-") as private:
        engine = DuckEngine(Path(private), memory_limit, threads)
        try:
            # The order of the rows is part of the same bytes.
            engine.run("SET preserve_insertion_order = true")
            present = clean.show(engine, data)
            bills.plan(engine, seed, present)
            _write_months(engine, out, seed, present)
            _write_small(engine, out, seed, present)
        finally:
            engine.close()


def _write_months(engine: DuckEngine, out: Path, seed: int, present: dict[str, list[str]]) -> None:
    for table in ("settlement", "fee_item"):
        if table not in present:
            continue
        for month in months.each(engine, table, seed, present):
            spelling = Spelling(TABLES[table], present[table], seed, month)
            path = out / f"{FILE_NAMES[table]}_{month}.csv"
            write_csv(engine, spelling, "month_rows", months.ORDER, path)


def _write_small(engine: DuckEngine, out: Path, seed: int, present: dict[str, list[str]]) -> None:
    sheets = []
    for table in _small(present):
        plain = f"SELECT *, 0 AS place FROM clean_{table}"
        engine.view("small", months.diagnoses() if table == "diagnosis" else plain)
        spelling = Spelling(TABLES[table], present[table], seed, "")
        if table in KEPT_BY_HAND and engine.value("SELECT count(*) FROM small") <= SHEET_ROWS:
            sheets.append((spelling, engine.rows(spelling.cells("small", months.ORDER))))
        else:
            name = FILE_NAMES.get(table, TABLES[table].zh)
            write_csv(engine, spelling, "small", months.ORDER, out / f"{name}.csv")
    if sheets:
        write_workbook(sheets, out / "机构和医师.xlsx")


def _small(present: dict[str, list[str]]) -> Iterator[str]:
    yield from (table for table in present if table not in ("settlement", "fee_item"))
