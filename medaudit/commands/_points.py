"""The options of `medaudit points`, and what they ask to be recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common
from medaudit.commands._shared import day, option, own_option
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.ledger.points.act import Act
    from medaudit.ledger.points.scheme import Scheme


def number(text: str) -> Decimal:
    """Points as people write them, to hundredths."""
    try:
        told = Decimal(text)
        if told.is_finite() and told == round(told, 2):
            return told
    except InvalidOperation:
        pass
    raise typer.BadParameter(say("分值写成 4 或 2.5", "write points as 4 or 2.5"))


def _act(name: str, zh: str, en: str, value: str | None = None, **rest: Any) -> Any:
    return option(name, say(zh, en), value, rich_help_panel=say("记一笔", "Recording something"), **rest)  # fmt: skip


_SCHEMES = _complete.files("ledger/schemes", 'for = "points"')
DOCTOR = typer.Argument(metavar="DR_CODG", help=say("医师编码；不写则列出全部", "code of a doctor; all are listed without one"))  # fmt: skip
SCHEME = own_option(
    "--scheme",
    "方案：名称或 .toml 文件（默认 national2024）",
    "scheme: a name or a .toml file (national2024)",
    "NAME|FILE",
    autocompletion=_SCHEMES,
)
AS_OF = own_option(
    "--as-of",
    "看这一天结束时（默认今天）",
    "as things stood at the end of that day (today)",
    "DATE",
    parser=day,
)
WHAT_IF = own_option(
    "--what-if",
    "同样的记录按另一方案如何（可重复）",
    "the same events by another scheme (repeatable)",
    "NAME|FILE",
    autocompletion=_SCHEMES,
)
RUN = own_option(
    "--run",
    "扫描的结果文件夹：姓名、指标值",
    "run folder of a scan: names, values of indicators",
    "FOLDER",
    autocompletion=_complete.runs,
)
AWARD = _act("--award", "扣几分", "points to take", "N", parser=number)
RESTORE = _act("--restore", "恢复几分", "points regained", "N", parser=number)
APPEAL = _act("--appeal", "记下对这一条的申诉", "an appeal against that event", "NUMBER", min=1)
REJECT = _act("--reject", "驳回这一条申诉", "that appeal is rejected", "NUMBER", min=1)
CORRECT = _act(
    "--correct",
    "撤销这一条，或用 --to 改分",
    "take that event back, or change it with --to",
    "NUMBER",
    min=1,
)
CHOOSE = _act(
    "--choose",
    "为这一条引起的暂停定 --months",
    "choose --months for what that event brought",
    "NUMBER",
    min=1,
)
REINSTATE = _act("--reinstate", "终止后重新登记", "registered again after an ending")
TO = _act(
    "--to", "与 --correct 连用：改为几分", "with --correct: points instead", "N", parser=number
)
MONTHS = _act(
    "--months",
    "暂停几个月（方案给出范围时）",
    "months of suspension, where the scheme leaves a choice",
    "N",
    min=1,
)
WHY = _act("--why", "理由：依据的决定或事实", "why: the decision or facts it rests on", "TEXT")
DAY = _act("--day", "从哪天起（默认今天）", "from which day (today)", "DATE", parser=day)
FINDING = _act(
    "--finding", "依据的查实疑点（可重复）", "a confirmed finding it rests on (repeatable)", "ID"
)
AT = _act("--at", "在哪家机构", "at which institution", "CODE")
APPROVED = _act("--approved", "批准人（可重复）", "who approved (repeatable)", "NAME")

ACTS = {
    "award": "awarded", "restore": "restored", "appeal": "appealed", "reject": "rejected", "correct": "corrected", "choose": "chosen",
    "reinstate": "reinstated",
}  # fmt: skip
_GOES_WITH = {
    "to": ("correct",), "months": ("award", "choose"), "finding": ("award",), "at": ("award",), "approved": ("restore", "reinstate"),
    "why": tuple(ACTS), "day": tuple(ACTS),
}  # fmt: skip


def asked(given: Mapping[str, Any], who: str, today: dt.date) -> Act | None:
    """What the options ask to be recorded, None for nothing. Raises MedauditError for several things at once and for options that go
    with none of them."""
    from medaudit.ledger.points.act import Act

    chosen = [name for name in ACTS if given[name] not in (None, False)]
    problems = []
    if len(chosen) > 1:
        what = say("一次只记一笔", "one thing is recorded at a time")
        problems.append(Problem(what, " ".join(f"--{name}" for name in chosen)))
    for name, partners in _GOES_WITH.items():
        if (given[name] and chosen and chosen[0] not in partners) or (given[name] and not chosen):
            told = say("、", ", ").join(f"--{one}" for one in partners)
            problems.append(Problem(say(f"要与 {told} 连用", f"goes with {told}"), f"--{name}"))
    if chosen == ["choose"] and not given["months"]:
        problems.append(Problem(say("没有写 --months", "--months is missing"), "--choose"))
    if problems:
        raise MedauditError(problems)
    if not chosen:
        return None
    value = None if chosen == ["reinstate"] else given[chosen[0]]
    points = value if chosen[0] in ("award", "restore") else given["to"]
    return Act(
        ACTS[chosen[0]], who, given["why"] or "", given["day"] or today, points, value if points is not value and value is not None else None,
        given["months"], given["at"] or "", tuple(given["finding"] or ()), tuple(given["approved"] or ()),
    )  # fmt: skip


def measured(run: Path | None, schemes: list[Scheme]) -> dict[str, tuple[float, float]]:
    """Finding → an indicator's value in times of the peers', least and most: percents are rounded to one decimal."""
    rules = tuple(rule for scheme in schemes for item in scheme.items for rule in item.rules)
    if run is None or not rules:
        return {}
    import json

    from medaudit.runs.reading import frame

    found = {}
    findings = frame(run, "findings", ("finding_id", "rule", "evidence"))
    for one in findings.to_dict("records"):
        if one["rule"].startswith(rules):
            told = json.loads(one["evidence"] or "{}")
            mine, peers = told.get("percent"), told.get("peer_percent")
            if isinstance(mine, (int, float)) and isinstance(peers, (int, float)) and peers > 0.05:
                found[one["finding_id"]] = ((mine - 0.05) / (peers + 0.05), (mine + 0.05) / (peers - 0.05))  # fmt: skip
    return found


GIVEN = (*ACTS, *_GOES_WITH)


@dataclass(frozen=True)
class Asked:
    """What was typed. told: the options that record something, by name."""

    doctor: str | None
    scheme: str | None
    what_if: Sequence[str]
    as_of: dt.date | None
    run: Path | None
    who: str | None
    told: Mapping[str, Any]


def answer(typed: Asked, common: Common, today: dt.date) -> None:
    """Record what is to be recorded, and put the statement or the list before the user."""
    from medaudit import settings
    from medaudit.commands import _statement as shown
    from medaudit.ledger import opened, people, place
    from medaudit.ledger.points import acting, answer, reading
    from medaudit.output.show import format_of

    usual = settings.read(common.config)
    ledger = opened(place(common.ledger, usual.ledger))
    names = [typed.scheme or usual.points.get("scheme") or reading.USUAL, *typed.what_if]
    schemes = [reading.read(name) for name in names]
    act = asked(typed.told, people.person(typed.who, usual.ledger), today)
    run = shown.run_folder(typed.run)
    doctors = shown.names_in(run, ("doctor",))
    needed = people.confirmations(usual.ledger)
    if act and typed.doctor is None:
        raise MedauditError(Problem(say("没有写医师编码", "no doctor is named"), "DR_CODG"))
    if act and typed.run and typed.doctor not in shown.codes_in(run, ("doctor",)):
        what = say(f"这次运行没有医师 {typed.doctor}", f"this run has no doctor {typed.doctor}")
        raise MedauditError(Problem(what, "DR_CODG", say("核对编码", "check the code")))
    if act and typed.doctor is not None:
        added = acting.act(ledger, typed.doctor, act, schemes[0], today, needed)
        if not common.quiet:
            typer.echo(say(f"已记为 #{added.number}", f"recorded as #{added.number}"), err=True)
            if doctors and typed.doctor not in doctors:
                typer.echo(say("注意：扫描结果里没有这位医师，请核对编码", "note: no such doctor in the run; check the code"), err=True)  # fmt: skip
    question = answer.Question(schemes, typed.as_of or today, needed, doctors, measured(run, schemes))  # fmt: skip
    if typed.doctor is not None:
        known = {code: name for code, name in doctors.items() if code == typed.doctor}
        shown.show_page(answer.statement(ledger, typed.doctor, question), common, known)
    else:
        raw = format_of(common.format, common.output) in ("csv", "json")
        shown.show_listing(answer.everybody(ledger, question, raw), common)
