"""The options of `medaudit credit`, what a run knows of institutions, and the answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common
from medaudit.commands._shared import day, own_option
from medaudit.errors import MedauditError, Problem, likely
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.ledger.credit.book import Act, Book
    from medaudit.ledger.credit.scoring import Known


INSTITUTION = typer.Argument(metavar="INSTITUTION", help=say("机构编码；不写则列出全部", "code of an institution; all are listed without one"))  # fmt: skip
SCHEME = own_option(
    "--scheme",
    "方案：名称或 .toml 文件（默认 aaa）",
    "scheme: a name or a .toml file (aaa)",
    "NAME|FILE",
    autocompletion=_complete.files("ledger/schemes", 'for = "credit"'),
)
AS_OF = own_option(
    "--as-of",
    "看这一天结束时（默认今天）",
    "as things stood at the end of that day (today)",
    "DATE",
    parser=day,
)
RUN = own_option(
    "--run",
    "扫描的结果文件夹：基金支付、医师名册",
    "run folder of a scan: fund payments, doctors",
    "FOLDER",
    autocompletion=_complete.runs,
)
_LISTS = _complete.one_of("red", "black")
LIST = own_option("--list", "列入名单：red 红名单，black 黑名单", "put on a list: red or black", "LIST", autocompletion=_LISTS)  # fmt: skip
UNLIST = own_option("--unlist", "移出名单", "take off a list", "LIST", autocompletion=_LISTS)
GRADE = own_option(
    "--grade",
    "人工定级（computed 恢复按分数）",
    "the grade a person decides (computed: by the score again)",
    "GRADE",
)
WHY = own_option(
    "--why", "理由：依据的决定或事实", "why: the decision or facts it rests on", "TEXT"
)
DAY = own_option("--day", "从哪天起（默认今天）", "from which day (today)", "DATE", parser=day)
UNTIL = own_option("--until", "到哪天为止", "the last day it holds", "DATE", parser=day)


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    institution: str | None
    scheme: str | None
    as_of: dt.date | None
    run: Path | None
    list: str | None
    unlist: str | None
    grade: str | None
    why: str | None
    day: dt.date | None
    until: dt.date | None
    who: str | None

    def act(self, who: str, today: dt.date) -> Act | None:
        """What is to be recorded, None for nothing. Raises MedauditError for several things at once and for options that go with none."""
        from medaudit.ledger.credit.book import Act

        given = [("listed", self.list), ("unlisted", self.unlist), ("graded", self.grade)]
        chosen = [(action, about) for action, about in given if about is not None]
        where = "--list, --unlist, --grade"
        problems = []
        if len(chosen) > 1:
            problems.append(Problem(say("一次只记一笔", "one thing is recorded at a time"), where))
        if not chosen and (self.why or self.day or self.until):
            what = say(
                "要与 --list、--unlist 或 --grade 连用", "goes with --list, --unlist or --grade"
            )
            problems.append(Problem(what, "--why, --day, --until"))
        if chosen and self.institution is None:
            problems.append(
                Problem(say("没有写机构编码", "no institution is named"), "INSTITUTION")
            )
        if problems:
            raise MedauditError(problems)
        if not chosen:
            return None
        action, about = chosen[0]
        return Act(action, about, who, self.why or "", self.day or today, self.until)


def known_in(run: Path | None) -> dict[str, Known]:
    """What a run knows of institutions and pharmacies: names, fund payments in yuan and their days, and all doctors of each."""
    from medaudit.ledger.credit.scoring import Known
    from medaudit.runs.reading import frame

    if run is None:
        return {}
    doctors: dict[str, set[str]] = defaultdict(set)
    if (run / "records" / "doctor.parquet").is_file():
        for one in frame(run / "records", "doctor").to_dict("records"):
            if isinstance(one.get("fixmedins_code"), str):
                doctors[one["fixmedins_code"]].add(str(one["dr_codg"]))
    subjects = frame(run, "subjects")
    chosen = subjects[subjects["subject_type"].isin(("institution", "pharmacy"))]
    known = {}
    for one in chosen.to_dict("records"):
        code, name = str(one["subject_id"]), one["subject_name"]
        fund = None if one["fund_money"] is None else Decimal(str(one["fund_money"]))
        staff = frozenset(doctors[code]) if code in doctors else None
        known[code] = Known(name if isinstance(name, str) else "", fund, _day(one["first_day"]), _day(one["last_day"]), staff)  # fmt: skip
    return known


def _day(told: Any) -> dt.date | None:
    return told if isinstance(told, dt.date) else None


def answer(asked: Asked, common: Common, today: dt.date) -> None:
    """Record what is to be recorded, and put the scorecard or the list before the user."""
    from medaudit import settings
    from medaudit.commands import _statement as shown
    from medaudit.ledger import opened, people, place
    from medaudit.ledger.credit import book, page, scheme
    from medaudit.output.show import format_of

    usual = settings.read(common.config)
    ledger = opened(place(common.ledger, usual.ledger))
    by = scheme.read(asked.scheme or usual.credit.get("scheme") or scheme.USUAL)
    act = asked.act(people.person(asked.who, usual.ledger), today)
    needed = people.confirmations(usual.ledger)
    known = known_in(shown.run_folder(asked.run))
    code = asked.institution
    if act and code is not None:
        if asked.run:
            _demand_known(code, None, known)
        added = book.act(ledger, code, act, by, today)
        if not common.quiet:
            typer.echo(say(f"已记为 #{added.number}", f"recorded as #{added.number}"), err=True)
    read = book.opened(ledger, by, asked.as_of or today, needed, code or "")
    if code is None:
        form = format_of(common.format, common.output)
        listing = page.listing(book.scored(read, by, known), by, known, form)
        shown.show_listing(listing, common)
        return
    _demand_known(code, read, known)
    [one] = book.scored(read, by, known, code)
    past = book.history(ledger, read, by, known, code, needed)
    name = known[code].name if code in known else ""
    shown.show_page(page.scorecard(one, by, name, read.decisions.get(code, ()), past), common, {})


def _demand_known(code: str, read: Book | None, known: dict[str, Known]) -> None:
    everybody = {*(read.seen if read else ()), *known}
    if code not in everybody:
        what = say(f"台账和扫描结果里没有机构 {code}", f"no institution {code} in the ledger or the run")  # fmt: skip
        close = likely(code, everybody)
        do = say(f"是不是 {close}？", f"did you mean {close}?") if close else say("medaudit credit 列出全部", "medaudit credit lists all")  # fmt: skip
        raise MedauditError(Problem(what, "INSTITUTION", do))
