"""A page of headings, tables and lists, as text for a terminal or as markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medaudit.output.table import markdown, table
from medaudit.output.wrap import clean, width, wrap

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    text: str
    indent: int = 0


@dataclass(frozen=True)
class Flow:
    """Short pieces one after the other, none of them broken."""

    pieces: Sequence[str]
    indent: int = 0


@dataclass(frozen=True)
class Grid:
    frame: pd.DataFrame
    columns: Mapping[str, str]  # name → heading


@dataclass(frozen=True)
class Items:
    """Numbered items, each a sentence and what stands indented under it."""

    items: Sequence[tuple[str, Sequence[str]]]


Block = Heading | Text | Flow | Grid | Items


def as_text(blocks: Iterable[Block], room: int) -> str:
    """The blocks as text no line of which is wider than `room` columns."""
    parts = []
    for block in blocks:
        match block:
            case Heading(text):
                parts.append("\n" + text)
            case Text(text, indent):
                parts.append(_indented(text, indent, room))
            case Flow(pieces, indent):
                parts.append(_flowing([clean(piece) for piece in pieces], indent, room))
            case Grid(frame, columns):
                parts.append(table(frame, columns, room))
            case Items(items):
                for number, (text, under) in enumerate(items, start=1):
                    mark = f"{number:>2}. "
                    parts.append(mark + _indented(text, len(mark), room)[len(mark) :])
                    parts += [_indented(line, len(mark) + 2, room) for line in under]
    return "\n".join(parts).lstrip("\n")


def as_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as a markdown page."""
    parts = []
    for block in blocks:
        match block:
            case Heading(text):
                parts.append(f"## {text}")
            case Text(text, _):
                parts.append(clean(text))
            case Flow(pieces, _):
                parts.append("\n".join(f"- {clean(piece)}" for piece in pieces))
            case Grid(frame, columns):
                parts.append(markdown(frame, columns))
            case Items(items):
                parts.append("\n".join(_listed(*item) for item in items))
    return "\n\n".join(parts)


def _indented(text: str, indent: int, room: int) -> str:
    lines = wrap(clean(text), room - indent).split("\n")
    return "\n".join(" " * indent + line for line in lines)


def _flowing(pieces: Sequence[str], indent: int, room: int) -> str:
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and width(f"{line}  {piece}") > room - indent:
            lines.append(line)
            line = piece
        else:
            line = f"{line}  {piece}" if line else piece
    return "\n".join(_indented(one, indent, room) for one in [*lines, line])


def _listed(text: str, under: Sequence[str]) -> str:
    return "\n".join([f"1. {clean(text)}", *(f"   - {clean(line)}" for line in under)])
