"""The tables of a run folder, in frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd


def read(folder: Path, name: str, size: int = 10_000) -> Iterator[pd.DataFrame]:
    """A table of a run folder in frames of at most `size` rows."""
    import pyarrow.parquet as pq

    path = folder / f"{name}.parquet"
    with _in_words(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(size):
            yield batch.to_pandas()


def frame(folder: Path, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table of a run folder as one frame; columns: only these."""
    import pandas as pd

    path = folder / f"{name}.parquet"
    with _in_words(path):
        return pd.read_parquet(path, columns=None if columns is None else list(columns))


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What is wrong with a file that cannot be read."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        what = say("缺这个文件，或已损坏", "the file is missing or damaged")
        raise MedauditError(Problem(what, str(path), say("重新扫描", "scan again"))) from error


def frames(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Suspects and findings of a run folder, amounts as floats."""
    suspects, found = frame(folder, "suspects"), frame(folder, "findings")
    for name in ("score", "amount"):
        suspects[name] = suspects[name].astype(float)
    for name in ("charge_amount", "amount", "account_amount", "strength"):
        found[name] = found[name].astype(float)
    return suspects, found


def rings_before(folder: Path) -> dict[str, dict[str, str]]:
    """The members of an earlier run's rings, kind → person → ring id; empty where there is none that can be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        kinds = dict(
            pq.read_table(folder / "ring.parquet", columns=["ring_id", "kind"]).to_pandas().values
        )
        members = pq.read_table(folder / "ring_member.parquet", columns=["ring_id", "person_id"])
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return {}
    found: dict[str, dict[str, str]] = {}
    for ring, person in members.to_pandas().itertuples(index=False):
        found.setdefault(str(kinds.get(ring, "")), {})[str(person)] = str(ring)
    return found
