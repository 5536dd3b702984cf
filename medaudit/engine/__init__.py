"""Where SQL runs. Everything is written once, in DuckDB's dialect; which engine runs it is the user's choice.

An engine knows nothing of settlements. The rooms ask it for a few things: `keep` a SELECT as a table, `view`
a SELECT by name, `put` a small table made in Python, read `rows`, `frame` or `batches`, `write` a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from medaudit.engine.duckdb import DuckEngine

Params = Mapping[str, Any] | None


class Engine(Protocol):
    """What every engine can do. `$name` in a statement is bound from `params`; others are left out."""

    name: str
    folder: Path  # private and local: what is kept, or only passes through
    memory_limit: int  # bytes this process may use

    @property
    def local(self) -> DuckEngine:
        """The engine that reads local files: itself, or a DuckDB beside an engine that is elsewhere."""
        ...

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        ...

    def value(self, sql: str, params: Params = None) -> Any:
        """The first value of the first row, None where there is none."""
        ...

    def frame(self, sql: str, params: Params = None) -> pd.DataFrame:
        """A small result as a pandas frame."""
        ...

    def batches(self, sql: str, size: int = 20_000) -> Iterator[pa.RecordBatch]:
        """A result in its order, in Arrow batches of about `size` rows, never whole in memory."""
        ...

    def keep(self, name: str, sql: str, params: Params = None) -> None:
        """Compute a SELECT once and show it as table `name`."""
        ...

    def put(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Show what Python made as table `name`."""
        ...

    def show(self, name: str, paths: Sequence[Path]) -> None:
        """Make local Parquet files of one shape readable as table `name`."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Name a SELECT; it runs anew each time the name is read."""
        ...

    def write(self, path: Path, sql: str) -> None:
        """Write a result, in its order, as one local Parquet file."""
        ...

    def columns(self, name: str) -> dict[str, str]:
        """Column → type, in DuckDB's words, of a table or view."""
        ...

    def lock(self, *folders: Path) -> None:
        """From here on, where the engine can do it, nothing outside its folder and `folders` is touched."""
        ...

    def close(self) -> None: ...


def named_in(sql: str, params: Params) -> dict[str, Any]:
    """The parameters that a statement mentions: engines refuse the others."""
    named = set(re.findall(r"\$([A-Za-z_]\w*)", sql))
    return {name: value for name, value in (params or {}).items() if name in named}


def quoted_name(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def no_rows(columns: Mapping[str, str]) -> str:
    """A SELECT of no rows with these columns, name → type."""
    told = ", ".join(
        f"CAST(NULL AS {kind}) AS {quoted_name(name)}" for name, kind in columns.items()
    )
    return f"SELECT {told} WHERE FALSE"


class OutOfMemory(MedauditError):
    """A statement that needs more memory than it was given."""


class SQLFailed(MedauditError):
    """A statement that an engine could not run. Where its words may hold data only the kind of error is told."""

    def __init__(self, text: str) -> None:
        first = text.strip().split("\n", 1)[0]
        super().__init__(Problem(say("语句执行失败：", "a statement failed: ") + first[:300]))


def disk_full() -> MedauditError:
    """The error of a disk with no room left, whichever engine ran into it."""
    return MedauditError(
        Problem(
            say("磁盘已满，没有写出任何结果", "the disk is full; no result was written"),
            do=say(
                "在那里腾出空间（约为输入的两倍），或换用更大磁盘上的文件夹（--out、--workspace）",
                "free about twice the size of the input there, or choose a folder on a larger disk (--out, --workspace)",
            ),
        )
    )
