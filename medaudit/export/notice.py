"""A draft letter to an institution: what it is asked to explain, on which bills, and what may explain it. It accuses nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.export import legal, letter
from medaudit.export.chosen import Case
from medaudit.export.hiding import safe
from medaudit.export.load import Load
from medaudit.export.wanted import PLACES
from medaudit.handbook import words
from medaudit.language import pick, say

ITEMS = 200  # findings in a letter; the rest is counted
# Sentences of a rule's harmless explanations that are about the rule.
_WEIGHING = re.compile(r"线索|才看|\ba lead\b|\bleads\b|looked at only")
_FONT = {"zh": "宋体", "en": "Times New Roman"}


@dataclass
class Asked:
    """What one institution is asked: code, name, the first ITEMS findings, how many in all, their rules and last day."""

    code: str
    name: str
    items: list[Mapping[str, Any]] = field(default_factory=list)
    total: int = 0
    rules: dict[str, Rule] = field(default_factory=dict)
    last: dt.date | None = None


def write(folder: Path, load: Load, number: str) -> int:
    """Write a letter to each institution of the cases into `folder`: an institution that is a case is asked about its own bills only, of
    other cases each institution that has bills. Returns how many findings name no institution, which no letter asks about."""
    asked, nobody = _asked(load)
    for place, one in enumerate(asked, 1):
        name = re.sub(r"[^\w.-]", "_", one.code)[:60]
        document = _document(one, f"{number}-{place:02d}")
        document.save(str(folder / f"notice-{place:02d}-{name}.docx"))
    return nobody


def _asked(load: Load) -> tuple[list[Asked], int]:
    """Whom to ask about what, in the order of the cases."""
    found: dict[str, Asked] = {}
    nobody, bills, numbers = 0, load.bills(), load.cases_of()
    for frame in load.findings():
        for row in frame.to_dict("records"):
            id = row["finding_id"]
            cases = [load.cases[number - 1] for number in numbers[id]]
            whom = {bill["code"]: bill for bill in _whom(cases, row, bills.get(id, []))}
            nobody += not whom
            for code, bill in whom.items():
                one = found.setdefault(code, Asked(code, bill["name"] or ""))
                _ask(one, row, bill, load.rules)
    return list(found.values()), nobody


def _whom(
    cases: Sequence[Case], row: Mapping[Any, Any], bills: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The institutions to ask about a finding of these cases, each with its own bills."""
    own = {"setl_id": row["setl_id"], "day": row["occurred_on"], "amount": row["amount"], "bills": 1}  # fmt: skip
    places = [case for case in cases if case.kind in PLACES]
    for case in places:
        theirs = [bill for bill in bills if bill["code"] == case.id]
        yield from theirs or [{**own, "code": case.id, "name": case.name}]
    if len(places) < len(cases):
        if bills:
            yield from bills
        elif row["fixmedins_code"]:
            yield {**own, "code": row["fixmedins_code"], "name": row["fixmedins_name"]}


def _ask(
    one: Asked, row: Mapping[Any, Any], bill: Mapping[str, Any], rules: Mapping[str, Rule]
) -> None:
    one.total += 1
    # A finding on bills of one institution happened on its own day, which may be a line's.
    elsewhere = row["fixmedins_code"] != one.code
    day = bill["day"] if elsewhere or bill["bills"] > 1 else row["occurred_on"]
    if len(one.items) < ITEMS:
        one.items.append(
            {
                **bill,
                "day": day,
                "rule": row["rule"],
                "reason": row["reason"],
                "finding_id": row["finding_id"],
            }
        )
    if row["rule"] in rules:
        one.rules[row["rule"]] = rules[row["rule"]]
    if isinstance(day, dt.date) and (one.last is None or day > one.last):
        one.last = day


def _document(one: Asked, number: str) -> Any:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    document = Document()
    part = document.sections[0]
    part.page_width, part.page_height = Mm(210), Mm(297)
    part.left_margin = part.right_margin = Mm(24)
    _fonts(document)
    head = document.add_heading(letter.heading(), level=1)
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(safe(letter.numbered(number))).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph(safe(letter.addressed(one.name or one.code, one.code)))
    for text in letter.opening(one.total):
        document.add_paragraph(safe(text))
    _section(document, letter.LIST)
    _items(document, one)
    more = one.total - len(one.items)
    if more > 0:
        document.add_paragraph(
            say(f"另有 {more:,} 项，清单另附。", f"{more:,} more, on a list of their own.")
        )
    rules = [one.rules[code] for code in sorted(one.rules)]
    if basis := legal.cited(rules, one.last, to_institution=True):
        _section(document, letter.BASIS)
        document.add_paragraph(say(*letter.BASIS_TOLD))
        _bullets(document, basis)
    if harmless := _harmless(rules):
        _section(document, letter.HARMLESS)
        document.add_paragraph(say(*letter.HARMLESS_TOLD))
        _bullets(document, harmless)
    _section(document, letter.PAPERS)
    _bullets(document, letter.papers(one.rules))
    for text in letter.closing():
        document.add_paragraph(safe(text))
    return document


def _items(document: Any, one: Asked) -> None:
    """The table of what is to be explained. Whom it is about the bill's id says; a name is no use to the reader of a letter."""
    heads = letter.columns()
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    _repeated(table.rows[0])
    for place, row in enumerate(one.items, 1):
        title = one.rules[row["rule"]].name if row["rule"] in one.rules else row["rule"]
        day, more = row["day"], row["bills"] - 1
        bill = _text(row["setl_id"]) + (
            say(f"\n等 {more + 1} 笔", f"\nand {more} more") if more else ""
        )
        told = [
            str(place), day.isoformat()[:10] if isinstance(day, dt.date) else "", bill, title,
            f"{_text(row['reason'])}\n{row['finding_id']}", f"{float(row['amount'] or 0):,.2f}", "",
        ]  # fmt: skip
        for cell, text in zip(table.add_row().cells, told, strict=True):
            cell.text = safe(text, 600)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _harmless(rules: Sequence[Rule]) -> list[str]:
    """What may explain it, rule by rule, without what only tells how a rule weighs its findings."""
    found = []
    for rule in rules:
        told = [one for one in words.sentences(pick(rule.benign)) if not _WEIGHING.search(one)]
        if told:
            found.append(f"{rule.name}{say('：', ': ')}{say('；', '; ').join(told)}")
    return found


def _section(document: Any, texts: tuple[str, str]) -> None:
    document.add_heading(say(*texts), level=2)


def _bullets(document: Any, texts: Iterator[str] | Sequence[str]) -> None:
    for text in texts:
        document.add_paragraph(safe(text), style="List Bullet")


def _fonts(document: Any) -> None:
    """A font that has Chinese: Word takes another one for it than for Latin, style by style."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name in ("Normal", "Heading 1", "Heading 2", "List Bullet"):
        style = document.styles[name]
        style.font.name = _FONT["en"]
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), _FONT["zh"])
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Heading 1"].font.size = Pt(18)
    document.styles["Heading 2"].font.size = Pt(13)


def _repeated(row: Any) -> None:
    """The headings again on each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
