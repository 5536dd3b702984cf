"""What only Spark reads: Parquet at an address (hdfs://…, s3a://…) and tables of its catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from medaudit.engine import Engine, SQLFailed
from medaudit.engine.spark import SparkEngine
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.records.schema import TABLES
from medaudit.records.source import Found, Source, Unread


def is_address(path: str | Path) -> bool:
    """Whether a path has a scheme; a single letter before the colon is a drive."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(path)))


def demand_tables(tables: Mapping[str, str]) -> None:
    """Raise MedauditError for every table (ours → theirs) that is none of ours."""
    strange = {ours: theirs for ours, theirs in tables.items() if ours not in TABLES}
    if strange:
        raise MedauditError(
            Problem(
                say(f"没有名为 {ours} 的表", f"no table called {ours}"),
                f"--table {ours}={theirs}",
                did_you_mean(ours, TABLES),
            )
            for ours, theirs in strange.items()
        )


def find(addresses: Sequence[str], tables: Mapping[str, str], engine: Engine) -> Found:
    """Sources for addresses and for tables (ours → theirs). What cannot be opened is told in `unread`."""
    found = Found()
    if not isinstance(engine, SparkEngine):
        for place in (*addresses, *tables.values()):
            why = say("只有 Spark 能读", "only Spark reads it")
            do = say("加上 --engine spark", "add --engine spark")
            found.unread.append(Unread(place, why, do, True))
        return found
    for ours, theirs in tables.items():
        _open(theirs, ours, engine, found)
    for address in addresses:
        try:
            places = engine.tables_at(address)
        except SQLFailed as error:
            _lacking(address, error, found)
            continue
        if not places:
            why = say("里面没有 Parquet", "it holds no Parquet")
            do = say("Spark 只读 Parquet；别的格式先拷到本机", "Spark reads Parquet only; copy other forms here first")  # fmt: skip
            found.unread.append(Unread(address, why, do, True))
        for place in places:
            _open(place, "", engine, found, asked_for=place == address)
    return found


def _open(
    place: str, table: str, engine: SparkEngine, found: Found, asked_for: bool = True
) -> None:
    """Add the source at a place; `table` says which of ours it is, "" where its name has to."""
    relation = f"given_{len(found.sources) + 1}"
    try:
        headers, types, files = engine.open(relation, place, is_table=bool(table))
    except SQLFailed as error:
        _lacking(place, error, found)
        return
    found.sources.append(
        Source(
            path=Path(place), part="", form="spark", relation=relation, row="n", headers=headers,
            fields=[f"c{i}" for i in range(len(headers))], types=types, first_line=1,
            asked_for=asked_for, table=table, files=files, place=place,
        )
    )  # fmt: skip


def _lacking(place: str, error: SQLFailed, found: Found) -> None:
    text = error.problems[0].what
    if "TABLE_OR_VIEW_NOT_FOUND" in text:
        why, do = (
            say("目录里没有这张表", "the catalogue has no such table"),
            say(
                "检查库名和表名；Hive 目录需要 --spark-conf spark.sql.catalogImplementation=hive",
                "check its name; a Hive catalogue needs --spark-conf spark.sql.catalogImplementation=hive",
            ),
        )
    elif "PATH_NOT_FOUND" in text:
        why, do = (say("没有这个地址", "no such address"), say("检查地址", "check the address"))
    else:
        why, do = (
            say("Spark 读不了", "Spark cannot read it") + f" ({text})",
            say("检查地址、权限和格式", "check the address, permissions and form"),
        )
    found.unread.append(Unread(place, why, do, True))
