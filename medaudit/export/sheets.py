"""cases.xlsx: the list, the form for results, and a sheet for each case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from medaudit.export import casesheet, decisions, hiding
from medaudit.export.load import Load
from medaudit.export.page import Page, dressed, sheet_title
from medaudit.language import say
from medaudit.output.columns import label

_MOST = 1_000_000  # rows of the form: a sheet holds some more
_WAYS = {  # column of the form → dress and width
    "finding_id": ("code", 24), "decision": ("fill", 10), "confirmed_amount": ("fill_money", 14), "why": ("fill", 34),
    "who": ("fill_code", 11), "until": ("fill_day", 12), "date": ("fill_day", 12), "case": ("code", 14), "subject_name": ("text", 22),
    "rule": ("code", 8), "title": ("text", 22), "level": ("text", 7), "occurred_on": ("day", 11), "setl_id": ("code", 20),
    "charge": ("money", 12), "fund_money": ("money", 12), "told": ("text", 50), "before": ("text", 12), "subject_type": ("code", 11),
    "subject_id": ("code", 19), "ledger_number": ("code", 9),
}  # fmt: skip


def write(path: Path, load: Load, number: str) -> None:
    """Write the workbook of an export. number: of the export, which every page carries."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory(dir=path.parent) as folder:
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": folder, **safe})
        dress = dressed(book)
        names = {"list": say("案件清单", "Cases"), "form": say("结果登记", "Decisions")}
        taken = {name.casefold() for name in names.values()}
        titles = {
            case.number: sheet_title(
                case.number, hiding.subject_name(case.kind, case.name, load.reveal) or hiding.subject_id(case.kind, case.id, load.reveal), taken
            )
            for case in load.cases
        }  # fmt: skip
        _list(book.add_worksheet(names["list"]), dress, load, number, titles)
        _form(book.add_worksheet(names["form"]), dress, load, number)
        for case, paper in load.papers():
            page = Page(book.add_worksheet(titles[case.number]), dress, casesheet.WIDTHS, number)
            casesheet.fill(page, load, case, paper, number)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError, which the folder's writer explains


def _list(
    sheet: Any, dress: dict[str, Any], load: Load, number: str, titles: dict[int, str]
) -> None:
    page = Page(sheet, dress, (6, 9, 30, 20, 9, 14, 8, 30, 70), number)
    theme = load.wanted.profile.heading if load.wanted.profile else ""
    page.title(f"{say('案件清单', 'Cases')} {number} {theme}".strip())
    page.note(_account(load))
    heads = [
        say("序号", "No."), say("类别", "Kind"), say("对象", "Subject"), say("编码", "Code"), say("查实概率", "Probability"),
        say("涉及基金(元)", "Fund money (yuan)"), say("疑点数", "Findings"), say("规则", "Rules"), say("为什么", "Why"),
    ]  # fmt: skip
    kinds = ["count", "text", "link", "code", "chance", "money", "count", "text", "text"]
    page.row(heads, ["head"] * len(heads))
    sheet.freeze_panes(page.at, 3)
    sheet.repeat_rows(page.at - 1)
    for case in load.cases:
        rules = " ".join(f"{one['rule']}×{one['findings']}" for one in load.counts(case))
        name = hiding.subject_name(case.kind, case.name, load.reveal)
        id = hiding.subject_id(case.kind, case.id, load.reveal)
        page.row(
            [case.number, label("subject_type", case.kind), name or id, id, case.probability, case.amount, case.findings, rules, load.why(case)],
            kinds,
        )  # fmt: skip
        page.link(2, titles[case.number], name or id)
    page.at += 1
    for text in _told(load):
        page.note(text)


def _account(load: Load) -> str:
    """How many of how many, what was left out, and whether names are masked."""
    chosen = load.chosen
    parts = [
        say(
            f"列 {len(chosen.cases)} 个（符合条件的共 {chosen.listed} 个）",
            f"{len(chosen.cases)} of {chosen.listed} that fit",
        )
    ]
    if chosen.dismissed or chosen.cleared:
        parts.append(
            say(
                f"以前已排除而未列入：疑点 {chosen.dismissed} 条，对象 {chosen.cleared} 个",
                f"left out as dismissed before: {chosen.dismissed} findings, {chosen.cleared} subjects",
            )
        )
    parts.append(
        say("含姓名、证件号，注意保管", "names and numbers in clear: keep it safe")
        if load.reveal
        else say("姓名、证件号、电话已遮盖", "names, numbers and telephones are masked")
    )
    return say("；", "; ").join(parts)


def _told(load: Load) -> list[str]:
    told = [
        say(
            "名单是线索，不是结论；查实之前，任何人和机构都没有被认定违规。",
            "The list holds leads, not conclusions; nobody on it has been found to have done wrong.",
        ),
        say(
            "按预期金额（查实概率 × 金额）从高到低。机构、药店、医师的金额只计政策已定的和超出同类的部分，小于其疑点之和；同一明细只计一次。",
            "By the yuan to expect (probability × money). Of institutions, pharmacies and doctors the money is what a policy decides and "
            "what goes beyond their peers, less than the sum of their findings; each line counts once.",
        ),
        say(
            "结果填在“结果登记”表：每条疑点选查实、排除或移送，可写查实金额、说明、检查人；填好用 medaudit review import 导入；不要改动疑点编号。",
            "Results go onto the sheet “Decisions”: choose one for each finding and take the file in with `medaudit review import`; leave the ids as they are.",
        ),
    ]
    if load.wanted.narrowed:
        told.insert(
            1,
            say(
                "只计符合条件的疑点，金额按这些疑点重算；概率仍是整次运行的。",
                "Only the findings that fit count, and the money is theirs; the probability is still that of the whole run.",
            ),
        )
    if load.wanted.profile and load.wanted.profile.note:
        from medaudit.language import pick

        told.insert(0, pick(load.wanted.profile.note))
    return told


def _form(sheet: Any, dress: dict[str, Any], load: Load, number: str) -> None:
    """One row a finding; what is filled in can only be what can come back."""
    page = Page(sheet, dress, [_WAYS[name][1] for name in decisions.COLUMNS], number)
    kinds = [_WAYS[name][0] for name in decisions.COLUMNS]
    page.row([decisions.heading(name) for name in decisions.COLUMNS], ["head"] * len(kinds))
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    first = page.at
    for row in decisions.form(load, number):
        if page.at - first >= _MOST:
            break
        told = decisions.labelled(row)
        number = told["ledger_number"]
        told["ledger_number"] = None if number is None else str(number)
        page.row([told[name] for name in decisions.COLUMNS], kinds)
    last = max(page.at - 1, first)
    sheet.autofilter(0, 0, last, len(kinds) - 1)
    for name, rule in _valid().items():
        column = decisions.COLUMNS.index(name)
        sheet.data_validation(first, column, last, column, rule)


def _valid() -> dict[str, dict[str, Any]]:
    wrong = {"error_title": say("填写有误", "Not valid")}
    day = {
        "validate": "date", "criteria": ">=", "value": dt.date(2000, 1, 1), **wrong,
        "error_message": say("日期写成 2025-01-31", "write dates as 2025-01-31"),
    }  # fmt: skip
    return {
        "decision": {
            "validate": "list", "source": decisions.choices(), **wrong,
            "error_message": say("请选：", "choose one of: ") + say("、", ", ").join(decisions.choices()),
        },
        "confirmed_amount": {
            "validate": "decimal", "criteria": ">=", "value": 0, **wrong,
            "error_message": say("金额为不小于 0 的数（元）", "yuan, 0 or more"),
        },
        "until": day,
        "date": day,
    }  # fmt: skip
