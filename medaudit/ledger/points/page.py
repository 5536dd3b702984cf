"""An account as a statement."""

from __future__ import annotations

from collections.abc import Sequence

from medaudit.language import counted, pick, say
from medaudit.ledger.parts import Page, Part, plain
from medaudit.ledger.points import words
from medaudit.ledger.points.account import Entry, lifted, pending
from medaudit.ledger.points.book import Book, Reckoned
from medaudit.ledger.points.document import document, entry
from medaudit.ledger.points.scheme import Scheme

WIDTHS = (6, 10, 12, 5, 6, 29)


def statement(
    book: Book, one: Reckoned, scheme: Scheme, others: Sequence[tuple[Scheme, Reckoned]] = ()
) -> Page:
    """A doctor's statement. others: the same events by other schemes, set beside it."""
    year, later = book.as_of.year, book.later.get(one.doctor, ())
    gone = [words.never(span, by, scheme) for span, by in lifted(one.entries, scheme)]
    spans = [words.span(span, scheme) for span in one.account.spans]
    parts = [
        _now(book, one, scheme),
        Part("events", say("记录", "Events"), *_events(one, scheme), WIDTHS),
        Part("suspensions", say("暂停与终止", "Suspensions and endings"), "" if spans or gone else say("没有。", "None."), [*spans, *gone]),
        *_appeals(one.entries),
        *_later(later),
        _proposals(one, scheme, year),
        *(_what_if(book, scheme_, reckoned) for scheme_, reckoned in others),
        _about(scheme, one.entries),
    ]  # fmt: skip
    heading = say(f"医师 {one.doctor} 的积分", f"Points of doctor {one.doctor}")
    told = document(book, one, scheme) | {
        "lifted": gone,
        "pending_appeals": [appeal.number for appeal in pending(one.entries)],
        "later": [entry(one) for one in later],
        "what_if": {scheme_.name: document(book, other, scheme_) for scheme_, other in others},
    }
    columns = {
        "number": say("序号", "No."), "day": say("日期", "Day"), "action": say("事项", "What"), "points": say("分值", "Points"),
        "lost": say("本年已扣", "Lost then"), "fixmedins_code": say("机构", "Institution"), "about": say("说明", "About"),
    }  # fmt: skip
    return Page(heading, parts, told, told["events"], columns)


def _now(book: Book, one: Reckoned, scheme: Scheme) -> Part:
    told = [words.status(one.span, book.as_of), words.score(one.lost, scheme, book.as_of.year)]
    text = say("；", "; ").join(told) + say("。", ".")
    return Part("standing", say(f"现状（{book.as_of}）", f"Standing on {book.as_of}"), text)


def _events(one: Reckoned, scheme: Scheme) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
    if not one.account.lines:
        return say("没有积分记录。", "No points were recorded."), (), ()
    head = [say("序号", "No."), say("日期", "Day"), say("事项", "What"), say("分值", "Pts"), say("已扣", "Lost"), say("说明", "About")]  # fmt: skip
    rows = [
        [
            f"#{line.entry.number}",
            str(line.entry.day),
            words.action(line.entry.action),
            words.changes(line),
            plain(line.lost),
            words.about(line, scheme),
        ]
        for line in one.account.lines
    ]
    text = say(
        "已扣：该年到这一条为止扣的分；每年从零算起。", "Lost: points of that year up to the event; each year begins at 0."
    )  # fmt: skip
    return text, (), [head, *rows]


def _appeals(entries: Sequence[Entry]) -> list[Part]:
    waiting = pending(entries)
    items = [
        say(f"#{one.number}（{one.day}）对 #{one.content['of']}：{one.why}", f"#{one.number} ({one.day}) against #{one.content['of']}: {one.why}")
        for one in waiting
    ]  # fmt: skip
    text = say(
        "在更正或驳回之前，原记录照算。", "What they are about counts until it is corrected."
    )
    return [Part("appeals", say("待处理的申诉", "Pending appeals"), text, items)] if items else []


def _later(entries: Sequence[Entry]) -> list[Part]:
    items = [
        f"#{one.number} {one.day} {words.action(one.action)} {plain(one.points) if one.points else ''}".rstrip()
        for one in entries
    ]
    head = say("以后才生效，这里未计", "Of a later day, not counted here")
    return [Part("later", head, items=items)] if items else []


def _proposals(one: Reckoned, scheme: Scheme, year: int) -> Part:
    head = say("建议（未记分）", "Proposals (nothing is awarded)")
    if scheme.items:
        text = say(
            "本方案按项目自动计分，见记录；查实有误的，先改复核结论。",
            "This scheme counts by itself, see the events; where a confirmation was wrong, review it again.",
        )
        return Part("proposals", head, text)
    items = [words.proposed(proposal, one.lost, scheme, year) for proposal in one.proposals]
    if not items:
        return Part(
            "proposals", head, say("没有未处理的查实疑点。", "No confirmed findings are waiting.")
        )
    text = say(
        "记分以机构受到处理、责任认定到人为前提，由人决定；以下只是算给人看的范围，同一案的多条疑点合并。",
        "Points presuppose that the institution was handled and that this person was found responsible, and a person decides. "
        "These are ranges to look at; findings that would be one case are taken together.",
    )
    return Part("proposals", head, text, items)


def _what_if(book: Book, scheme: Scheme, one: Reckoned) -> Part:
    told = [words.status(one.span, book.as_of), words.score(one.lost, scheme, book.as_of.year)]
    items = [words.span(span, scheme) for span in one.account.spans]
    head = say(f"若按方案 {scheme.name}", f"By the scheme {scheme.name} instead")
    return Part("what_if", head, say("；", "; ").join(told) + say("。", "."), items)


def _about(scheme: Scheme, entries: Sequence[Entry]) -> Part:
    early = sum(
        one.day < scheme.since or (scheme.until is not None and one.day > scheme.until)
        for one in entries
    )
    end = f"{scheme.until}" if scheme.until else ""
    items = [
        say("出处：", "Source: ") + pick(scheme.source),
        say("已核：", "Checked: ") + pick(scheme.verified),
        say("未核：", "Not checked: ") + pick(scheme.unverified),
        say(f"适用：{scheme.since} 起{'至 ' + end if end else ''}", f"In force from {scheme.since}{' to ' + end if end else ''}"),
    ]  # fmt: skip
    if early:
        items.append(
            say(f"{early} 条记录不在适用期内，仍按本方案计算", f"{counted(early, 'event')} of days outside this are reckoned all the same")
        )  # fmt: skip
    head = say(f"方案 {scheme.name}", f"Scheme {scheme.name}")
    return Part("scheme", head, pick(scheme.title) + say("。", "."), items)
