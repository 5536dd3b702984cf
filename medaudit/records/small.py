"""Small tables that Python gives the engine: kinds of care, what medaudit ships, rows that did not divide."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medaudit.engine import Engine, no_rows
from medaudit.records.schema import KNOWLEDGE, MED_TYPES, Table
from medaudit.records.source import Source
from medaudit.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


def med_types(settings: Settings) -> list[tuple[str, str, bool]]:
    """med_type → setting and whether it is a hospital stay; the settings' own codes over ours."""
    told = {code: (entry["setting"], bool(entry["stay"])) for code, entry in MED_TYPES.items()}
    for code, setting in settings.codes.get("setting", {}).items():
        told[code] = (setting, setting == "inpatient")
    return [(code, *kind) for code, kind in sorted(told.items())]


def put_med_types(engine: Engine, settings: Settings) -> None:
    """Show table `med_type`: med_type, setting, is_stay."""
    import pyarrow as pa

    schema = pa.schema(
        [("med_type", pa.string()), ("setting", pa.string()), ("is_stay", pa.bool_())]
    )
    columns = zip(*med_types(settings), strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    engine.put("med_type", schema, [pa.record_batch(arrays, schema=schema)])


def put_shipped(engine: Engine, table: Table, shown: str) -> None:
    """Show a table that comes with medaudit as typed rows, every one accepted; their row_id is below 0."""
    import pyarrow as pa
    from pyarrow import csv

    types = {column.name: _arrow(column.sql_type) for column in table.columns.values()}
    options = csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    given = csv.read_csv(KNOWLEDGE / f"{table.name}.csv", convert_options=options)
    rows = pa.table({"row_id": pa.array(range(-given.num_rows, 0), pa.int64())})
    for name, kind in types.items():
        there = name in given.column_names
        rows = rows.append_column(name, given[name] if there else pa.nulls(given.num_rows, kind))
    for name in ("reject_reason", "reject_column", "unread"):
        rows = rows.append_column(name, pa.nulls(given.num_rows, pa.string()))
    engine.put(shown, rows.schema, rows.to_batches())


def put_undivided(engine: Engine, sources: Sequence[Source]) -> None:
    """Show table `undivided` (source, line), and `above`: how many such lines stand above a row.

    `above`: source, since, until (numbers of divided rows) and above, one row for each span.
    """
    local = engine.local
    parts = [
        f"SELECT DISTINCT {source.number} AS source, CAST(line AS BIGINT) AS line FROM {source.rejects}"
        for source in sources
        if source.undivided
    ]
    nothing = no_rows({"source": "INTEGER", "line": "BIGINT"})
    local.keep("undivided", " UNION ALL ".join(parts) or nothing)
    engine.show("undivided", [local.folder / "undivided.parquet"])
    engine.view(
        "above",
        """
        WITH placed AS (
          SELECT source, line, row_number() OVER (PARTITION BY source ORDER BY line) AS place FROM undivided
        )
        SELECT source, line - place + 1 AS since, place AS above,
               coalesce(lead(line - place + 1) OVER (PARTITION BY source ORDER BY place) - 1, 9223372036854775807)
                 AS until
        FROM placed
        UNION ALL
        SELECT source, 0, 0, min(line) - 1 FROM undivided GROUP BY source
        """,
    )


def _arrow(sql_type: str) -> pa.DataType:
    import pyarrow as pa

    sized = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", sql_type)
    if sized:
        return pa.decimal128(int(sized[1]), int(sized[2]))
    plain: dict[str, Any] = {
        "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us"), "DOUBLE": pa.float64(), "INTEGER": pa.int32(),
    }  # fmt: skip
    return plain.get(sql_type, pa.string())


def add_suspensions(engine: Engine, told: Sequence[tuple[str, dt.date, dt.date | None]]) -> None:
    """Add to table suspension what no file says: doctor, first day, last day (None: until lifted). Table suspension_told has them alone."""
    import pyarrow as pa

    schema = pa.schema(
        [("dr_codg", pa.string()), ("begndate", pa.date32()), ("enddate", pa.date32())]
    )
    columns = [pa.array([row[i] for row in told], schema.types[i]) for i in range(3)]
    engine.put("suspension_told", schema, [pa.record_batch(columns, schema=schema)])
    if not told:
        return
    engine.keep("suspension_read", "SELECT dr_codg, begndate, enddate FROM suspension")
    engine.view(
        "suspension", "SELECT * FROM suspension_read UNION ALL SELECT * FROM suspension_told"
    )
