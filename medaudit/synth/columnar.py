"""Arrow columns from numbers: texts by lookup, fen to decimals, days to dates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from medaudit.synth.chance import Column, Numbers

EPOCH = (np.datetime64("2025-01-01") - np.datetime64("1970-01-01")).astype(int)
SECONDS = 86_400


def texts(values: Column, codes: Column) -> pa.Array:
    """The text at each position of `values`, null where the position is negative or the text empty."""
    known = np.array(["" if value is None else str(value) for value in values], dtype=object)
    codes = np.asarray(codes)
    # A dictionary may have no null in it: an empty text's positions are null instead. Nor a text twice:
    # such a file's bytes differ from run to run.
    nothing = (codes < 0) | (known[codes] == "")
    unique, at = np.unique(known, return_inverse=True)
    positions = pa.array(at[codes], pa.int32(), mask=nothing)
    return pa.DictionaryArray.from_arrays(positions, pa.array(unique, pa.string()))


def words(values: Column, none: Any = "") -> pa.Array:
    """Texts of a column of few different values, null for `none`."""
    codes, unique = pd.factorize(np.asarray(values), sort=True)
    return texts(["" if value == none else value for value in unique], codes)


def plain(values: Column) -> pa.Array:
    """Texts as they are, null for empty ones."""
    return pa.array(np.where(values == "", None, values), pa.string())


def numbered(prefix: str, numbers: Column, width: int) -> Numbers:
    """Texts such as P000012."""
    if not len(numbers):  # which numpy cannot fill with zeros
        return np.array([], dtype="U1")
    return np.char.add(prefix, np.char.zfill(np.asarray(numbers).astype(str), width))


def decimals(whole: Column, digits: int, scale: int = 2) -> pa.Array:
    """Decimals of so many places from whole numbers of their last place (fen for money)."""
    number = np.ascontiguousarray(whole, dtype=np.int64)
    pairs = np.empty((len(number), 2), dtype=np.int64)
    pairs[:, 0], pairs[:, 1] = number, number >> 63
    return pa.Array.from_buffers(
        pa.decimal128(digits, scale), len(number), [None, pa.py_buffer(pairs)]
    )


def money(fen: Column) -> pa.Array:
    return decimals(fen, 16, 2)


def dates(day: Column, never: int | None = None) -> pa.Array:
    """Dates from days since 1 January, null for `never`."""
    day = np.asarray(day)
    mask = day == never if never is not None else None
    return pa.array((day + EPOCH).astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def times(day: Column, clock: Column) -> pa.Array:
    """Timestamps from days and seconds of the day."""
    seconds = (np.asarray(day, dtype=np.int64) + EPOCH) * SECONDS + np.asarray(
        clock, dtype=np.int64
    )
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us"))


def write(columns: dict[str, pa.Array], path: Path) -> int:
    """Write a Parquet file and return its rows. The same columns are the same bytes."""
    table = pa.table(columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without the Arrow schema a reader sees plain texts, not dictionaries.
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=1,
        store_schema=False,
        row_group_size=200_000,
    )
    return table.num_rows
