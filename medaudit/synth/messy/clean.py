"""The clean county, as it is read: one view a table, every canonical column in its canonical type."""

from __future__ import annotations

import re
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.records.schema import TABLES


def show(engine: DuckEngine, data: Path) -> dict[str, list[str]]:
    """View `clean_<table>` for every table in `data`; returns table → the columns that its files have.

    Columns that the files lack are NULL. `part` and `row` number the files of a table and the rows of a file.
    """
    present = {}
    for table in TABLES.values():
        paths = sorted(
            path for path in data.glob("*.parquet") if re.sub(r"_\d+$", "", path.stem) == table.name
        )
        if not paths:
            continue
        one = [f"SELECT *, {part} AS part FROM ({_read(path)})" for part, path in enumerate(paths)]
        engine.view(f"given_{table.name}", " UNION ALL BY NAME ".join(one))
        given = engine.columns(f"given_{table.name}")
        columns = [
            f"CAST({name if name in given else 'NULL'} AS {column.sql_type}) AS {name}"
            for name, column in table.columns.items()
        ]
        engine.view(
            f"clean_{table.name}",
            f"SELECT {', '.join(columns)}, part, file_row_number AS row FROM given_{table.name}",
        )
        present[table.name] = [name for name in table.columns if name in given]
    if "settlement" not in present:
        raise FileNotFoundError(f"{data}/settlement*.parquet")
    return present


def _read(path: Path) -> str:
    return f"SELECT * FROM read_parquet({quoted(path)}, file_row_number=true)"
