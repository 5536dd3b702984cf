"""Where SQL runs when a province does not fit one machine: Apache Spark.

Statements arrive in DuckDB's dialect and are translated (`translation`). What is kept is written as Parquet
into the staging folder, which every executor must see under the same name; only what the run folder
holds, and small results, come to this process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot.errors import SqlglotError

from medaudit.engine import Params, SQLFailed, named_in
from medaudit.engine.duckdb import DuckEngine, write_parquet
from medaudit.engine.session import connect, own
from medaudit.engine.sizes import default_memory
from medaudit.engine.spark_places import open_place, tables_at
from medaudit.engine.spark_quiet import hush
from medaudit.engine.spark_words import in_words
from medaudit.engine.translation import translate
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Where the setting of a cluster names a folder that all its machines see (hdfs://…, s3a://…).
STAGING = "spark.medaudit.staging"

# Of LZ4, Arrow reads the older form wrongly and Spark the newer one, where a dictionary is large.
COMPRESSION = "snappy"

_TYPES = {
    "string": "VARCHAR", "void": "VARCHAR", "int": "INTEGER", "tinyint": "INTEGER", "smallint": "SMALLINT",
    "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMP WITH TIME ZONE", "float": "FLOAT",
}  # fmt: skip


class SparkEngine:
    """A Spark session with tables in `folder`, or in the staging folder its settings name.

    session: one to use, left running; else one is started from master and conf and stopped at the end.
    memory_limit: bytes for Spark where it runs in this process, and for the reading of local files.
    """

    name = "spark"

    def __init__(
        self,
        folder: Path,
        session: Any = None,
        master: str | None = None,
        conf: Mapping[str, str] | None = None,
        memory_limit: int | None = None,
        threads: int | None = None,
    ):
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.memory_limit = memory_limit or default_memory()
        self._threads = threads
        self._started = None
        if session is None:
            session = self._started = connect(
                folder, master, conf or {}, self.memory_limit, threads
            )
        self.session = own(session)
        self._as_talkative = hush(session) if self._started is None else None
        self._staging, self._is_shared = self._place(conf or {})
        self._passed = 0

    @cached_property
    def local(self) -> DuckEngine:
        """What reads local files. Spark waits meanwhile, so that both may have the memory."""
        return DuckEngine(self.folder / "local", self.memory_limit, self._threads)

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        with in_words():
            return [tuple(row) for row in self._result(sql, params).collect()]

    def value(self, sql: str, params: Params = None) -> Any:
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def frame(self, sql: str, params: Params = None) -> pd.DataFrame:
        with in_words():
            frame: pd.DataFrame = self._result(sql, params).toArrow().to_pandas()
        return frame

    def batches(self, sql: str, size: int = 20_000) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as pq

        for path in self._brought(sql):
            with pq.ParquetFile(path) as file:
                yield from file.iter_batches(size)
            path.unlink()

    def keep(self, name: str, sql: str, params: Params = None) -> None:
        with in_words():
            self._keep(name, self._result(sql, params))

    def put(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        self.show(name, [write_parquet(self.folder / f"{name}.parquet", schema, batches)])

    def show(self, name: str, paths: Sequence[Path]) -> None:
        with in_words():
            places = [self._seen_by_all(path) for path in paths]
            self.session.read.parquet(*places).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        with in_words():
            self._result(sql).createOrReplaceTempView(name)

    def write(self, path: Path, sql: str) -> None:
        import pyarrow.parquet as pq

        writer = None
        for part in self._brought(sql):
            with pq.ParquetFile(part) as file:
                writer = writer or pq.ParquetWriter(path, file.schema_arrow, compression="zstd")
                for batch in file.iter_batches():
                    writer.write_batch(batch)
            part.unlink()
        if writer:
            writer.close()

    def plan(self, sql: str, params: Params = None) -> None:
        """Prepare a statement without running it. Raises SQLFailed for what Spark would refuse."""
        with in_words():
            self._result(sql, params)._jdf.queryExecution().executedPlan()

    def columns(self, name: str) -> dict[str, str]:
        with in_words():
            return types_of(self.session.table(name).schema)

    def tables_at(self, address: str) -> list[str]:
        """The places at an address that hold one table each. Raises SQLFailed when it is not there."""
        return tables_at(self.session, address)

    def open(
        self, relation: str, place: str, is_table: bool
    ) -> tuple[list[str], list[str], list[str]]:
        """Show a place, or a table of the catalogue, as view `relation`; its headers, types and files."""
        headers, schema, files = open_place(self.session, relation, place, is_table)
        return headers, list(types_of(schema).values()), files

    def lock(self, *folders: Path) -> None:
        """Spark has no lock: what a statement may say is checked before it comes here."""

    def close(self) -> None:
        if "local" in self.__dict__:
            self.local.close()
        with suppress(Exception):  # a Spark that was lost reaches no file system
            self._files(self._staging).delete(self._path(self._staging), True)
        with suppress(Exception):  # nor can it be stopped or made talkative again
            if self._as_talkative:
                self._as_talkative()
            if self._started is not None:
                self._started.stop()

    def _result(self, sql: str, params: Params = None) -> Any:
        """The lazy result of a statement."""
        try:
            text = translate(sql)
        except SqlglotError as error:
            raise SQLFailed(str(error)) from error
        return self.session.sql(text, args=named_in(sql, params))

    def _keep(self, name: str, result: Any) -> None:
        result = _typed(result)
        place = f"{self._staging}/{name}"
        result.write.mode("overwrite").option("compression", COMPRESSION).parquet(place)
        self.session.read.schema(result.schema).parquet(place).createOrReplaceTempView(name)

    def _brought(self, sql: str) -> list[Path]:
        """A result as local Parquet files, in its order; whoever reads them removes them."""
        with in_words():
            self._passed += 1
            name = f"passing-{self._passed}"
            result = _typed(self._result(sql))
            place = f"{self._staging}/{name}"
            result.write.option("compression", COMPRESSION).parquet(place)
            return self._fetched(place, self.folder / name)

    def _fetched(self, place: str, folder: Path) -> list[Path]:
        if self._is_shared:
            files = self._files(place)
            files.copyToLocalFile(True, self._path(place), self._path(folder.as_uri()))
        else:
            folder = Path(place.removeprefix("file://"))
        return sorted(folder.glob("part-*.parquet"))

    def _seen_by_all(self, path: Path) -> str:
        """A local file's place where every executor can read it."""
        if not self._is_shared:
            return path.resolve().as_uri()
        place = f"{self._staging}/{path.name}"
        self._files(place).copyFromLocalFile(
            False, True, self._path(path.as_uri()), self._path(place)
        )
        return place

    def _place(self, conf: Mapping[str, str]) -> tuple[str, bool]:
        """The staging folder, and whether it is elsewhere than on this machine's disks."""
        told = conf.get(STAGING) or self.session.conf.get(STAGING, None)
        if told and not told.startswith(("file:", "/")):
            return f"{told.rstrip('/')}/{self.folder.parent.name}", True
        if not told and not self.session.sparkContext.master.startswith("local"):
            what = say(
                "集群上没有各台机器都看得见的中转文件夹",
                "no staging folder that all machines of the cluster see",
            )
            raise MedauditError(
                Problem(what, STAGING, f"--spark-conf {STAGING}=hdfs:///tmp/medaudit")
            )
        base = Path(told.removeprefix("file://")) if told else self.folder
        place = base / (f"{self.folder.parent.name}-tables" if told else "tables")
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place.resolve().as_uri(), False

    def _path(self, place: str) -> Any:
        return self.session._jvm.org.apache.hadoop.fs.Path(place)

    def _files(self, place: str) -> Any:
        """Hadoop's file system of a place, which knows every scheme that Spark reads."""
        return self._path(place).getFileSystem(self.session._jsc.hadoopConfiguration())


def types_of(schema: Any) -> dict[str, str]:
    """Column → type of a Spark schema, in DuckDB's words."""
    told = {field.name: field.dataType.simpleString() for field in schema.fields}
    return {name: _TYPES.get(kind, kind.upper()) for name, kind in told.items()}


def _typed(result: Any) -> Any:
    """The result with a type for each column: a bare NULL has none, and Parquet wants one."""
    from pyspark.sql import functions as f

    bare = [field.name for field in result.schema.fields if field.dataType.typeName() == "void"]
    return (
        result.withColumns({name: f.lit(None).cast("string") for name in bare}) if bare else result
    )
