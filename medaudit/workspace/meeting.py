"""Rows that arrive meet those that are there: which are new, the same, older, or put right what was there."""

from __future__ import annotations

from collections.abc import Sequence

from medaudit.engine import no_rows, quoted_name
from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import TABLES, Table
from medaudit.records.verdicts import ACCEPTED, content, keys
from medaudit.workspace.catalogue import ALWAYS

# The date by which rows are put into months; others stand together.
DATED = {"settlement": "enddate", "fee_item": "fee_ocur_time", "visit": "enddate"}

# Room for the rows of one delivery.
ROWS = 100_000_000_000_000


def columns(table: Table, extra: Sequence[str]) -> list[str]:
    return [quoted_name(name) for name in ("row_id", *table.columns, *extra)]


def take(engine: DuckEngine, table: Table, number: int, extra: Sequence[str]) -> None:
    """Show the accepted rows of delivery `number`, one a key, as `fresh_<table>`."""
    listed = ", ".join(f"t.{name}" for name in columns(table, extra)[1:])
    engine.view(
        f"fresh_{table.name}",
        f"SELECT t.row_id + {number * ROWS} AS row_id, {listed} FROM typed_{table.name} t "
        f"LEFT JOIN change_{table.name} c ON c.row_id = t.row_id WHERE t.{ACCEPTED} AND c.fate IS NULL",
    )


def meet(engine: DuckEngine, table: Table, there: bool) -> None:
    """Keep `met_<table>` (row_id, old_row_id, file, fate) of the fresh rows whose key is there already: `same` content, `older`
    than what is there, or `replaces` it. there: whether `stored_<table>` is shown."""
    name = f"met_{table.name}"
    if not there:
        engine.view(name, no_rows({"row_id": "BIGINT", "old_row_id": "BIGINT", "file": "VARCHAR", "fate": "VARCHAR"}))  # fmt: skip
        return
    named = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys(table)))
    by = " AND ".join(f"s.k{i} = f.k{i}" for i in range(len(keys(table))))
    upload = "upload_time" if "upload_time" in table.columns else "CAST(NULL AS TIMESTAMP)"
    # What is there is matched by its key alone, and only what matches is read in full.
    engine.keep(
        f"fresh_key_{table.name}",
        f"SELECT row_id, {named}, {upload} AS uploaded, {content(table)} AS content FROM fresh_{table.name}",
    )
    engine.keep(
        f"old_{table.name}",
        f"SELECT s.* FROM (SELECT *, {named} FROM stored_{table.name}) s "
        f"WHERE EXISTS (SELECT 1 FROM fresh_key_{table.name} f WHERE {by})",
    )
    engine.keep(
        name,
        f"""
        SELECT f.row_id, s.row_id AS old_row_id, s.file,
               CASE WHEN f.content = s.content THEN 'same' WHEN f.uploaded < s.uploaded THEN 'older' ELSE 'replaces' END AS fate
        FROM fresh_key_{table.name} f
        JOIN (SELECT *, {upload} AS uploaded, {content(table)} AS content FROM old_{table.name}) s ON {by}
        """,
    )


def month(table: Table) -> str:
    """SQL for the month a row is put into."""
    date = DATED.get(table.name)
    return f"coalesce(strftime({date}, '%Y-%m'), '{ALWAYS}')" if date else f"'{ALWAYS}'"


def coming(table: Table) -> str:
    """A SELECT of the fresh rows that are to be kept."""
    return (
        f"SELECT f.* FROM fresh_{table.name} f LEFT JOIN met_{table.name} m ON m.row_id = f.row_id "
        "WHERE m.fate IS NULL OR m.fate = 'replaces'"
    )


# Whom a row concerns, by the columns that say it.
CONCERNS = {
    "settlement": {"setl_id": "setl_id", "psn_no": "psn_no", "mdtrt_id": "mdtrt_id"},
    "fee_item": {"setl_id": "setl_id", "psn_no": "psn_no", "feedetl_sn": "feedetl_sn"},
    "diagnosis": {"setl_id": "setl_id"},
    "visit": {"mdtrt_id": "mdtrt_id"},
    "person": {"psn_no": "psn_no"},
    "chronic": {"psn_no": "psn_no"},
}
NAMES = ("setl_id", "psn_no", "mdtrt_id", "feedetl_sn")


def concerned(table: Table, there: bool) -> str:
    """A SELECT of whom the rows that are kept or replaced concern: name of the table, setl_id, psn_no, mdtrt_id, feedetl_sn; only
    the name for a table that is nobody's."""
    said = CONCERNS.get(table.name, {})
    told = ", ".join(f"{said.get(name, 'CAST(NULL AS VARCHAR)')} AS {name}" for name in NAMES)
    select = f"SELECT DISTINCT '{table.name}' AS name, {told} FROM "
    parts = [f"{select} ({coming(table)}) n"]
    if there:
        gone = f"SELECT o.* FROM old_{table.name} o JOIN met_{table.name} m ON m.old_row_id = o.row_id AND m.fate = 'replaces'"
        parts.append(f"{select} ({gone}) g")
    return " UNION ".join(parts)


def tables() -> list[Table]:
    return list(TABLES.values())
