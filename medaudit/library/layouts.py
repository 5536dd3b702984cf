"""Which layout a sheet has: what its headings mean, and which list they make."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from medaudit.language import say
from medaudit.records.schema import normal

DEEP = 30  # rows in which a heading is looked for


@dataclass(frozen=True)
class Layout:
    """A list as it is published. has: headings it must have, `a|b` either; into: `table` or `table.column`."""

    name: str
    zh: str
    en: str
    has: tuple[str, ...]
    into: str
    value: str = ""
    words: tuple[str, ...] = ()
    says: str = ""  # the value, where the title says it and no cell does
    also: tuple[str, ...] = ()  # rules that go by it when it is there, and run without it

    @property
    def label(self) -> str:
        return say(self.zh, self.en)

    @property
    def table(self) -> str:
        return self.into.partition(".")[0]

    def lacks(self, roles: Mapping[str, int]) -> list[str]:
        return [need for need in self.has if not any(one in roles for one in need.split("|"))]

    @property
    def cell(self) -> str:
        """The heading under which the value stands; "" where the title says it."""
        return "" if self.says or not self.value else self.has[-1]


@dataclass(frozen=True)
class Heading:
    """Where a table begins: the row (from 0) of its headings, what they mean, and what was seen."""

    row: int
    roles: Mapping[str, int]  # meaning → column
    seen: tuple[str, ...]
    notes: str  # what stands above


@cache
def layouts() -> dict[str, Layout]:
    return {
        name: Layout(
            name, told["zh"], told["en"], tuple(told["has"]), told["into"], told.get("value", ""),
            tuple(told.get("words", ())), told.get("says", ""), tuple(told.get("also", ())),
        )
        for name, told in _told()["layout"].items()
    }  # fmt: skip


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "layouts.toml").read_text("utf-8"))


@cache
def _meanings() -> dict[str, str]:
    return {normal(name): role for role, names in _told()["headings"].items() for name in names}


def heading_of(rows: Sequence[Sequence[str]]) -> Heading | None:
    """The headings among the first rows: those that mean most. A heading may be merged over two rows."""
    best: Heading | None = None
    for position, row in enumerate(rows[:DEEP]):
        above = rows[position - 1] if position else []
        merged = [cell or (above[i] if i < len(above) else "") for i, cell in enumerate(row)]
        joined = [
            (above[i] if i < len(above) else "") + cell if cell else ""
            for i, cell in enumerate(row)
        ]
        for names in (list(row), merged, [j or m for j, m in zip(joined, merged, strict=True)]):
            roles: dict[str, int] = {}
            for i, name in enumerate(names):
                role = _meanings().get(normal(name))
                if role:
                    roles.setdefault(role, i)
            if roles and (best is None or len(roles) > len(best.roles)):
                notes = " ".join(cell for told in rows[:position] for cell in told if cell)
                best = Heading(position, roles, tuple(name for name in names if name), notes)
    return best


def layout_of(heading: Heading, *titles: str) -> list[Layout]:
    """The layouts a sheet may have by its headings and titles (file, sheet, notes): one when it is known.

    What stands in a cell goes before what stands in a title; of several titled lists the longest word says.
    """
    fits = [layout for layout in layouts().values() if not layout.lacks(heading.roles)]
    by_cell = [layout for layout in fits if not layout.words]
    if by_cell:
        return by_cell
    told = normal(" ".join([heading.notes, *titles]))
    by_word = [
        (max(map(len, hit)), one)
        for one in fits
        if (hit := [w for w in one.words if normal(w) in told])
    ]
    longest = max((length for length, _ in by_word), default=0)
    return [layout for length, layout in by_word if length == longest]


def nearest(heading: Heading) -> tuple[Layout, list[str]]:
    """The layout that lacks the fewest headings, and those it lacks."""
    return min(
        ((layout, layout.lacks(heading.roles)) for layout in layouts().values()),
        key=lambda told: (len(told[1]), -len(told[0].has)),
    )
