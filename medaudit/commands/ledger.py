"""`medaudit ledger`: whether it holds, what came of the work, a backup."""

from __future__ import annotations

from typing import Annotated

import typer

from medaudit.commands import _ledger as options
from medaudit.commands._options import Common, common
from medaudit.errors import FOUND


@common("ledger", "config")
def verify(expect: Annotated[str, options.EXPECT] = "", *, common: Common) -> None:
    from medaudit.ledger.telling import tell_verified

    if not tell_verified(options.opened(common), expect):
        raise typer.Exit(FOUND)


@common("ledger", "format", "output", "config")
def summary(by: Annotated[str, options.BY] = "month", *, common: Common) -> None:
    options.show_summary(common, by)


@common("top", "ledger", "format", "output", "config")
def log(*, common: Common) -> None:
    options.show_log(common)


@common("ledger", "config")
def backup(target: Annotated[str, options.TARGET], *, common: Common) -> None:
    from medaudit.ledger import opened
    from medaudit.ledger.copying import copy
    from medaudit.ledger.telling import told_copied

    ledger = options.opened(common)
    typer.echo(told_copied(copy(ledger, opened(target)), target), err=True)


@common("ledger", "config")
def upgrade(*, common: Common) -> None:
    from medaudit.ledger.telling import tell_upgraded

    typer.echo(tell_upgraded(options.opened(common)), err=True)


def add_to(app: typer.Typer) -> None:
    commands = {"verify": verify, "summary": summary, "log": log, "backup": backup, "upgrade": upgrade}  # fmt: skip
    options.add(app, commands)
