"""The folder that holds what was imported: every point, the account of the batches, and the tables made of them.

knowledge.json          batches: files with their hashes, dates, when imported
points.parquet          every point of every batch, as read
catalogue.parquet       names and codes they were matched to
mapping.csv             a person's: name, med_list_codg
proposed.csv            names that were not found, with what they may be
tables/*.csv            what an audit reads
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.expand import ALWAYS, NEVER, Batched, Row
from medaudit.library.match import Item, mapping_of
from medaudit.library.points import Point

MARK = "knowledge.json"
TABLES = "tables"
FIELDS = ("name", "med_list_codg", "med_list_name")


@dataclass(frozen=True)
class Batch:
    """One delivery of lists. files: name, sha256 and rows of each. Dates are inclusive, None for none."""

    name: str
    since: dt.date | None
    until: dt.date | None
    files: Sequence[Mapping[str, Any]]
    imported: str
    points: int

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        return told | {key: told[key] and told[key].isoformat() for key in ("since", "until")}


def tables_of(folder: Path) -> Path:
    """The tables in a folder of knowledge: those made by an import, else the folder itself."""
    return folder / TABLES if (folder / MARK).is_file() else folder


def versions(folder: Path) -> list[dict[str, Any]]:
    """The batches in a folder, for the account of a run; [] where none was imported."""
    if not (folder / MARK).is_file():
        return []
    return [batch.as_json() for batch in batches(folder)]


def batches(folder: Path) -> list[Batch]:
    """The batches in a folder. Raises MedauditError for an account that cannot be read."""
    path = folder / MARK
    if not path.is_file():
        return []
    try:
        told = json.loads(path.read_text("utf-8"))["batches"]
        return [
            Batch(
                **one
                | {key: one[key] and dt.date.fromisoformat(one[key]) for key in ("since", "until")}
            )
            for one in told
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = say("知识库的目录文件读不懂", "the account of the knowledge cannot be read")
        do = say(
            "从备份恢复，或换一个文件夹重新导入", "restore it, or import again into another folder"
        )
        raise MedauditError(Problem(what, str(path), do)) from error


def points(folder: Path) -> Iterator[tuple[str, Point]]:
    """The points in a folder, each with the name of its batch."""
    import pyarrow.parquet as pq

    if not (folder / "points.parquet").is_file():
        return
    for some in pq.ParquetFile(folder / "points.parquet").iter_batches():
        for row in some.to_pylist():
            batch = row.pop("batch")
            yield batch, Point(**row | {"values": json.loads(row["values"])})


def valid(told: Iterable[tuple[str, Point]], known: Iterable[Batch]) -> Iterator[Batched]:
    """Points with the dates they are valid: their own, within those of their batch."""
    spans = {batch.name: (batch.since or ALWAYS, batch.until or NEVER) for batch in known}
    for name, point in told:
        since, until = spans[name]
        begin, end = max(since, point.begndate or ALWAYS), min(until, point.enddate or NEVER)
        if begin <= end:
            yield Batched(point, name, begin, end)


def mapping(folder: Path) -> Mapping[str, Sequence[str]]:
    path = folder / "mapping.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return mapping_of(csv.DictReader(stream))


def items(folder: Path) -> list[Item]:
    """The catalogue of the last import."""
    import pyarrow.parquet as pq

    path = folder / "catalogue.parquet"
    if not path.is_file():
        return []
    return [Item(**row) for row in pq.read_table(path).to_pylist()]


def write(
    folder: Path,
    known: Sequence[Batch],
    told: Sequence[tuple[str, Point]],
    catalogue: Sequence[Item],
    tables: Mapping[str, Sequence[Row]],
    proposed: Sequence[Row],
) -> None:
    """Write everything beside the folder and put it in its place, the account last: whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(part, ignore_errors=True)
    (part / TABLES).mkdir(parents=True)
    schema = _schema(pa)
    with pq.ParquetWriter(part / "points.parquet", schema) as writer:
        for some in batched(told, 20_000):
            writer.write_table(pa.Table.from_pylist([_as_row(*one) for one in some], schema=schema))
    fields = pa.schema([(name, pa.string()) for name in ("code", "name", "generic")])
    pq.write_table(
        pa.table(
            {name: [getattr(item, name) for item in catalogue] for name in fields.names},
            schema=fields,
        ),
        part / "catalogue.parquet",
    )
    for name, lines in tables.items():
        _write_csv(part / TABLES / f"{name}.csv", lines)
    unique = {(row["name"], row["med_list_codg"]): row for row in proposed}
    _write_csv(part / "proposed.csv", list(unique.values()), FIELDS)
    if (folder / "mapping.csv").is_file():
        shutil.copy2(folder / "mapping.csv", part / "mapping.csv")
    else:
        _write_csv(part / "mapping.csv", [], FIELDS)
    account = {"knowledge": 1, "batches": [batch.as_json() for batch in known]}
    (part / MARK).write_text(json.dumps(account, ensure_ascii=False, indent=1) + "\n", "utf-8")
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _as_row(batch: str, point: Point) -> dict[str, Any]:
    row = {name: getattr(point, name) for name in Point.__slots__}
    return row | {"batch": batch, "values": json.dumps(dict(point.values), ensure_ascii=False)}


def batched(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _schema(pa: Any) -> Any:
    kinds = {
        "counted": pa.int64(),
        "row": pa.int64(),
        "begndate": pa.date32(),
        "enddate": pa.date32(),
    }
    names = ("batch", *Point.__slots__)
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])


def _write_csv(path: Path, rows: Sequence[Row], fields: Sequence[str] = ()) -> None:
    names = list(dict.fromkeys([*fields, *(name for row in rows for name in row)]))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


def hashed(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def ended(batch: Batch, day: dt.date) -> Batch:
    """A batch that another replaces from `day` on."""
    last = day - dt.timedelta(days=1)
    return replace(batch, until=min(batch.until or last, last))
