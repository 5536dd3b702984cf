"""From a sheet to points: what each row says, and every row of which that cannot be told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from medaudit.language import say
from medaudit.library.layouts import Heading, Layout, heading_of, layout_of, nearest
from medaudit.library.sheets import Sheet
from medaudit.library.values import day, read

TOTALS = re.compile(r"(?:合计|总计|共计|小计)[:：]?\d*")
FOOTNOTE = re.compile(r"(?:注|备注|说明|填表说明|数据来源|来源|※|\*|★|\(?\d+[.、)])")
DITTO = {"同上", "同前", "〃", '"', "″", "..", "……", "…"}
DRUG, SERVICE = re.compile(r"[XZ][A-Z0-9]{13,22}|T\d{9}"), re.compile(r"\d{15}")
PART, CONSUMABLE = re.compile(r"[XZ][A-Z0-9]{4,12}"), re.compile(r"C\d{14,26}")


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a list: which item (by code, else by name) is limited how, since when, and where that stands."""

    layout: str
    name: str
    code: str
    values: Mapping[str, str]
    other_name: str = ""  # the second item of a pair, the first-line drug
    other_code: str = ""
    counted: int | None = None  # how many codes the sheet itself says it stands for
    basis: str = ""
    begndate: dt.date | None = None
    enddate: dt.date | None = None
    file: str = ""
    sheet: str = ""
    row: int = 0


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

    layout: Layout | None = None
    points: list[Point] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    notes: int = 0  # footnotes and totals


def points_of(sheet: Sheet) -> Told:
    """The points of a sheet; of an unknown layout none, with the headings seen and the nearest layout."""
    told = Told()
    where = (sheet.file.name, sheet.name)
    heading = heading_of(sheet.rows)
    known = layout_of(heading, sheet.file.stem, sheet.name) if heading else []
    if heading is None or len(known) != 1:
        if any(any(row) for row in sheet.rows):
            told.left.append(
                Left(*where, heading.row + 1 if heading else 0, *_unknown(heading, known))
            )
        return told
    told.layout = known[0]
    if sheet.is_hidden:
        told.left.append(
            Left(
                *where,
                0,
                say("隐藏的工作表，照样读入", "a hidden sheet, read all the same"),
                stops=False,
            )
        )
    above: dict[str, str] = {}
    for number, row in enumerate(sheet.rows[heading.row + 1 :], start=heading.row + 2):
        if not any(row) or _repeats(row, heading):
            continue
        if _is_note(row, heading):
            told.notes += 1
            continue
        cells = {role: row[i] if i < len(row) else "" for role, i in heading.roles.items()}
        cells = {
            role: above.get(role, "") if cell in DITTO else cell for role, cell in cells.items()
        }
        above = cells
        found = _point(cells, told.layout, (*where, number))
        hidden = number in sheet.hidden
        if isinstance(found, str):
            told.left.append(Left(*where, number, found))
        elif any(
            (number, heading.roles[role]) in sheet.formulas
            for role in _read_from(told.layout) & set(heading.roles)
        ):
            why = say(
                "单元格是公式，值可能没有更新", "a cell is a formula, and its value may be stale"
            )
            told.left.append(
                Left(
                    *where,
                    number,
                    why,
                    say("粘贴为数值后重新导入", "paste it as a value and import again"),
                )
            )
        else:
            told.points.append(found)
            if hidden:
                told.left.append(
                    Left(
                        *where,
                        number,
                        say("隐藏的行，照样读入", "a hidden row, read all the same"),
                        stops=False,
                    )
                )
    return told


def _unknown(heading: Heading | None, known: Sequence[Layout]) -> tuple[str, str]:
    if heading is None:
        return (
            say("没有认得的列名", "no heading is known"),
            say("看看是不是知识点清单", "see whether it is a list of points"),
        )
    seen = say("、", ", ").join(heading.seen[:12])
    if known:
        names = say("、", ", ").join(layout.label for layout in known)
        return (
            say(
                f"可能是几种清单：{names}（列名：{seen}）",
                f"may be one of several lists: {names} (headings: {seen})",
            ),
            say("把文件名或工作表名改成规则的名称", "name the file or the sheet after the rule"),
        )
    layout, lacks = nearest(heading)
    words = say("、", ", ").join(need.replace("|", say("或", " or ")) for need in lacks)
    titled = say("、", ", ").join(layout.words[:2])
    lacking = words or say(f"标题里的“{titled}”", f'"{titled}" in a title')
    return (
        say(f"不认识的版式，列名：{seen}", f"an unknown layout with the headings: {seen}"),
        say(
            f"最像“{layout.zh}”，缺少：{lacking}",
            f'nearest to "{layout.en}", which also needs: {lacking}',
        ),
    )


def _repeats(row: Sequence[str], heading: Heading) -> bool:
    """Whether a row is the heading again, as on every printed page."""
    cells = {cell for cell in row if cell}
    return len(cells) > 1 and cells <= set(heading.seen)


def _is_note(row: Sequence[str], heading: Heading) -> bool:
    """A footnote or a total: at most two cells, of which one says so."""
    cells = [cell for cell in row if cell]
    total = any(TOTALS.fullmatch(cell) for cell in cells)
    return (total and len(cells) <= 3) or (
        len(cells) == 1 and bool(FOOTNOTE.match(cells[0]) or len(cells[0]) > 30)
    )


def _read_from(layout: Layout) -> set[str]:
    """The meanings whose cells make a point of this layout."""
    return {role for need in layout.has for role in need.split("|")} | {
        "code",
        "begndate",
        "enddate",
    }


def _point(cells: Mapping[str, str], layout: Layout, where: tuple[str, str, int]) -> Point | str:
    """The point of a row, or why there is none."""
    name = cells.get("name") or cells.get("paid_name", "")
    codes = list(_codes(cells.get("code") or cells.get("paid_code", "")))
    if not name and not codes:
        return say("没有名称也没有代码", "neither a name nor a code")
    if len(codes) > 1:
        return say("一格里有几个代码", "several codes in one cell")
    dates = [day(cells[role]) if cells.get(role) else None for role in ("begndate", "enddate")]
    if any(
        cells.get(role) and not when
        for role, when in zip(("begndate", "enddate"), dates, strict=True)
    ):
        return say("日期看不懂", "a date is not understood")
    begndate, enddate = dates
    if begndate and enddate and enddate < begndate:
        return say("失效日期早于生效日期", "it ends before it begins")
    other_name = cells.get("denied_name") or cells.get("first_name", "")
    others = list(_codes(cells.get("denied_code") or cells.get("first_code", "")))
    wrong = [code for code in (*codes, *others) if not _is_code(code)]
    if wrong:
        return say(
            f"代码长度或写法不对：{wrong[0]}", f"not the form or length of a code: {wrong[0]}"
        )
    if layout.table in ("item_conflict", "drug_line") and not other_name and not others:
        return say("没有另一项的名称或代码", "no name or code of the other item")
    values: Mapping[str, str] = {}
    if layout.value:
        cell = layout.says or cells.get(layout.cell, "")
        if not cell:
            return say("限定值为空", "the limit is blank")
        if layout.value == "flag":
            values = {layout.into.partition(".")[2]: cell}
        else:
            limit = read(layout.value, cell)
            if limit is None:
                return say(
                    f"看不懂限定值“{cell[:40]}”", f'the limit "{cell[:40]}" is not understood'
                )
            values = limit
    counted = re.sub(r"[,个种条]", "", cells.get("counted", ""))
    return Point(
        layout.name, name, codes[0] if codes else "", values, other_name, others[0] if others else "",
        int(counted) if counted.isdigit() else None, cells.get("basis", ""), begndate, enddate, *where,
    )  # fmt: skip


def _codes(cell: str) -> Iterator[str]:
    yield from (part for part in re.split(r"[,、;/\s]+", cell.upper()) if part)


def _is_code(code: str) -> bool:
    return any(form.fullmatch(code) for form in (DRUG, SERVICE, PART, CONSUMABLE))
