"""What lies at an address or in the catalogue of a Spark, made readable row by row."""

from __future__ import annotations

from typing import Any

from medaudit.engine import SQLFailed
from medaudit.engine.spark_words import in_words

# Rows are numbered by file and row within it; a table's by what Spark hands out.
ROW_BITS = 33

_WILD = set("*?[{")
_PLAIN = ("string", "date", "timestamp", "timestamp_ntz", "double", "float", "boolean", "int", "bigint", "smallint", "tinyint")  # fmt: skip


def tables_at(session: Any, address: str) -> list[str]:
    """The places at an address that hold one table each: it, or what lies in it at any depth.

    A folder of part files or of key=value folders is one table; of other folders each is looked into.
    Raises SQLFailed when there is no such address or it cannot be reached.
    """
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    if _WILD & set(address):
        return [address]
    path = session._jvm.org.apache.hadoop.fs.Path(address)
    try:
        files = path.getFileSystem(session._jsc.hadoopConfiguration())
        if not files.exists(path):
            raise SQLFailed("PATH_NOT_FOUND")
        return _places(files, files.getFileStatus(path))
    except Py4JJavaError as error:
        raise SQLFailed(str(error.java_exception)) from error
    except PySparkException as error:  # PySpark's own form of it: a host that nobody knows
        raise SQLFailed(str(error)) from error
    except ConnectionError:
        with in_words():  # Spark itself is gone
            raise


def _places(files: Any, status: Any) -> list[str]:
    path = status.getPath()
    if status.isFile():
        return [path.toString()] if path.getName().endswith((".parquet", ".pq")) else []
    inside = [one for one in files.listStatus(path) if not one.getPath().getName().startswith(".")]
    names = [one.getPath().getName() for one in inside]
    if any(name.startswith("part-") or name == "_SUCCESS" or "=" in name for name in names):
        return [path.toString()]
    inside.sort(key=lambda one: str(one.getPath().getName()))
    return [place for one in inside for place in _places(files, one)]


def open_place(
    session: Any, relation: str, place: str, is_table: bool
) -> tuple[list[str], Any, list[str]]:
    """Show a table or a place as view `relation`: columns c0, c1 … and the row's number n.

    Returns the names of its columns, their types as Spark has them, and the files n counts in its high
    bits (none for a table, whose n only tells rows apart). Raises SQLFailed when it cannot be read.
    """
    from pyspark.sql import functions as f

    with in_words():
        rows = session.read.table(place) if is_table else session.read.parquet(place)
        headers = rows.columns
        files: list[str] = []
        if not is_table:
            files = sorted(
                row[0] for row in rows.select("_metadata.file_path").distinct().collect()
            )
            numbered = session.createDataFrame(
                list(enumerate(files)), "file_no bigint, file_path string"
            )
            told = rows.select(
                "*",
                f.col("_metadata.file_path").alias("file_"),
                f.col("_metadata.row_index").alias("row_"),
            )
            rows = told.join(f.broadcast(numbered), f.col("file_") == f.col("file_path"))
            number = f.shiftleft("file_no", ROW_BITS).bitwiseOR(f.col("row_"))
        else:
            number = f.monotonically_increasing_id()
        shown = rows.select(
            *(
                _plain(f.col(f"`{header}`"), rows.schema[header]).alias(f"c{i}")
                for i, header in enumerate(headers)
            ),
            number.alias("n"),
        )
        shown.createOrReplaceTempView(relation)
        return headers, shown.drop("n").schema, files


def _plain(column: Any, field: Any) -> Any:
    """A column of a type that records have; texts of fixed length, bytes and what is nested as text."""
    kind = field.dataType.simpleString()
    return column if kind in _PLAIN or kind.startswith("decimal") else column.cast("string")
