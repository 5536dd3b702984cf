"""Where the tables of a sheet begin and what their headings mean: two rows of headings, tables below and beside others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from medaudit.records.schema import normal

Rows = Sequence[Sequence[str]]
Found = tuple[int, str, str]  # column, meaning, heading as written
FOOTNOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|编制说明|数据来源|资料来源|来源)(?:\d*[:.、)]|\d+)"
)
TITLE = re.compile(
    r"附件|附表|清单|知识点|限|不予支付|重复收费|^\(?[一二三四五六七八九十]+[、.)]|表[一二三四五六七八九十\d]"
)
ITEMS = {f"{of}{what}" for of in ("", "paid_", "denied_", "first_") for what in ("name", "code")}
LONGEST = 24  # signs of a heading of two rows


@dataclass(frozen=True)
class Heading:
    """A table: the row (from 0) of its headings, what they mean, and how far it reaches.

    top: the first row of its titles; end: the row after its last; columns: the first and the one after the last.
    """

    row: int
    top: int
    end: int
    columns: tuple[int, int]
    roles: Mapping[str, int]  # meaning → column
    named: Mapping[str, str]  # meaning → heading as written
    twice: Mapping[str, tuple[str, ...]]  # meaning → further headings that mean the same
    seen: tuple[str, ...]  # all headings, for whoever is told of them
    cells: frozenset[str]  # what stands in the rows of the headings
    notes: str  # what stands above


@cache
def written() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "layouts.toml").read_text("utf-8"))


@cache
def _meanings() -> dict[str, str]:
    return {normal(name): role for role, names in written()["headings"].items() for name in names}


@lru_cache(10_000)
def _meaning(cell: str) -> str:
    return _meanings().get(normal(cell), "") if cell else ""


@cache
def _groups() -> dict[str, str]:
    return {normal(name): group for group, names in written()["groups"].items() for name in names}


@lru_cache(10_000)
def _joined(above: str, cell: str) -> str:
    """What a heading means below another that stands over several: 项目A over 名称 is 项目A名称."""
    if not above or not cell or above == cell or len(above) + len(cell) > LONGEST:
        return ""
    if role := _meaning(above + cell):
        return role
    group = _groups().get(normal(above))
    parts = written()["below"].items() if group else ()
    return next(
        (f"{group}_{one}" for one, names in parts if _meaning(cell) == one or cell in names), ""
    )


def headings_of(rows: Rows) -> list[Heading]:
    """The tables of a sheet in their order; [] where no heading is known.

    A row of headings has two that are known; below a table that of its items is enough, so that nothing else is read as
    its rows. The same headings again, without a title above, are those of a new page.
    """
    # Of each: the row, the first row of its headings, and what they mean.
    starts: list[tuple[int, int, list[Found]]] = []
    weak: list[tuple[int, int, list[Found]]] = []
    before = 0  # known headings in the row above
    for position, row in enumerate(rows):
        found, own, first = _found(rows, position)
        several = len(found) > 1 and (own > 1 or (own and before))
        if several or (starts and any(role in ITEMS for _, role, _ in found)):
            adjoins = bool(starts) and starts[-1][0] == position - 1
            if adjoins and len(found) > len(starts[-1][2]):
                starts[-1] = (position, min(first, starts[-1][1]), found)
            elif not adjoins or (first == position and not set(found) <= set(starts[-1][2])):
                starts.append((position, first, found))
        elif own and (not weak or len(_filled(row)) > len(_filled(rows[weak[0][0]]))):
            weak = [(position, first, found)]
        before = sum(bool(_meaning(cell)) for cell in row)
    return list(_tables(rows, starts or weak))


def _found(rows: Rows, position: int) -> tuple[list[Found], int, int]:
    """What a row means as headings, how many of them stand in it, and the row in which they begin."""
    row, above = rows[position], rows[position - 1] if position else ()
    found: list[Found] = []
    own, first, over = 0, position, ""
    for i, cell in enumerate(row):
        on_top = above[i] if i < len(above) else ""
        over = on_top or over
        role, name = _joined(over, cell), over + cell
        if not role:
            role, name = _meaning(cell or on_top), cell or on_top
        if role:
            found.append((i, role, name))
            own += bool(cell)
            first = position - 1 if name != cell else first
    return (found, own, first) if own else ([], 0, position)


def _tables(rows: Rows, starts: Sequence[tuple[int, int, list[Found]]]) -> Iterator[Heading]:
    """The tables that begin at these rows, each up to the titles of the next."""
    begins: list[tuple[int, int, int, list[Found]]] = []
    for position, first, found in starts:
        top = _top(rows, first, begins[-1][0] if begins else -1)
        same = begins and [(i, role) for i, role, _ in begins[-1][3]] == [
            (i, r) for i, r, _ in found
        ]
        if not same or top < first:
            begins.append((position, top, first, found))
    for place, (position, top, first, found) in enumerate(begins):
        end = begins[place + 1][1] if place + 1 < len(begins) else len(rows)
        cells = frozenset(cell for row in rows[first : position + 1] for cell in row if cell)
        whole = Heading(
            position, top, end, (0, len(rows[position])), {}, {}, {}, (), cells,
            " ".join(cell for row in rows[top:first] for cell in row if cell),
        )  # fmt: skip
        names = {i: name for i, _, name in found}
        for left, right, part in _beside(found, len(rows[position])):
            roles = {role: i for i, role, _ in reversed(part)}
            yield replace(
                whole, columns=(left, right), roles=roles, named={role: names[i] for role, i in roles.items()},
                twice={role: tuple(n for i, one, n in part if one == role and i != roles[role]) for role in roles},
                seen=tuple(n for i in range(left, right) if (n := names.get(i) or rows[position][i])),
            )  # fmt: skip


def _top(rows: Rows, first: int, floor: int) -> int:
    """The row in which the titles above a heading begin: all of it for the first, else what looks like one."""
    if floor < 0:
        return 0
    start = first
    while (
        start - 1 > floor
        and len(_filled(rows[start - 1])) < 2
        and not _is_footnote(rows[start - 1])
    ):
        start -= 1
    for position in range(start, first):
        cells = _filled(rows[position])
        if not cells or TITLE.search(cells[0]):
            break
        start = position + 1
    return first if not any(_filled(row) for row in rows[start:first]) else start


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell]


def _is_footnote(row: Sequence[str]) -> bool:
    return any(FOOTNOTE.match(cell) for cell in row)


def _beside(found: Sequence[Found], width: int) -> Iterator[tuple[int, int, Sequence[Found]]]:
    """The tables that stand side by side under one row of headings: each has an item and what is said of it."""
    groups: list[list[Found]] = [[]]
    for one in found:
        if any(role == one[1] for _, role, _ in groups[-1]):
            groups.append([])
        groups[-1].append(one)
    told = [{role for _, role, _ in group} for group in groups]
    if len(groups) == 1 or not all(roles & ITEMS and roles & _saying() for roles in told):
        yield 0, width, found
        return
    starts = [0, *(group[0][0] for group in groups[1:]), width]
    yield from zip(starts, starts[1:], groups, strict=False)


@cache
def _saying() -> set[str]:
    """The meanings of which one at least makes a list of a table that has items."""
    needs = (need for layout in written()["layout"].values() for need in layout["has"])
    return {role for need in needs for role in need.split("|")} - {
        "name",
        "code",
        "paid_name",
        "paid_code",
    }
