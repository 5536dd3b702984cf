"""What a full scan leaves for later ones: its tables, what each was computed by, and of which deliveries."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import medaudit
from medaudit.engine.scopes import OWNERS, Column, Shape
from medaudit.output.whole import settle, whole_file
from medaudit.records.schema import SHIPPED, TABLES
from medaudit.settings import Settings

MARK = "base.json"
FORM = 2


@dataclass
class Base:
    """folder: the tables as NAME.parquet. key: what the records are read by. delivery: the last one in it. computed:
    table → what it was computed by. planned_two: how the readmission flag was coded (records/shown.py). hashes: table → its file's
    SHA-256."""

    folder: Path
    key: str
    delivery: int
    computed: dict[str, str] = field(default_factory=dict)
    planned_two: bool = False
    hashes: dict[str, str] = field(default_factory=dict)

    def has(self, name: str, by: str) -> bool:
        """Whether a table is there and was computed the same way."""
        return self.computed.get(name) == by

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


def read(folder: Path, key: str, last: int) -> Base | None:
    """The base in a folder; None when there is none that can be gone on from, whole to the byte. last: the workspace's last
    delivery."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
        if told.pop("form") != FORM or told["key"] != key or told["delivery"] > last:
            return None
        base = Base(folder, **told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return base if base.hashes == _hashes(base) else None


def _hashes(base: Base) -> dict[str, str]:
    """The SHA-256 of every file of a base, "" where one is gone."""
    from medaudit.library.shelf import hashed

    def of(name: str) -> str:
        file = base.file(name)
        return hashed(file) if file.is_file() else ""

    with ThreadPoolExecutor() as pool:
        return dict(zip(base.computed, pool.map(of, base.computed), strict=True))


def is_there(folder: Path) -> bool:
    return (folder / MARK).is_file()


def write(base: Base, made: Path) -> None:
    """Put the tables in folder `made` in place as the base: the mark is written last, and taken away first."""
    (base.folder / MARK).unlink(missing_ok=True)
    shutil.rmtree(base.folder, ignore_errors=True)
    base.folder.mkdir(parents=True, mode=0o700)
    for name in base.computed:
        file = made / f"{name}.parquet"
        settle(file)
        file.replace(base.file(name))
    settle(base.folder)
    settle(base.folder.parent)
    base.hashes = _hashes(base)
    told = {name: value for name, value in asdict(base).items() if name != "folder"}
    with whole_file(base.folder / MARK) as part:
        part.write_text(json.dumps({"form": FORM} | told, indent=1), encoding="utf-8")


def key_of(settings: Settings, knowledge: Iterable[Path]) -> str:
    """What the records are read by: the versions, the settings that concern reading, and knowledge beside the workspace."""
    from medaudit.library.shelf import hashed

    files = [file for folder in knowledge for file in sorted(folder.rglob("*")) if file.is_file()]
    told = [
        medaudit.__version__,
        version("duckdb"),
        settings.columns,
        settings.codes,
        settings.extra,
        settings.files,
        settings.knowledge,
    ]
    return digest(json.dumps([*map(str, told), *map(hashed, files)], ensure_ascii=False))


def digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]


# What tells the person in the records: the same value is the same person, and it is never blank.
_TELLS: Mapping[str, tuple[str, ...]] = {
    "settlement": ("psn_no", "setl_id"),
    "fee_item": ("feedetl_sn", "setl_id"),
    "diagnosis": ("setl_id",),
    "person": ("psn_no",),
    "chronic": ("psn_no",),
}
PEOPLE = tuple(_TELLS)
# And in a fact, by how it is made: a visit number under which several people lie is the number of no stay.
DECLARED: Mapping[str, tuple[str, ...]] = {"stay_part": ("stay_id",)}


def record_shapes(columns: Mapping[str, Iterable[str]]) -> dict[str, Shape]:
    """The shapes of the record tables, `columns` being theirs."""
    return {name: _shape(name, told) for name, told in columns.items()}


def _shape(table: str, columns: Iterable[str]) -> Shape:
    tells = _TELLS.get(table, ())
    told = {}
    for name in columns:
        column = TABLES[table].columns.get(name) if table in TABLES else None
        is_code = (
            table in ("settlement", "fee_item") and column is not None and column.type == "code"
        )
        sure = name in tells
        told[name] = Column(
            OWNERS[name] if sure else "", sure, f"{table}.{name}" if is_code else ""
        )
    return Shape(told, bool(tells), name="" if tells else table)


def declared(name: str, shape: Shape) -> Shape:
    """The shape of a fact with what is said of its columns."""
    told = {column: Column(OWNERS[column], True) for column in DECLARED.get(name, ())}
    return replace(shape, columns={**shape.columns, **told})


def whole_tables() -> list[str]:
    """The record tables that are nobody's, those shipped with medaudit and the kinds of care among them."""
    names = [name for name in TABLES if name not in _TELLS and name != "visit"]
    return sorted({*names, *SHIPPED, "med_type"})


def as_told(told: Mapping[str, Any]) -> str:
    """Parameters as a text."""
    return json.dumps({name: str(value) for name, value in sorted(told.items())})
