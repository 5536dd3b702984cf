"""A county's Parquet files as plain CSV, one file a table."""

from __future__ import annotations

from pathlib import Path

import duckdb


def as_csv(made: Path, data: Path) -> None:
    """Write every table of `made` as UTF-8 CSV into `data`; several files of a table become one, in their order."""
    data.mkdir(parents=True)
    tables = {path.stem.rstrip("0123456789").rstrip("_") for path in made.glob("*.parquet")}
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    for table in sorted(tables):
        rows = connection.read_parquet(
            [
                str(path)
                for path in sorted(made.glob(f"{table}*.parquet"))
                if path.stem.rstrip("0123456789_") == table
            ]
        )
        # Prices and counts of this county have two decimals at most.
        columns = [
            f"CAST({name} AS DECIMAL(16,2)) AS {name}" if kind.id == "decimal" else name
            for name, kind in zip(rows.columns, rows.types, strict=True)
        ]
        rows.project(", ".join(columns)).write_csv(str(data / f"{table}.csv"))
    connection.close()
