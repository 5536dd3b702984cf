"""The rows of a list that came back: what its columns are called, and which rows say nothing that can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.sheets import Sheet
from medaudit.library.sheets import read as read_sheets

# What a column is called: in our lists, and as people head it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "finding_id": ("finding_id", "疑点编号"),
    "subject_type": ("subject_type", "对象类型"),
    "subject_id": ("subject_id", "对象编号"),
    "decision": ("decision", "结论", "核查结果", "复核结论"),
    "confirmed_amount": ("confirmed_amount", "查实金额", "查实金额（元）"),
    "why": ("why", "说明", "核查说明", "理由"),
    "who": ("who", "检查人", "复核人"),
    "until": ("until", "排除截止日"),
    "day": ("day", "date", "checked_on", "核查日期"),
    "seen": ("ledger_number", "台账序号"),
}
HEADER_ROWS = 20


@dataclass(frozen=True)
class Row:
    """A row with a decision. place: the file, sheet and line to name."""

    place: str
    cells: Mapping[str, str]


def rows_of(path: Path, problems: list[Problem]) -> Iterator[Row | None]:
    """The rows with a decision, of every sheet that has a column for it, None for one left blank; what is wrong with a row goes to
    `problems`. Raises MedauditError when no sheet has the columns."""
    sheets, _ = read_sheets(path)
    lists = [(sheet, *headed) for sheet in sheets if (headed := _header(sheet))]
    if not lists:
        what = say(
            "没有一张表有“结论”和“疑点编号”两列", "no sheet has the columns decision and finding_id"
        )
        do = say(
            "用 medaudit export 导出的清单填写后导入", "fill in a list made by medaudit export"
        )
        raise MedauditError(Problem(what, str(path), do))
    for sheet, top, columns in lists:
        for number, cells in enumerate(sheet.rows[top + 1 :], start=top + 2):
            row = {
                name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()
            }
            place = f"{path.name}{' [' + sheet.name + ']' if sheet.name else ''} {say('第', 'row')} {number}{say(' 行', '')}"
            wrong = _unusable(row, any((number, at) in sheet.formulas for at in columns.values()))
            if wrong:
                problems.append(Problem(wrong[0], place, wrong[1]))
            elif row["decision"]:
                yield Row(place, row)
            elif any(row.values()):
                yield None


def _unusable(row: Mapping[str, str], has_formula: bool) -> tuple[str, str] | None:
    """What is wrong with a row before it is read, and what to do."""
    if has_formula or row["decision"][:1] in ("=", "+", "@"):
        what = say(
            "这一行有公式，不能当作填写的内容",
            "this row has a formula, which is not what somebody wrote",
        )
        return what, say("改成填写的值", "write the value instead")
    if not row["decision"] and any(row.get(name) for name in ("confirmed_amount", "why", "until")):
        what = say(
            "填了金额、说明或截止日，却没有结论",
            "there is an amount, a reason or a last day, and no decision",
        )
        return what, say("填上结论，或把它们清空", "write the decision, or clear them")
    return None


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the place of each known column."""
    for number, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        names = [cell.strip().lower() for cell in cells]
        columns = {
            name: names.index(said)
            for name, called in COLUMNS.items()
            for said in called
            if said in names
        }
        about = {"finding_id"} <= columns.keys() or {"subject_type", "subject_id"} <= columns.keys()
        if "decision" in columns and about:
            return number, columns
    return None
