"""What a settlement record is: tables, columns, other names for both, and code tables.

The names are the national interface's; they live in `tables.toml` and `codes.toml` beside this file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from medaudit.language import say

# Column type → DuckDB type. Wide enough for the national n16,2 / n16,4 / n16,6.
SQL_TYPES = {
    "code": "VARCHAR",
    "text": "VARCHAR",
    "flag": "VARCHAR",
    "date": "DATE",
    "time": "TIMESTAMP",
    "money": "DECIMAL(16,2)",
    "count": "DECIMAL(16,4)",
    "price": "DECIMAL(16,6)",
    "ratio": "DECIMAL(9,4)",
    "number": "DOUBLE",
    "integer": "INTEGER",
}

# Tables that come with medaudit, a CSV each; a file of the same name in the data replaces one.
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
SHIPPED = tuple(sorted(path.stem for path in KNOWLEDGE.glob("*.csv")))

# What happened to whom, where: never part of a folder of knowledge.
OF_PEOPLE = ("settlement", "visit", "fee_item", "diagnosis", "person", "chronic", "stock")


@dataclass(frozen=True)
class Column:
    """One column: its national name, type (a key of SQL_TYPES) and the other names it goes by."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return say(self.zh, self.en)

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its natural key, and the names a file of it may carry."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    files: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def label(self) -> str:
        return say(self.zh, self.en)

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns.values() if column.required]

    def column_called(self, header: str) -> str | None:
        """The column a header stands for: by its name, its label or an alias; None when by none."""
        return _names_of(self.name).get(normal(header))


def normal(name: str) -> str:
    """A header or file name as it is compared: widths folded, no case, spaces, dashes or units."""
    name = unicodedata.normalize("NFKC", name).lower()
    name = re.sub(r"\((元|yuan|rmb|天|day|days)\)", "", name)
    return re.sub(r"[\s_\-.:*#'\"/\\()\[\]【】《》、，,]+", "", name)


@cache
def _names_of(table: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in TABLES[table].columns.values():
        for name in (*column.aliases, column.zh, column.en, column.name):
            # A column's own name beats an alias of another column.
            if name == column.name or normal(name) not in names:
                names[normal(name)] = column.name
    for column in TABLES[table].columns.values():
        names[normal(column.name)] = column.name
    return names


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns = {
        column: Column(
            name=column,
            type=told["type"],
            zh=told.get("zh", column),
            en=told.get("en", column),
            required=told.get("required", False),
            aliases=tuple(told.get("aliases", ())),
        )
        for column, told in entry["columns"].items()
    }
    return Table(
        name, entry["zh"], entry["en"], tuple(entry["key"]), tuple(entry["files"]), columns
    )


TABLES: dict[str, Table] = {
    name: _table(name, entry) for name, entry in _read("tables.toml").items()
}

_CODES = _read("codes.toml")

# med_type → {setting, stay, zh, en}; longer local codes fall back to their first two characters.
MED_TYPES: dict[str, dict[str, Any]] = _CODES.pop("med_type")

# column → code → {zh, en}: the codes an interface may send; anything else is a surprise worth showing.
KNOWN: dict[str, dict[str, dict[str, str]]] = _CODES.pop("known", {})

# column → theirs → ours, for the columns whose values have one canonical form.
CODES: dict[str, dict[str, str]] = {
    "med_type": {word: entry["code"] for word, entry in MED_TYPES.items() if "code" in entry},
    **_CODES,
}

# Columns with no other values than the canonical ones: what is not listed is blank, and counted.
CLOSED = {
    "gend",
    "hosp_lv",
    "fixmedins_type",
    "payment_way",
    "dr_status",
    "lmt_gend",
    "lmt_hosp_lv",
}
