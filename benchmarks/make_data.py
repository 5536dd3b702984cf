"""Writes the county that the benchmarks run on, as Parquet files.

    python benchmarks/make_data.py FOLDER [--people 100000]

A year of 100,000 people is about 340,000 settlements with 4 million fee lines, nearly all of it in order:
`medaudit scan` finds something in about one settlement of a hundred. The same size gives the same rows.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def make(folder: Path, people: int) -> dict[str, int]:
    """Write one Parquet file a table into `folder`; returns the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(f"{scratch}/county.db") as base:
        base.execute(f"SET VARIABLE people = {people}")
        base.execute((HERE / "county.sql").read_text(encoding="utf-8"))
        rows = {}
        for path in sorted((HERE / "tables").glob("*.sql")):
            target = folder / f"{path.stem}.parquet"
            sql = path.read_text(encoding="utf-8")
            base.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet)")
            base.execute(f"CREATE VIEW {path.stem}_file AS SELECT * FROM '{target}'")
            rows[path.stem] = base.execute(f"SELECT count(*) FROM {path.stem}_file").fetchall()[0][
                0
            ]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the county that the benchmarks run on.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    given = parser.parse_args()
    for name, count in make(given.folder, given.people).items():
        print(f"{name:12} {count:>10,}")


if __name__ == "__main__":
    main()
