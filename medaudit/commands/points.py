"""`medaudit points`: doctors' points, what would be proposed, and recording what a person decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands import _points as options
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import WHO
from medaudit.language import say

Text = str | None


@common("top", "format", "output", "ledger", "quiet", "config")
def points(
    doctor: Annotated[Text, options.DOCTOR] = None, scheme: Annotated[Text, options.SCHEME] = None,
    as_of: Annotated[Any, options.AS_OF] = None, what_if: Annotated[list[str] | None, options.WHAT_IF] = None,
    run: Annotated[Path | None, options.RUN] = None, award: Annotated[Any, options.AWARD] = None,
    restore: Annotated[Any, options.RESTORE] = None, appeal: Annotated[int | None, options.APPEAL] = None,
    reject: Annotated[int | None, options.REJECT] = None, correct: Annotated[int | None, options.CORRECT] = None,
    choose: Annotated[int | None, options.CHOOSE] = None, reinstate: Annotated[bool, options.REINSTATE] = False,
    to: Annotated[Any, options.TO] = None, months: Annotated[int | None, options.MONTHS] = None,
    why: Annotated[Text, options.WHY] = None, day: Annotated[Any, options.DAY] = None,
    finding: Annotated[list[str] | None, options.FINDING] = None, at: Annotated[Text, options.AT] = None,
    approved: Annotated[list[str] | None, options.APPROVED] = None, who: Annotated[Text, WHO] = None,
    *, common: Common,
) -> None:  # fmt: skip
    told = {name: value for name, value in locals().items() if name in options.GIVEN}
    asked = options.Asked(doctor, scheme, tuple(what_if or ()), as_of, run, who, told)
    options.answer(asked, common, dt.date.today())


def add_to(app: typer.Typer) -> None:
    short = say("医师积分：账目、建议与记分", "doctors' points: accounts, proposals, recording")
    long = say(
        "医师的医保积分：不写编码则列出全部，写编码则给出逐笔账目、暂停期间和建议。查实的疑点只产生建议，记分由人决定并写明理由。",
        "Doctors' points: all of them, or with a code the account event by event, suspensions and proposals. Confirmed findings "
        "only propose; a person decides, and says why.",
    )
    example = say("medaudit points D340001 --award 4 --why 行政处罚决定书文号", 'medaudit points D340001 --award 4 --why "decision no. …"')  # fmt: skip
    add(app, points, short, long, example)
