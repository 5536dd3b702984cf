"""An institution's scorecard as a page, and all of them as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medaudit.language import pick, say
from medaudit.ledger.credit import words
from medaudit.ledger.credit.scheme import Scheme
from medaudit.ledger.credit.scoring import Decided, Known, Scored
from medaudit.ledger.parts import Listing, Page, Part, plain, value

COLUMNS = {
    "fixmedins_code": ("机构", "Institution"), "fixmedins_name": ("名称", "Name"), "grade": ("等级", "Grade"), "card": ("牌", "Card"),
    "score": ("得分", "Score"), "findings": ("查实", "Cases"), "confirmed_amount": ("查实金额(元)", "Yuan confirmed"),
    "penalised": ("受处理医师", "Doctors"), "marks": ("名单", "Lists"),
}  # fmt: skip


def scorecard(
    one: Scored,
    scheme: Scheme,
    name: str,
    decisions: Sequence[Decided],
    history: Sequence[Scored],
) -> Page:
    """The page of one institution. history: its scorecards at earlier years' ends."""
    heading = " ".join(part for part in (say(f"机构 {one.institution} 的信用", f"Credit of {one.institution}"), name) if part)  # fmt: skip
    rows = [[say("项目", "Part"), say("算法", "How"), say("扣分", "Off")]]
    rows += [[say(*words.PARTS[part.part]), words.line(part, scheme), plain(part.points)] for part in one.deductions]  # fmt: skip
    years = [[say("日期", "Day"), say("等级", "Grade"), say("牌", "Card"), say("得分", "Score")]]
    years += [[str(old.day), old.grade, say(*words.SHORT[old.card]), plain(old.score)] for old in [*history, one]]  # fmt: skip
    text = say(
        "各年按当时已查实和已决定的计算；基金支付额和医师总数只有这次扫描的。",
        "Each from what was confirmed and decided by then; fund payments and the number of doctors are known from this run only.",
    )
    parts = [
        Part("standing", say(f"现状（{one.day}）", f"Standing on {one.day}"), _now(one)),
        Part("score", say("计分", "Scorecard"), rows=rows, widths=(18, 48, 6)),
        Part("after", say("定级", "Grade"), words.total(one, scheme), list(words.after(one, scheme))),
        *([Part("lists", say("名单", "Lists"), items=told)] if (told := list(words.lists(one))) else []),
        *([Part("decisions", say("人工决定", "Decisions"), items=[words.event(d) for d in decisions])] if decisions else []),
        Part("history", say("历年", "Year by year"), text if history else "", rows=years, widths=(12, 8, 8, 8)),
        Part("scheme", say(f"方案 {scheme.name}", f"Scheme {scheme.name}"), pick(scheme.title) + say("。", "."), words.sources(scheme)),
    ]  # fmt: skip
    told_rows = [{"part": part.part, "about": words.line(part, scheme), "points": value(part.points)} for part in one.deductions]  # fmt: skip
    columns = {
        "part": say("项目", "Part"),
        "about": say("算法", "How"),
        "points": say("扣分", "Off"),
    }
    document = _document(one, scheme) | {
        "name": name,
        "scorecard": told_rows,
        "after": list(words.after(one, scheme)),
        "decisions": [_decision(decided) for decided in decisions],
        "history": [_document(old, scheme) for old in history],
    }
    return Page(heading, parts, document, told_rows, columns)


def _now(one: Scored) -> str:
    return say(
        f"等级 {one.grade}，{say(*words.CARDS[one.card])}，得分 {plain(one.score)}。等级是按查实情况算出的建议，由人决定采用。",
        f"grade {one.grade}, {say(*words.CARDS[one.card])}, score {plain(one.score)}. Computed from what was confirmed; a person "
        "decides what is made of it.",
    )


def _document(one: Scored, scheme: Scheme) -> dict[str, Any]:
    return {
        "fixmedins_code": one.institution, "scheme": scheme.name, "as_of": str(one.day), "grade": one.grade, "computed": one.computed,
        "card": one.card, "score": plain(one.score), "findings": one.findings, "amount": f"{one.amount:.2f}",
        "share": None if one.share is None else f"{one.share:.4f}", "vetoes": [finding.finding_id for finding in one.vetoes],
        "penalised": list(one.penalised), "doctors": one.doctors, "lowered": one.lowered, "key_supervision": one.supervised,
        "red_list": one.red, "black_list": one.black,
    }  # fmt: skip


def _decision(one: Decided) -> dict[str, Any]:
    until = str(one.until) if one.until else None
    return {
        "number": one.number, "day": str(one.day), "until": until, "action": one.action, "who": one.who, "why": one.why,
        "content": dict(one.content),
    }  # fmt: skip


def listing(
    rows: Sequence[Scored], scheme: Scheme, known: Mapping[str, Known], form: str
) -> Listing:
    """The list of institutions, the worst first. form: for csv and json the values are the same in every language, in a table there is no
    room for the money."""
    raw = form in ("csv", "json")
    told = [
        {
            "fixmedins_code": one.institution,
            "fixmedins_name": known[one.institution].name if one.institution in known else "",
            "grade": one.grade,
            "card": one.card if raw else say(*words.SHORT[one.card]),
            "score": value(one.score),
            "findings": one.findings,
            "confirmed_amount": one.amount,
            "penalised": f"{len(one.penalised)}/{one.doctors}",
            "marks": _marks(one, raw),
        }
        for one in rows
    ]
    columns = {name: say(*texts) for name, texts in COLUMNS.items()}
    if not any(row["fixmedins_name"] for row in told):
        del columns["fixmedins_name"]
    if form == "table":
        del columns["confirmed_amount"]
    day = rows[0].day if rows else ""
    note = say(
        f"{day} 方案 {scheme.name}；受处理医师：人数/全部。按已查实的算出，由人决定采用；明细：medaudit credit 机构编码",
        f"{day} scheme {scheme.name}; doctors: penalised of all. Computed from what was confirmed, a person decides. A scorecard: medaudit credit CODE",
    )
    return Listing(told, columns, say("机构信用", "Institution credit"), note.strip())


def _marks(one: Scored, raw: bool) -> str:
    """Lists an institution is on or proposed for, and key supervision."""
    marks = [f"{name}:{state}" if raw else say(*words.LISTS[name]) + (say("（建议）", "?") if state == "proposed" else "")
             for name, state in (("black", one.black), ("red", one.red)) if state]  # fmt: skip
    if one.supervised:
        marks.append("supervised" if raw else say("重点监管", "key supervision"))
    return (";" if raw else say("、", ", ")).join(marks)
