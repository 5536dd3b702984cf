"""What a page about the ledger says, before it is put on a screen or in a file: this room knows no terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from medaudit.language import say


class Part(NamedTuple):
    """A heading and what stands under it: a paragraph, a list, rows of a table whose first row is its head. key: the same in all
    languages. widths: how wide the table's columns may become."""

    key: str
    heading: str
    text: str = ""
    items: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Page:
    """A page of parts, the same for machines (JSON types only), and its central table as rows with their headings."""

    heading: str
    parts: Sequence[Part]
    document: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """A list: rows by column name, the headings, and what is to be said under it."""

    rows: Sequence[Mapping[str, Any]]
    columns: Mapping[str, str]
    title: str
    note: str = ""


def value(number: Decimal) -> int | float:
    """The number for a list: whole where it is whole."""
    return int(number) if number == int(number) else float(number)


def between(low: object, high: object) -> str:
    """A range in a form that is not torn at the end of a line: 4~6, 4-6."""
    return say(f"{low}~{high}", f"{low}-{high}")


def plain(number: Decimal) -> str:
    """4, 2.5: without zeros that say nothing."""
    return f"{number.normalize():f}" if number else "0"
