"""`medaudit credit`: institutions' grades and cards with the arithmetic, and recording what a person decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands import _credit as options
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import WHO
from medaudit.language import say

Text = str | None


@common("top", "format", "output", "ledger", "quiet", "config")
def credit(
    institution: Annotated[Text, options.INSTITUTION] = None, scheme: Annotated[Text, options.SCHEME] = None,
    as_of: Annotated[Any, options.AS_OF] = None, run: Annotated[Path | None, options.RUN] = None,
    to_list: Annotated[Text, options.LIST] = None, unlist: Annotated[Text, options.UNLIST] = None,
    grade: Annotated[Text, options.GRADE] = None, why: Annotated[Text, options.WHY] = None,
    day: Annotated[Any, options.DAY] = None, until: Annotated[Any, options.UNTIL] = None, who: Annotated[Text, WHO] = None,
    *, common: Common,
) -> None:  # fmt: skip
    asked = options.Asked(
        institution, scheme, as_of, run, to_list, unlist, grade, why, day, until, who
    )
    options.answer(asked, common, dt.date.today())


def add_to(app: typer.Typer) -> None:
    short = say("机构信用：等级、三色牌与名单", "institutions' credit: grades, cards, lists")
    long = say(
        "机构信用：不写编码则列出全部，最差的在前；写编码则逐行给出计分、定级和历年等级。按已查实的疑点算出，由人决定采用。",
        "Institutions' credit: all of them, the worst first, or with a code the scorecard line by line, the grade and those of "
        "earlier years. Computed from confirmed findings; a person decides what is made of it.",
    )
    add(app, credit, short, long, "medaudit credit H34160000012")
