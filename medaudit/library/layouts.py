"""Which lists a table holds, by its headings or else by what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from medaudit.language import say
from medaudit.library.headings import Heading, written
from medaudit.records.schema import normal

SEEN = 12  # headings told
# Headings that can only be of a limit, and pairs of signs that tell lists apart badly.
LIMITING = re.compile(r"限|适用|适应症|疗程|最大支付|最小间隔|最高")
COMMON = {"使用", "支付", "不予", "限定", "医疗", "药品", "项目"}


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
    takes: tuple[str, ...] = ()  # headings that belong to its limit

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


class Unclear(NamedTuple):
    """Why a table is not read, and what to do."""

    why: str
    do: str


@cache
def layouts() -> dict[str, Layout]:
    return {
        name: Layout(
            name, told["zh"], told["en"], tuple(told["has"]), told["into"], told.get("value", ""),
            tuple(told.get("words", ())), told.get("says", ""), tuple(told.get("also", ())), tuple(told.get("takes", ())),
        )
        for name, told in written()["layout"].items()
    }  # fmt: skip


def together(lists: Sequence[Layout]) -> Layout | None:
    """Several lists under one name, for whoever is told what a sheet held."""
    different = list(dict.fromkeys(lists))
    if len(different) < 2:
        return different[0] if different else None
    zh, en = "、".join(one.zh for one in different), ", ".join(one.en for one in different)
    return Layout("+".join(one.name for one in different), zh, en, (), "")


def lists_of(heading: Heading, *titles: str) -> Sequence[Layout] | Unclear:
    """The lists a table holds, one for every limit it has a column for; else the one its titles name.

    titles: what it is called, in the order in which that is believed. Of a title that names several none is taken.
    """
    fits = [layout for layout in layouts().values() if not layout.lacks(heading.roles)]
    by_cell = [layout for layout in fits if not layout.words]
    by_cell = [one for one in by_cell if not any(one.cell in other.takes for other in by_cell)]
    if by_cell:
        return _unclear(heading, by_cell) or by_cell
    for title in map(normal, titles):
        named = [one for one in fits if any(_names(title, normal(word)) for word in one.words)]
        if len(named) > 1:
            return _several(
                named,
                say(
                    "给每张工作表取自己的规则名称，再导入",
                    "name every sheet after its own rule and import again",
                ),
            )
        if named:
            return named
    return _unknown(heading, *titles)


def _names(title: str, word: str) -> bool:
    return bool(re.search(rf"(?<![不非未]){re.escape(word)}", title))


def _unclear(heading: Heading, lists: Sequence[Layout]) -> Unclear | None:
    """Why columns cannot all be read as limits."""
    # Of two names the first counts; with several limits each may have a name of its own.
    apart = {"code", "name"} if len(lists) == 1 else {"code"}
    cells = {role for one in lists for need in one.has for role in need.split("|")} - apart
    same = [
        name
        for role in heading.roles
        if role in cells and heading.twice[role]
        for name in (heading.named[role], *heading.twice[role])
    ]
    if same:
        told = say("、", ", ").join(same)
        return Unclear(
            say(f"几列意思相同：{told}", f"several columns mean the same: {told}"),
            say(
                "并排的表拆开，多余的列删掉，再导入",
                "part tables that stand side by side, delete the columns too many, and import again",
            ),
        )
    if any(not one.value for one in lists):
        limits = (one for one in layouts().values() if one.cell in heading.roles)
        lists = list(dict.fromkeys([*lists, *limits]))
        if len(lists) < 2:
            return None
        return _several(
            lists,
            say(
                "每种放进自己的工作表，不是限定的列删掉，再导入",
                "give each a sheet of its own, delete columns that are no limit, and import again",
            ),
        )
    if len(lists) < 2:
        return None
    vague = [
        heading.named[one.cell] for one in lists if not LIMITING.search(heading.named[one.cell])
    ]
    if vague:
        told = say("、", ", ").join(vague)
        return _several(
            lists,
            say(
                f"“{told}”若是限定，列名写成“限定…”；若不是，删掉这一列，再导入",
                f'if "{told}" is a limit, begin its heading with 限定; if not, delete the column; then import again',
            ),
        )
    return None


def _several(lists: Sequence[Layout], do: str) -> Unclear:
    names = say("、", ", ").join(layout.label for layout in lists)
    return Unclear(say(f"不止一种清单：{names}", f"more than one list: {names}"), do)


def _unknown(heading: Heading, *titles: str) -> Unclear:
    """An unknown layout, with the headings seen and the nearest list by what it is called, then by its headings."""
    seen = say("、", ", ").join(heading.seen[:SEEN])
    why = say(f"不认识的版式，列名：{seen}", f"an unknown layout with the headings: {seen}")
    told = [_pairs(" ".join(titles)), _pairs(" ".join(heading.seen))]

    def nearness(layout: Layout) -> tuple[int, ...]:
        own = _pairs(" ".join((layout.zh, *layout.words)))
        return (*(len(own & one) for one in told), -len(layout.lacks(heading.roles)))

    best = max(layouts().values(), key=nearness)
    if not any(nearness(best)[:2]):
        known = say("、", ", ").join(layout.label for layout in layouts().values())
        return Unclear(why, say(f"能读的清单：{known}", f"lists that are read: {known}"))
    names = written()["headings"]
    lacks = [
        say("或", " or ").join(names[one][0] for one in need.split("|"))
        for need in best.lacks(heading.roles)
    ]
    if not lacks:
        title = say("或", " or ").join(best.words)
        lacking = say(f"工作表名称里的“{title}”", f'"{title}" in the name of the sheet')
    else:
        columns = say("、", ", ").join(lacks)
        lacking = say(f"列“{columns}”", f'the column "{columns}"')
    return Unclear(
        why,
        say(
            f"最像“{best.zh}”，还缺少{lacking}",
            f'nearest to "{best.en}", which also needs {lacking}',
        ),
    )


def _pairs(text: str) -> set[str]:
    """Every two signs of a text that stand side by side."""
    return {
        pair for word in text.split() for a, b in pairwise(word) if (pair := a + b) not in COMMON
    }
