"""From a sheet to points: what each row says, and every row of which that cannot be told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from medaudit.language import say
from medaudit.library.headings import FOOTNOTE, Heading, headings_of
from medaudit.library.layouts import SEEN, Layout, Unclear, lists_of, together
from medaudit.library.rows import Point, points_in
from medaudit.library.sheets import Sheet

__all__ = ["Left", "Point", "Told", "points_of"]

TOTALS = re.compile(r"(?:合计|总计|共计|小计)[:：]?\d*")
GOES_ON = re.compile(r"\(?[\d一二三四五六七八九十]+[.、)]|[※*★]")  # a footnote of several rows
GENERIC = re.compile(  # the name of a sheet that says nothing of what it holds
    r"(?:sheet|工作表|附件|附表|表|清单|名单|目录|知识点|明细|数据|导出|结果|汇总|药品|西药|中成药|中药|饮片|医疗服务|服务|项目|耗材"
    r"|[第批年月日版\d一二三四五六七八九十、()._ -])*",
    re.IGNORECASE,
)
DITTO = {"同上", "同前", "〃", '"', "″", "..", "……", "…"}


@dataclass(frozen=True)
class Left:
    """What was left out or should be looked at, and why. stops: no point came of it."""

    file: str
    sheet: str
    row: int
    why: str
    do: str = ""
    stops: bool = True


@dataclass
class Told:
    """What a sheet held."""

    lists: list[Layout] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notes: int = 0  # footnotes and totals

    @property
    def layout(self) -> Layout | None:
        """Its list, or all of them as one."""
        return together(self.lists)


def points_of(sheet: Sheet) -> Told:
    """The points of all tables in a sheet; of an unknown layout none, with the headings seen and the nearest layout."""
    told = Told()
    where = (sheet.file.name, sheet.name)
    tables = headings_of(sheet.rows)
    if not tables and any(any(row) for row in sheet.rows):
        told.left.append(Left(*where, 0, *_no_heading(sheet)))
    notes = ""
    for heading in tables:
        # The name of a sheet is that of its table; of several, each goes by its own title first.
        notes = heading.notes or notes
        titles = (sheet.name, notes) if heading.top == 0 else (notes, sheet.name)
        known = _lists(heading, sheet, *titles)
        if isinstance(known, Unclear):
            told.left.append(Left(*where, heading.row + 1, *known))
            continue
        told.lists += known
        _read(sheet, heading, known, told)
    if tables and told.lists:
        _tell_unread(sheet, tables[0], told)
    if told.lists and sheet.is_hidden:
        why = say("隐藏的工作表，照样读入", "a hidden sheet, read all the same")
        told.left.append(Left(*where, 0, why, stops=False))
    return told


def _lists(heading: Heading, sheet: Sheet, *titles: str) -> Sequence[Layout] | Unclear:
    """The lists of a table. The name of the file speaks for a sheet that has no name of its own, and for no other."""
    stem = sheet.file.stem
    known = lists_of(heading, *titles, stem)
    if GENERIC.fullmatch(sheet.name) or sheet.name in stem or isinstance(known, Unclear):
        return known
    if isinstance(own := lists_of(heading, *titles), Unclear):
        [layout] = known
        return Unclear(
            say(
                f"文件名说是“{layout.zh}”，工作表“{sheet.name}”没有说",
                f'the name of the file says "{layout.en}", that of the sheet "{sheet.name}" does not',
            ),
            say(
                f"若是这种清单，在工作表名称里写上“{layout.words[0]}”，再导入",
                f'if it is that list, write "{layout.words[0]}" into the name of the sheet and import again',
            ),
        )
    return own


def _no_heading(sheet: Sheet) -> tuple[str, str]:
    fullest = max(sheet.rows, key=lambda row: sum(bool(cell) for cell in row))
    seen = say("、", ", ").join([cell[:20] for cell in fullest if cell][:SEEN])
    return (
        say(
            f"没有认得的列名；列最多的一行：{seen}", f"no heading is known; the fullest row: {seen}"
        ),
        say("看看是不是知识点清单", "see whether it is a list of points"),
    )


def _tell_unread(sheet: Sheet, heading: Heading, told: Told) -> None:
    """Say so where more than notes stands above the first headings."""
    above = [
        number
        for number, row in enumerate(sheet.rows[: heading.row], start=1)
        if len(cells := {cell for cell in row if cell}) > 1 and not cells <= heading.cells
    ]
    if len(above) > 1:
        why = say(
            f"第 {above[0]}–{above[-1]} 行在认得的列名之上，没有读",
            f"rows {above[0]}–{above[-1]} stand above the first known headings and were not read",
        )
        do = say(
            "若是另一张表，放进自己的工作表",
            "if they are another table, give it a sheet of its own",
        )
        told.left.append(Left(sheet.file.name, sheet.name, above[0], why, do))


def _read(sheet: Sheet, heading: Heading, lists: Sequence[Layout], told: Told) -> None:
    """The rows of one table."""
    where = (sheet.file.name, sheet.name)
    left, right = heading.columns
    right = right if right < len(sheet.rows[heading.row]) else max(map(len, sheet.rows))
    trusted = [i for role, i in heading.roles.items() if role in _read_from(lists)]
    above: dict[str, str] = {}
    noted = False
    for number in range(heading.row + 2, heading.end + 1):
        row = sheet.rows[number - 1][left:right]
        cells = [cell for cell in row if cell]
        if not cells or (len(cells) > 1 and heading.cells.issuperset(cells)):
            continue  # the headings again, as on every printed page
        noted = _is_note(cells, noted)
        if noted:
            told.notes += 1
            continue
        said = {
            role: row[i - left] if i - left < len(row) else "" for role, i in heading.roles.items()
        }
        above = {
            role: above.get(role, "") if cell in DITTO else cell for role, cell in said.items()
        }
        found = points_in(above, lists, (*where, number))
        if isinstance(found, Unclear):
            told.left.append(Left(*where, number, *found))
        elif any((number, i) in sheet.formulas for i in trusted):
            why = say(
                "单元格是公式，值可能没有更新", "a cell is a formula, and its value may be stale"
            )
            do = say("粘贴为数值后重新导入", "paste it as a value and import again")
            told.left.append(Left(*where, number, why, do))
        else:
            told.points += found
            if number in sheet.hidden:
                why = say("隐藏的行，照样读入", "a hidden row, read all the same")
                told.left.append(Left(*where, number, why, stops=False))


def _is_note(cells: Sequence[str], noted: bool) -> bool:
    """A footnote or a total: few cells, of which one says so. noted: the row above was a footnote too."""
    total = any(TOTALS.fullmatch(cell) for cell in cells)
    return (total and len(cells) <= 3) or (
        len(cells) == 1 and bool(FOOTNOTE.match(cells[0]) or (noted and GOES_ON.match(cells[0])))
    )


def _read_from(lists: Sequence[Layout]) -> set[str]:
    """The meanings whose cells make a point of these lists."""
    own = {role for one in lists for need in one.has for role in need.split("|")}
    return own | {role for one in lists for role in one.takes} | {"code", "begndate", "enddate"}
