"""Where SQL runs by default: an embedded DuckDB over a folder of Parquet files."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import duckdb

from medaudit.engine import OutOfMemory, Params, SQLFailed, disk_full, named_in
from medaudit.engine.sizes import default_memory
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# What Python, pandas, Arrow and DuckDB's own code hold beside the buffers that DuckDB counts.
BESIDE_BUFFERS = 400 * 1024**2
LEAST_BUFFERS = 256 * 1024**2


def quoted(text: object) -> str:
    """A text as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Path:
    """Write Arrow batches as one Parquet file."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
    return path


_OPEN: WeakSet[DuckEngine] = WeakSet()


def interrupt() -> None:
    """Break off, from another thread, what every engine is doing. A signal does not reach a SELECT that is being fetched."""
    for engine in list(_OPEN):
        engine.interrupt()


class DuckEngine:
    """A DuckDB over `folder`, which holds every table it keeps and everything it spills.

    memory_limit: bytes for the whole process; threads: how many, None for one a core.
    """

    name = "duckdb"

    @property
    def local(self) -> DuckEngine:
        return self

    def __init__(self, folder: Path, memory_limit: int | None = None, threads: int | None = None):
        self._begin(duckdb.connect(":memory:"), folder, memory_limit or default_memory())
        spill = folder / "spill"
        spill.mkdir(exist_ok=True, mode=0o700)
        buffers = max(self.memory_limit - BESIDE_BUFFERS, LEAST_BUFFERS)
        for name, value in {
            "memory_limit": f"{buffers // 1024**2}MiB",
            "temp_directory": str(spill),
            "threads": threads,
            # Nothing may reach for an extension over the network.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # A name in SQL never means a variable of this program.
            "python_enable_replacements": False,
            "preserve_insertion_order": False,
            # What it would print on stdout under a statement of some seconds.
            "enable_progress_bar": False,
        }.items():
            if value is not None:
                self._connection.execute(f"SET {name} = {quoted(value)}")

    def _begin(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, memory_limit: int
    ) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.memory_limit = memory_limit
        self._connection = connection
        self._reading: set[duckdb.DuckDBPyConnection] = set()  # cursors of `batches`
        self._closing = threading.Lock()
        _OPEN.add(self)

    def beside(self, schema: str) -> DuckEngine:
        """An engine over the same tables and a folder of its own, in which names of `schema` come first."""
        self.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        other = DuckEngine.__new__(DuckEngine)
        other._begin(self._connection.cursor(), self.folder / schema, self.memory_limit)
        other.run(f"SET search_path = '{schema},main'")
        return other

    def run(self, sql: str, params: Params = None) -> duckdb.DuckDBPyConnection:
        """Execute one statement; `$name` in it is bound from `params` (others are left out)."""
        with _in_words():
            return self._connection.execute(sql, named_in(sql, params) or None)

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        with _in_words():
            return self.run(sql, params).fetchall()

    def value(self, sql: str, params: Params = None) -> Any:
        """The first value of the first row, None where there is none."""
        with _in_words():
            row = self.run(sql, params).fetchone()
        return row[0] if row else None

    def frame(self, sql: str, params: Params = None) -> pd.DataFrame:
        """A small result as a pandas frame."""
        with _in_words():
            return self.run(sql, params).df()

    def batches(self, sql: str, size: int = 20_000) -> Iterator[pa.RecordBatch]:
        """A result in Arrow batches of about `size` rows, never whole in memory."""
        cursor = self._connection.cursor()  # others may ask while this one is read
        self._reading.add(cursor)
        try:
            with _in_words():
                yield from cursor.sql(sql).to_arrow_reader(size)
        finally:
            self._close(cursor)

    def keep(self, name: str, sql: str, params: Params = None) -> None:
        """Write a SELECT once as `name`.parquet in the engine's folder and show it as view `name`."""
        path = self.folder / f"{name}.parquet"
        self.run(f"COPY ({sql}) TO {quoted(path)} (FORMAT parquet, COMPRESSION snappy)", params)
        self.show(name, [path])

    def put(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Write batches made in Python as `name`.parquet and show it as view `name`."""
        self.show(name, [write_parquet(self.folder / f"{name}.parquet", schema, batches)])

    def write(self, path: Path, sql: str) -> None:
        """Write a result, in its order, as one Parquet file."""
        self.run(f"COPY ({sql}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd)")

    def show(self, name: str, paths: Sequence[Path]) -> None:
        """Make Parquet files readable as view `name`; a column that one of them lacks is NULL in its rows."""
        listed = ", ".join(quoted(path) for path in paths)
        union = ", union_by_name = true" if len(paths) > 1 else ""
        self.view(name, f"SELECT * FROM read_parquet([{listed}]{union})")

    def view(self, name: str, sql: str) -> None:
        """Name a SELECT; it runs anew each time the name is read."""
        self.run(f'CREATE OR REPLACE VIEW "{name}" AS {sql}')

    def plan(self, sql: str, params: Params = None) -> None:
        """Prepare a statement without running it. Raises SQLFailed for what DuckDB would refuse."""
        self.run(f"EXPLAIN {sql}", params)

    def columns(self, name: str) -> dict[str, str]:
        """Column → SQL type of a table or view."""
        return {row[0]: row[1] for row in self.rows(f'DESCRIBE "{name}"')}

    def lock(self, *folders: Path) -> None:
        """From here on nothing outside the engine's folder and `folders` can be read or written."""
        allowed = ", ".join(quoted(folder.resolve()) for folder in (self.folder, *folders))
        self.run(f"SET allowed_directories = [{allowed}]")
        self.run("SET enable_external_access = false")
        self.run("SET lock_configuration = true")

    def close(self) -> None:
        self._close(self._connection)

    def _close(self, connection: duckdb.DuckDBPyConnection) -> None:
        with self._closing:  # and not while it is being interrupted
            self._reading.discard(connection)
            connection.close()

    def interrupt(self) -> None:
        """Break off, from another thread, what is being computed or read."""
        with self._closing, suppress(duckdb.Error):
            for connection in (self._connection, *self._reading):
                connection.interrupt()


@contextmanager
def _in_words() -> Iterator[None]:
    """DuckDB's errors in a user's words, and its two ways of reporting Ctrl-C as what it is."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        raise told(error) from error
    except RuntimeError as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise


def told(error: duckdb.Error) -> MedauditError:
    """A DuckDB error in a user's words, without the record that DuckDB likes to print."""
    text = str(error)
    if any(words in text for words in _OF_ROOM):
        return disk_full()
    if isinstance(error, duckdb.OutOfMemoryException):
        return OutOfMemory(
            Problem(
                say("内存不够", "not enough memory"),
                do=say(
                    "放宽 --memory-limit，或减少 --threads",
                    "raise --memory-limit or lower --threads",
                ),
            )
        )
    if not isinstance(error, _OF_SQL):
        column = re.search(r"when casting from source column (\w+)", text)
        text = text.split(":", 1)[0] + (f" ({column[1]})" if column else "")
    return SQLFailed(text)


# What it says where the disk, a quota or a limit of the file system has no room for more.
_OF_ROOM = (
    "No space left",
    "Disk quota exceeded",
    "File too large",
    "max_temp_directory_size",
)

# Errors about the statement itself. Any other may quote the record it stumbled over.
_OF_SQL = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.IOException,
    duckdb.NotImplementedException,
)
