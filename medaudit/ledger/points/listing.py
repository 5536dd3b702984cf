"""All accounts as a list, and two schemes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medaudit.language import counted, say
from medaudit.ledger.parts import Listing, between, plain, value
from medaudit.ledger.points import words
from medaudit.ledger.points.book import Book, Reckoned
from medaudit.ledger.points.document import iso, state
from medaudit.ledger.points.scheme import Scheme

STATES = {
    "qualified": ("正常", "qualified"),
    "suspended": ("暂停", "suspended"),
    "ended": ("终止", "ended"),
}


def ranges(one: Reckoned) -> str:
    """4–6; 4–6 or 10–12 where it depends on the article."""
    tiers = {tier.low: tier for proposal in one.proposals for tier in proposal.tiers}
    told = [between(plain(tier.low), plain(tier.high)) for _, tier in sorted(tiers.items())]
    return say(" 或 ", " or ").join(told)


def _until(one: Reckoned, raw: bool) -> str:
    if one.span is None:
        return ""
    return iso(one.span.last) or ("" if raw else say("待恢复", "lifted"))


def listing(
    book: Book, rows: Sequence[Reckoned], scheme: Scheme, names: Mapping[str, str], raw: bool
) -> Listing:
    """The list of doctors. names: code → name, as far as known. raw: values for machines, the same in every language."""
    told = [
        {
            "dr_codg": one.doctor,
            "dr_name": names.get(one.doctor, ""),
            "standing": state(one) if raw else say(*STATES[state(one)]),
            "lost": value(one.lost),
            "until_day": _until(one, raw),
            "findings": sum(len(proposal.findings) for proposal in one.proposals),
            "proposed": ranges(one),
        }
        for one in rows
    ]
    columns = {
        "dr_codg": say("医师", "Doctor"), "dr_name": say("姓名", "Name"), "standing": say("支付资格", "Standing"),
        "lost": say(f"{book.as_of.year} 年已扣", f"Lost in {book.as_of.year}"), "until_day": say("暂停至", "Until"),
        "findings": say("待议疑点", "Findings waiting"), "proposed": say("建议分值", "Proposed"),
    }  # fmt: skip
    if not any(row["dr_name"] for row in told):
        del columns["dr_name"]
    note = say(
        f"{book.as_of}，方案 {scheme.name}（满分 {plain(scheme.full)}）。建议分值以机构受到处理为前提，由人决定；"
        "明细：medaudit points 医师编码",
        f"{book.as_of}, scheme {scheme.name} ({plain(scheme.full)} points). Proposals presuppose that the institution is handled, "
        "and a person decides. A statement: medaudit points DR_CODG",
    )
    return Listing(told, columns, say("医师积分", "Doctor points"), note)


def compared(
    book: Book, pairs: Sequence[tuple[Reckoned, Reckoned]], schemes: tuple[Scheme, Scheme]
) -> Listing:
    """Doctors with whom two schemes do not agree."""
    one, other = schemes
    told = [
        {
            "dr_codg": a.doctor,
            "one": words.status(a.span, book.as_of),
            "one_lost": value(a.lost),
            "other": words.status(b.span, book.as_of),
            "other_lost": value(b.lost),
        }
        for a, b in pairs
        if (a.lost, state(a), a.span and a.span.last) != (b.lost, state(b), b.span and b.span.last)
    ]
    lost = say("已扣", "lost")
    columns = {
        "dr_codg": say("医师", "Doctor"), "one": one.name, "one_lost": lost, "other": other.name, "other_lost": lost,
    }  # fmt: skip
    note = say(
        f"{book.as_of}：{len(pairs):,} 位医师中 {len(told):,} 位两个方案结果不同。",
        f"{book.as_of}: the two schemes differ about {len(told):,} of {counted(len(pairs), 'doctor')}.",
    )
    return Listing(told, columns, say("方案比较", "Two schemes"), note)
