"""What speaks against recording something of a doctor's points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from medaudit.errors import Problem
from medaudit.language import say
from medaudit.ledger.confirmed import Finding
from medaudit.ledger.points import by_scheme
from medaudit.ledger.points.account import (
    APPEALED,
    AWARDED,
    CHOSEN,
    CORRECTED,
    REINSTATED,
    REJECTED,
    RESTORED,
    Entry,
    account,
    corrections,
    months_on,
    pending,
)
from medaudit.ledger.points.act import Act
from medaudit.ledger.points.proposals import used_in
from medaudit.ledger.points.scheme import Scheme

_OPTION = {CORRECTED: "correct", APPEALED: "appeal", REJECTED: "reject", CHOSEN: "choose"}
AHEAD = 12  # months: a later day is rather a slip of the pen


def problems(
    entries: Sequence[Entry],
    doctor: str,
    given: Act,
    scheme: Scheme,
    today: dt.date,
    found: Sequence[Finding],
) -> Iterator[Problem]:
    """entries: everything recorded of the doctor. found: what of the doctor is confirmed."""
    if not given.why.strip():
        yield Problem(
            say("没有写理由", "no reason is given"),
            "--why",
            say("写明依据的决定或事实", "say which decision or facts it rests on"),
        )
    if not doctor.strip():
        yield Problem(say("没有医师编码", "no doctor is named"), "DR_CODG")
    if given.day > months_on(today, AHEAD):
        what = say(f"{given.day} 离今天一年以上", f"{given.day} is more than a year ahead")
        yield Problem(
            what,
            "--day",
            say(
                "请核对年份；生效日最多可写到一年以内",
                "check the year; a day may lie at most a year ahead",
            ),
        )
    if given.action in (AWARDED, RESTORED):
        yield from _amount(given, scheme)
    if given.action == AWARDED:
        yield from _findings(given, found, used_in(entries, corrections(entries)[0]))
    elif given.action == RESTORED:
        yield from by_scheme.restoration(given, scheme)
    elif given.action == REINSTATED:
        yield from by_scheme.reinstatement(
            account([one for one in entries if one.day <= given.day], scheme).spans, given
        )
    elif given.of is not None:
        about = next((one for one in entries if one.number == given.of), None)
        if about is None:
            do = say(
                "看 medaudit points 医师编码 列出的序号",
                "see the numbers that medaudit points DR_CODG lists",
            )
            yield Problem(
                say(
                    f"这位医师没有序号为 {given.of} 的记录", f"this doctor has no event {given.of}"
                ),
                "--" + _OPTION[given.action],
                do,
            )
            return
        if given.action in (APPEALED, CHOSEN, CORRECTED) and given.of in corrections(entries)[0]:
            yield Problem(
                say(f"#{given.of} 已经撤销", f"event {given.of} was taken back already"),
                "--" + _OPTION[given.action],
            )
            return
        if given.action == CHOSEN:
            yield from by_scheme.choice(given, entries, scheme)
        yield from _about(
            given,
            about.action,
            about.points,
            bool([one for one in pending(entries) if one.number == about.number]),
        )
    if given.months is not None:
        yield from by_scheme.months(given, scheme)


def _amount(given: Act, scheme: Scheme) -> Iterator[Problem]:
    where = "--award" if given.action == AWARDED else "--restore"
    if given.points is None or given.points <= 0:
        yield Problem(say("分值应大于 0", "points must be above 0"), where)
    elif given.points > scheme.full:
        what = say(
            f"一次 {given.points} 分超过方案的满分 {scheme.full}",
            f"{given.points} at once is above the scheme's full {scheme.full}",
        )
        yield Problem(
            what,
            where,
            say(
                "核对分值，或用 --scheme 指明方案",
                "check the points, or name the scheme with --scheme",
            ),
        )


def _findings(given: Act, found: Sequence[Finding], used: set[str]) -> Iterator[Problem]:
    known = {one.finding_id for one in found}
    for one in given.findings:
        if one not in known:
            what = say(
                f"{one} 不是这位医师已查实的疑点", f"{one} is no confirmed finding of this doctor"
            )
            yield Problem(
                what,
                "--finding",
                say("先用 medaudit review 复核", "review it first: medaudit review"),
            )
        elif one in used:
            what = say(f"{one} 已经记过分", f"points were awarded for {one} already")
            yield Problem(
                what, "--finding", say("要改用 --correct", "to change them use --correct")
            )
    if (
        len({one.institution for one in found if one.finding_id in given.findings}) > 1
        and not given.institution
    ):
        what = say("这些疑点不在同一家机构", "these findings are not of one institution")
        yield Problem(
            what,
            "--finding",
            say(
                "用 --at 写明机构，或分开记", "name the institution with --at, or award separately"
            ),
        )


def _about(given: Act, action: str, points: Decimal, is_pending: bool) -> Iterator[Problem]:
    of = given.of
    if given.action == CORRECTED and given.points is not None and action not in (AWARDED, RESTORED):
        yield Problem(
            say(f"#{of} 没有分值可改", f"event {of} has no points to change"),
            "--to",
            say("不写 --to 即全部撤销", "without --to it is taken back"),
        )
    if given.action == CORRECTED and given.points is not None and given.points == points:
        yield Problem(
            say(f"#{of} 本来就是 {points} 分", f"event {of} has {points} points already"), "--to"
        )
    if given.action == CORRECTED and given.points is not None and given.points < 0:
        yield Problem(say("分值不能小于 0", "points cannot be below 0"), "--to")
    if given.action == APPEALED and action != AWARDED:
        yield Problem(
            say(f"#{of} 不是扣分，不能申诉", f"event {of} is no award to be appealed"), "--appeal"
        )
    if given.action == REJECTED and not is_pending:
        yield Problem(
            say(f"#{of} 不是待处理的申诉", f"event {of} is no pending appeal"), "--reject"
        )
    if given.action == CHOSEN and action != AWARDED:
        yield Problem(say(f"#{of} 不是扣分", f"event {of} is no award"), "--choose")
