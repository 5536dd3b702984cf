"""A county's Parquet files as plain CSV, one file a table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq


def as_csv(made: Path, data: Path) -> None:
    """Write every table of `made` as UTF-8 CSV into `data`; several files of a table become one."""
    data.mkdir(parents=True)
    tables: dict[str, list[Path]] = {}
    for path in sorted(made.glob("*.parquet")):
        tables.setdefault(path.stem.rstrip("0123456789").rstrip("_"), []).append(path)
    for table, paths in tables.items():
        schema = pq.read_schema(paths[0])
        options = pa.csv.WriteOptions(quoting_style="needed")
        with pa.csv.CSVWriter(data / f"{table}.csv", schema, write_options=options) as writer:
            for path in paths:
                for batch in pq.ParquetFile(path).iter_batches(100_000):
                    writer.write_batch(batch)
