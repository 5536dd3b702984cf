"""The tables of a run folder, in frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def read(folder: Path, name: str, size: int = 10_000) -> Iterator[pd.DataFrame]:
    """A table of a run folder in frames of at most `size` rows."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / f"{name}.parquet") as file:
        for batch in file.iter_batches(size):
            yield batch.to_pandas()


def frame(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run folder as one frame."""
    import pandas as pd

    return pd.read_parquet(folder / f"{name}.parquet")


def frames(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Suspects and findings of a run folder, amounts as floats."""
    suspects, found = frame(folder, "suspects"), frame(folder, "findings")
    for name in ("score", "amount"):
        suspects[name] = suspects[name].astype(float)
    for name in ("charge_amount", "amount", "account_amount", "strength"):
        found[name] = found[name].astype(float)
    return suspects, found
