"""From a row to its points: which item is limited how, or why that cannot be told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from medaudit.language import say
from medaudit.library.icd import not_icd
from medaudit.library.layouts import Layout, Unclear
from medaudit.library.names import alike, parted
from medaudit.library.values import NOTHING, day, is_endless, read

LISTED = re.compile(r"[是否√×YN01甲乙丙]|[甲乙丙]类|目录[内外]|", re.IGNORECASE)  # 是否医保目录内
DRUG, SERVICE = re.compile(r"[XZ][A-Z0-9]{13,22}|T\d{9}"), re.compile(r"\d{15}")
PART, CONSUMABLE = re.compile(r"[XZ][A-Z0-9]{4,12}"), re.compile(r"C\d{14,26}")
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Point:
    """One limit in a row of a list: which item (by code, else by name) is limited how, since when, and where that stands."""

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


def points_in(
    cells: Mapping[str, str], lists: Sequence[Layout], where: tuple[str, str, int]
) -> list[Point] | Unclear:
    """The points of a row (meaning → cell), one for every list that limits it; or why there is none.

    Where one limit of a row is not understood none is used: it may be a condition of the others.
    """
    item = _item(cells, where)
    mend = say("核对这一行，改正后再导入", "check the row, correct it and import again")
    if isinstance(item, str):
        return Unclear(item, mend)
    points, blank = [], []
    for layout in lists:
        limit = _other(item, layout) or _limit(cells, layout)
        if isinstance(limit, str):
            return Unclear(limit, mend)
        if limit is None:
            blank.append(cells.get(layout.cell, ""))
        else:
            points.append(_of(item, layout.name, limit))
    said = next((cell for cell in blank if cell), "")
    if said and not points:
        return Unclear(
            say(f"没有限定（“{said}”）", f'no limit ("{said}")'),
            say("若确实没有限定，不用处理", "if there is none, nothing is to be done"),
        )
    return points or Unclear(say("限定值为空", "the limit is blank"), mend)


def _of(item: Point, layout: str, values: Values) -> Point:
    return Point(
        layout, item.name, item.code, values, item.other_name, item.other_code, item.counted, item.basis,
        item.begndate, item.enddate, item.file, item.sheet, item.row,
    )  # fmt: skip


def _item(cells: Mapping[str, str], where: tuple[str, str, int]) -> Point | str:
    """The item of a row (and the other of a pair), with its dates; or what is wrong with them."""
    name = cells.get("name") or cells.get("paid_name", "")
    codes = list(_codes(cells.get("code") or cells.get("paid_code", "")))
    if not name and not codes:
        return say("没有名称也没有代码", "neither a name nor a code")
    other_name = cells.get("denied_name") or cells.get("first_name", "")
    others = list(_codes(cells.get("denied_code") or cells.get("first_code", "")))
    if len(codes) > 1 or len(others) > 1:
        return say("一格里有几个代码", "several codes in one cell")
    wrong = [code for code in (*codes, *others) if not _is_code(code)]
    if wrong:
        return say(
            f"代码长度或写法不对：{wrong[0]}", f"not the form or length of a code: {wrong[0]}"
        )
    told = cells.get("listed", "")
    if not LISTED.fullmatch(told):
        return say(
            f"看不懂是否在目录内：“{told[:40]}”",
            f'not understood whether it is listed: "{told[:40]}"',
        )
    begin, end = cells.get("begndate", ""), cells.get("enddate", "")
    end = "" if is_endless(end) else end
    begndate, enddate = day(begin), day(end)
    if (begin and not begndate) or (end and not enddate):
        return say("日期看不懂", "a date is not understood")
    if begndate and enddate and enddate < begndate:
        return say("失效日期早于生效日期", "it ends before it begins")
    counted = re.sub(r"[,个种条]", "", cells.get("counted", ""))
    return Point(
        "", name, codes[0] if codes else "", {}, other_name, others[0] if others else "",
        int(counted) if counted.isdigit() else None, cells.get("basis", ""), begndate, enddate, *where,
    )  # fmt: skip


def _other(item: Point, layout: Layout) -> str:
    """What is wrong with the other item of a pair; "" where nothing is, or the list is none of pairs."""
    if layout.table not in ("item_conflict", "drug_line"):
        return ""
    if not item.other_name and not item.other_code:
        return say("没有另一项的名称或代码", "no name or code of the other item")
    names = {alike(name) for name in parted(item.other_name)}
    by_code = item.code and item.other_code
    if item.code == item.other_code if by_code else alike(item.name) in names:
        return say("两项是同一个项目", "both items are the same")
    return ""


def _limit(cells: Mapping[str, str], layout: Layout) -> Values | str | None:
    """What a row says of one list, why that is not understood, or None for nothing."""
    values: dict[str, str] = {}
    cell = layout.says or cells.get(layout.cell, "")
    if layout.value == "flag":
        return {layout.into.partition(".")[2]: cell}
    if layout.value:
        if not cell or NOTHING.fullmatch(cell):
            return None
        limit = read(layout.value, cell)
        if limit is None:
            odd = "、".join(not_icd(cell)) if layout.value == "icd" else cell
            return say(f"看不懂限定值“{odd[:40]}”", f'the limit "{odd[:40]}" is not understood')
        values.update(limit)
    for role in layout.takes:
        if role in cells:
            beside = read(role, cells[role])
            if beside is None:
                odd = cells[role][:40] or say("空白", "blank")
                return say(
                    f"看不懂它的级别或范围“{odd}”", f'its level or scope "{odd}" is not understood'
                )
            values.update(beside)
    if layout.table == "item_conflict":
        values.setdefault("scope", "day")
    return values


def _codes(cell: str) -> Iterator[str]:
    yield from (part for part in re.split(r"[,、;/\s]+", cell.upper()) if part)


def _is_code(code: str) -> bool:
    return any(form.fullmatch(code) for form in (DRUG, SERVICE, PART, CONSUMABLE))
