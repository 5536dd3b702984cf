"""The subcommands of `medaudit review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medaudit.commands import _review_options as options
from medaudit.commands._options import Common, common
from medaudit.commands._shared import RUN, WHO, Subject
from medaudit.errors import FAILED

if TYPE_CHECKING:
    from medaudit.review.doing import Asked

Run = Annotated[Path, RUN]
Who = Annotated[str | None, WHO]
HERE = Path("medaudit-run")
SHARED = ("rules", "ledger", "config")


def asked(run: Path, common: Common, who: str | None) -> Asked:
    """Where the run and the ledger are, and who asks."""
    from medaudit import settings
    from medaudit.review.doing import Asked

    return Asked(run, settings.read(common.config), common.ledger, who, tuple(common.rules or ()))


def tell(text: str) -> None:
    typer.echo(text, err=True)


@common(*SHARED)
def bring(
    file: Annotated[Path, options.FILE],
    run: Run = HERE,
    again: Annotated[bool, options.AGAIN] = False,
    partly: Annotated[bool, options.PARTLY] = False,
    who: Who = None,
    *,
    common: Common,
) -> None:
    from medaudit.review import doing

    if not doing.bring(asked(run, common, who), file, again, partly, tell):
        raise typer.Exit(FAILED)


@common(*SHARED)
def decide(
    id: Annotated[str, options.ID],
    action: Annotated[str, options.AS],
    run: Run = HERE,
    amount: Annotated[Any, options.AMOUNT] = None,
    why: Annotated[str, options.WHY] = "",
    until: Annotated[Any, options.UNTIL] = None,
    again: Annotated[bool, options.AGAIN] = False,
    who: Who = None,
    *,
    common: Common,
) -> None:
    from medaudit.review import doing

    told = asked(run, common, who)
    doing.decide(told, id, action, amount, why, until, again, tell)


@common(*SHARED)
def recover(
    id: Annotated[str, options.ID],
    amount: Annotated[Any, options.AMOUNT],
    run: Run = HERE,
    day: Annotated[Any, options.DAY] = None,
    why: Annotated[str, options.WHY] = "",
    who: Who = None,
    *,
    common: Common,
) -> None:
    from medaudit.review import doing

    doing.recover(asked(run, common, who), id, amount, day, why, tell)


@common(*SHARED)
def tip(
    id: Annotated[str, options.ID],
    why: Annotated[str, options.WHY],
    weight: Annotated[str, options.WEIGHT] = "specific",
    by: Annotated[Subject | None, options.BY] = None,
    unseen: Annotated[bool, options.UNSEEN] = False,
    run: Run = HERE,
    who: Who = None,
    *,
    common: Common,
) -> None:
    from medaudit.review import doing

    kind = by.value if by else ""
    doing.report(asked(run, common, who), kind, id, weight, why, unseen, tell)


@common(*SHARED)
def assign(
    each: Annotated[int, options.EACH] = 1,
    subject: Annotated[Subject | None, options.SUBJECT] = None,
    budget: Annotated[int | None, options.BUDGET] = None,
    run: Run = HERE,
    who: Who = None,
    *,
    common: Common,
) -> None:
    from medaudit.review import doing
    from medaudit.review.worklist import Choice

    choice = Choice(subject.value if subject else "", budget)
    doing.assign(asked(run, common, who), choice, each, tell)


COMMANDS = {"import": bring, "decide": decide, "recover": recover, "tip": tip, "assign": assign}
