"""The columns of every table and fact a rule may read, found out without any data."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from medaudit import facts
from medaudit.engine import Engine, no_rows
from medaudit.engine.duckdb import DuckEngine
from medaudit.records.schema import TABLES


@cache
def shapes() -> dict[str, dict[str, str]]:
    """Table or fact → column → DuckDB type, in the order of the columns."""
    with tempfile.TemporaryDirectory(prefix="medaudit-") as folder:
        engine = DuckEngine(Path(folder), threads=1)
        try:
            tables = _show_tables(engine)
            facts.compute(engine, facts.facts())
            return {name: engine.columns(name) for name in (*tables, *facts.MADE, *facts.facts())}
        finally:
            engine.close()


def _show_tables(engine: Engine) -> list[str]:
    names = [name for name in TABLES if name != "visit"]
    for name in names:
        columns = TABLES[name].columns.values()
        engine.view(name, no_rows({column.name: column.sql_type for column in columns}))
    engine.view(
        "med_type", no_rows({"med_type": "VARCHAR", "setting": "VARCHAR", "is_stay": "BOOLEAN"})
    )
    return names
