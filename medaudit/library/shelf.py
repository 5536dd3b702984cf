"""The folder that holds what was imported: every point, the account of the batches, and the tables made of them.

knowledge.json          batches: files with their hashes, dates, when imported
points.parquet          every point of every batch, as read
catalogue.parquet       names and codes they were matched to
mapping.csv             a person's: name, med_list_codg
proposed.csv            names that were not found, with what they may be
tables/*.csv            what an audit reads

Whatever else stands in the folder is a person's and stays.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.account import MARK, TABLES, Batch, batches, damaged, in_force, is_shelf
from medaudit.library.match import Item, mapping_of
from medaudit.library.points import Point
from medaudit.library.spans import ALWAYS, NEVER, Batched, Row
from medaudit.output.folder import whole_folder

TO = "--to"
FIELDS = ("name", "med_list_codg", "med_list_name")


def points(folder: Path) -> list[tuple[str, Point]]:
    """The points in a folder, each with the name of its batch. Raises MedauditError where they are damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    known, path = {one.name for one in batches(folder)}, folder / "points.parquet"
    if not is_shelf(folder):
        return []
    try:
        told = [
            _as_point(row)
            for some in pq.ParquetFile(path).iter_batches()
            for row in some.to_pylist()
        ]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise damaged(path) from error
    if not known >= {batch for batch, _ in told}:
        raise damaged(folder / MARK)
    return told


def _as_point(row: dict[str, Any]) -> tuple[str, Point]:
    batch = row.pop("batch")
    return batch, Point(**row | {"values": json.loads(row["values"])})


def valid(told: Iterable[tuple[str, Point]], known: Sequence[Batch]) -> Iterator[Batched]:
    """Points with the dates they are valid: their own within those of their batch; those of a replaced batch never."""
    spans = in_force(known)
    for name, point in told:
        since, until = spans[name]
        if since <= until:
            begin, end = max(since, point.begndate or ALWAYS), min(until, point.enddate or NEVER)
            yield Batched(point, name, begin, end)


def mapping(folder: Path) -> Mapping[str, Sequence[str]]:
    """A person's mapping. Raises MedauditError for one without the two columns."""
    path = folder / "mapping.csv"
    if not path.is_file():
        return {}
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # as Excel saves it
        text = raw.decode("gb18030", "replace")
    reader = csv.DictReader(text.splitlines())
    if raw and not {"name", "med_list_codg"} <= set(reader.fieldnames or ()):
        what = say("没有 name、med_list_codg 两列", "it lacks the columns name and med_list_codg")
        raise MedauditError(
            Problem(
                what,
                str(path),
                say("第一行写成 name,med_list_codg", "make its first line name,med_list_codg"),
            )
        )
    return mapping_of(reader)


def items(folder: Path) -> list[Item]:
    """The catalogue of the last import."""
    import pyarrow.parquet as pq

    path = folder / "catalogue.parquet"
    if not path.is_file():
        return []
    try:
        return [Item(**row) for row in pq.read_table(path).to_pylist()]
    except (OSError, ValueError, TypeError) as error:  # ArrowInvalid is a ValueError
        raise damaged(path) from error


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

    with whole_folder(folder, TO, is_shelf) as part:
        (part / TABLES).mkdir()
        schema = _schema(pa)
        with pq.ParquetWriter(part / "points.parquet", schema) as writer:
            for some in batched(told, 20_000):
                rows = [_as_row(*one) for one in some]
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
        names = ("code", "name", "generic")
        columns = {
            name: pa.array([getattr(item, name) for item in catalogue], pa.string())
            for name in names
        }
        pq.write_table(pa.table(columns), part / "catalogue.parquet")
        written = {name: lines for name, lines in tables.items() if lines}
        for name, lines in written.items():
            _write_csv(part / TABLES / f"{name}.csv", lines)
        unique = {(row["name"], row["med_list_codg"]): row for row in proposed}
        _write_csv(part / "proposed.csv", list(unique.values()), FIELDS)
        account = {
            "knowledge": 1,
            "batches": [one.as_json() for one in known],
            "tables": sorted(written),
        }
        (part / MARK).write_text(json.dumps(account, ensure_ascii=False, indent=1) + "\n", "utf-8")
        _keep_others(folder, part)
        if not (part / "mapping.csv").exists():
            _write_csv(part / "mapping.csv", [], FIELDS)


def _keep_others(folder: Path, part: Path) -> None:
    """Copy what a person has put into the folder."""
    ours = set()
    if is_shelf(folder):
        account = json.loads((folder / MARK).read_text("utf-8"))
        ours = {f"{name}.csv" for name in account.get("tables", ())}
    for old, new, made in ((folder, part, set()), (folder / TABLES, part / TABLES, ours)):
        for path in old.iterdir() if old.is_dir() else ():
            if path.name in made or (new / path.name).exists():
                continue
            if path.is_dir():
                shutil.copytree(path, new / path.name)
            else:
                shutil.copy2(path, new / path.name)


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
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
