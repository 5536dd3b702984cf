"""`medaudit review`: what is open, one by one, and the decisions that are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _review as subcommands
from medaudit.commands import _review_options as options
from medaudit.commands._options import Common, common
from medaudit.commands._shared import RUN, WHO, Subject


@common("select", "institution", "format", "output", "rules", "ledger", "config")
def work(
    context: typer.Context,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    subject: Annotated[Subject | None, options.SUBJECT] = None,
    budget: Annotated[int | None, options.BUDGET] = None,
    explore: Annotated[float, options.EXPLORE] = 0.0,
    mine: Annotated[bool, options.MINE] = False,
    only_list: Annotated[bool, options.LIST] = False,
    who: Annotated[str | None, WHO] = None,
    *,
    common: Common,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from medaudit.review import doing, sitting
    from medaudit.review.worklist import Choice

    asked = subcommands.asked(run, common, who)
    choice = Choice(
        subject.value if subject else "", budget, explore, tuple(common.select or ()), tuple(common.institution or ()), asked.name if mine else "",
    )  # fmt: skip
    if only_list:
        doing.listed(asked, choice, common.format, common.output, subcommands.tell)
    else:
        doing.work(asked, choice, sitting.ask_terminal, subcommands.tell)


def add_to(app: typer.Typer) -> None:
    options.add(app, work, subcommands.COMMANDS)
