"""One case on a sheet of its own: the working paper an inspector takes along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medaudit.export import hiding, legal
from medaudit.export.chosen import Case
from medaudit.export.load import FINDINGS, Load, Paper
from medaudit.export.page import Page
from medaudit.findings.words import worded
from medaudit.handbook import words
from medaudit.language import pick, say
from medaudit.output.cells import shown
from medaudit.output.columns import COMPARED, label

WIDTHS = (5, 23, 12, 20, 24, 20, 10, 12, 12, 44)


def fill(page: Page, load: Load, case: Case, paper: Paper, number: str) -> None:
    """Set the case on the page. number: of the export."""
    name = hiding.subject_name(case.kind, case.name, load.reveal)
    id = hiding.subject_id(case.kind, case.id, load.reveal)
    page.title(f"{case.number:02d} {name or id}")
    page.sheet.repeat_rows(0)
    page.note(
        say(
            f"{number} · 以下为疑点和线索，供核查使用，不是结论。结果请填在“结果登记”表。",
            f"{number} · Leads to be checked, not conclusions. Results go onto the sheet “Decisions”.",
        )
    )
    _subject(page, load, case, name, id)
    _findings(page, load, case, paper)
    _lines(page, paper)
    _days(page, paper)
    _advice(page, load, case)
    _signed(page)


def _subject(page: Page, load: Load, case: Case, name: str, id: str) -> None:
    page.section(say("对象", "Subject"))
    if case.kind in ("ring", "settlement"):  # of others the records say who they are
        page.told(label("subject_type", case.kind), f"{name} {id}".strip())
    for head, text in load.facts(case):
        page.told(head, text)
    money = say("涉及基金", "Fund money")
    if case.kind in COMPARED:
        money = say("涉及基金（超出同类的部分）", "Fund money (beyond its peers)")
    page.told(
        say("为什么列入", "Why it is listed"),
        say(
            f"查实概率 {shown(case.probability, 'probability')}；{money} {case.amount:,.2f} 元；运行名单第 {case.rank} 名；{load.why(case)}",
            f"probability {shown(case.probability, 'probability')}; {money} {case.amount:,.2f} yuan; rank {case.rank} of the run; {load.why(case)}",
        ),
    )
    if case.dismissed:
        page.told(
            say("未列入", "Left out"),
            say(
                f"以前已排除的疑点 {case.dismissed} 条",
                f"findings dismissed before: {case.dismissed}",
            ),
        )


def _findings(page: Page, load: Load, case: Case, paper: Paper) -> None:
    page.section(say(f"疑点（{case.findings} 条）", f"Findings ({case.findings})"))
    heads = [
        say("序", "No."), say("疑点编号", "Finding"), say("日期", "Date"), say("规则", "Rule"), say("机构", "Institution"),
        say("结算ID", "Settlement"), say("等级", "Level"), say("费用(元)", "Charges"), say("基金(元)", "Fund"), say("疑点说明", "Reason"),
    ]  # fmt: skip
    kinds = ["count", "code", "day", "text", "text", "code", "text", "money", "money", "text"]
    listed = (_finding(load, place, row) for place, row in enumerate(paper.findings, 1))
    page.table(heads, listed, kinds, _more(case.findings - FINDINGS))


def _finding(load: Load, place: int, row: dict[Any, Any]) -> list[Any]:
    who = " ".join(str(row[name]) for name in ("psn_name", "psn_no") if _has(row[name]))
    notes = [row["reason"], who]
    if row["packaged"]:
        notes.append(
            say(
                "按病种或床日付费，未必多付基金，不计入金额",
                "paid per case or day: may not have cost the fund, not counted",
            )
        )
    if state := standing(load.states.get(row["finding_id"], "")):
        notes.append(say(f"【{state}】", f"[{state}]"))
    return [
        place, row["finding_id"], row["occurred_on"], f"{row['rule']} {load.title(row['rule'])}",
        row["fixmedins_name"] or row["fixmedins_code"], row["setl_id"], label("level", row["level"]), row["charge_amount"],
        row["amount"], "\n".join(note for note in notes if note),
    ]  # fmt: skip


def standing(state: str) -> str:
    """What was decided of a finding that goes out all the same, "" for nothing."""
    told = {
        "confirmed": ("已查实", "confirmed before"),
        "waiting": ("已有人查实，待复核确认", "confirmed by one, waits for another"),
        "escalated": ("已移送", "escalated before"),
        "changed": ("以前决定过，之后有变化", "decided before, changed since"),
    }
    return say(*told[state]) if state in told else ""


def _lines(page: Page, paper: Paper) -> None:
    if not paper.lines:
        return
    page.section(say("疑点背后的费用明细", "Fee lines behind the findings"))
    heads = [
        say("序", "No."), say("疑点编号", "Finding"), say("日期", "Date"), say("项目编码", "Item code"), say("项目", "Item"),
        say("结算ID", "Settlement"), say("数量", "Count"), say("金额(元)", "Charge"), say("基金(元)", "Fund"),
        say("单价；医师；明细流水号", "Price; doctor; line"),
    ]  # fmt: skip
    kinds = ["count", "code", "day", "code", "text", "code", "count", "money", "money", "text"]
    listed = (
        [
            place, row["finding_id"], row["fee_ocur_time"], row["med_list_codg"], row["item_name"], row["setl_id"], row["cnt"],
            row["det_item_fee_sumamt"], row["amount"],
            say("；", "; ").join(_text(v) for v in (row["pric"], row["bilg_dr_codg"], row["feedetl_sn"]) if _has(v)),
        ]
        for place, row in enumerate(paper.lines, 1)
    )  # fmt: skip
    page.table(heads, listed, kinds, _more(paper.more_lines))


def _days(page: Page, paper: Paper) -> None:
    listed = [*_visits(paper), *_events(paper)]
    if not listed:
        return
    page.section(say("时间线", "By day"))
    heads = [
        "", say("事项", "What"), say("起", "From"), say("止", "To"), say("机构", "Institution"), say("结算ID", "Settlement"),
        say("医师", "Doctor"), say("费用(元)", "Charges"), say("基金(元)", "Fund"), say("说明", "Told"),
    ]  # fmt: skip
    kinds = ["text", "text", "day", "day", "text", "code", "code", "money", "money", "text"]
    listed.sort(key=lambda row: (str(row[2] or "")[:10], row[0], str(row[5] or "")))
    page.table(heads, listed, kinds, _more(paper.more_days))


def _visits(paper: Paper) -> Iterator[list[Any]]:
    for row in paper.days:
        told = (row["psn_name"], row["psn_no"], row["dise_codg"], row["dise_name"])
        yield [
            "", worded("med_type", row["med_type"]) or row["med_type"], row["begndate"], row["enddate"],
            row["fixmedins_name"] or row["fixmedins_code"], row["setl_id"], row["atddr_no"], row["medfee_sumamt"], row["fund_money"],
            " ".join(str(one) for one in told if _has(one)),
        ]  # fmt: skip


def _events(paper: Paper) -> Iterator[list[Any]]:
    for row in paper.findings:
        if _has(row["occurred_on"]):
            yield [
                "!", say("疑点", "Finding"), row["occurred_on"], None, row["fixmedins_name"], row["setl_id"], row["dr_codg"],
                None, None, f"{row['finding_id']} {row['reason']}",
            ]  # fmt: skip


def _advice(page: Page, load: Load, case: Case) -> None:
    known, last = load.asked(case)
    for head, texts in (
        (
            say("先排除的正常情形", "Harmless explanations to rule out"),
            [pick(rule.benign) for rule in known],
        ),
        (say("下一步", "Next steps"), [pick(rule.next) for rule in known]),
    ):
        items = [
            (rule, one)
            for rule, text in zip(known, texts, strict=True)
            for one in words.sentences(text)
        ]
        if items:
            page.section(head)
            for rule, one in items:
                page.told(f"{rule.code} {rule.name}", "☐ " + one, 3)
    if basis := legal.cited(known, last):
        page.section(say("依据（条款号）", "Legal basis (articles)"))
        for one in basis:
            page.note(one)


def _signed(page: Page) -> None:
    """What is filled in by hand on paper; the file comes back by the sheet of decisions."""
    page.section(say("核查记录（手写）", "Record of the check (by hand)"))
    for head in (
        say("被查对象的说明", "What the subject says"),
        say("核查情况", "What was checked and seen"),
        say(
            "结果：查实 / 排除 / 移送；金额（元）",
            "Result: confirmed / dismissed / escalated; yuan",
        ),
        say("检查人签字、日期", "Inspectors, date"),
    ):
        page.sheet.set_row(page.at, 36)
        page.told(head, " \n ", 3)


def _more(more: int) -> str:
    if more <= 0:
        return ""
    return say(
        f"另有 {more:,} 条未列入本表，见 cases.csv 与 cases.json",
        f"{more:,} more are not on this sheet; cases.csv and cases.json have them",
    )


def _has(value: Any) -> bool:
    return value is not None and value == value and value != ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):g}"
