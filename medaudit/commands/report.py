"""`medaudit report`: a run as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import RUN, WHO, option
from medaudit.report import OUTPUT, TOP, words

ARGUMENT = typer.Argument(
    metavar="RUN", help=words.RUN, show_default=False, autocompletion=_complete.runs
)


@common("rules", "ledger", "quiet", "log_format", "config")
def report(
    folder: Annotated[Path | None, ARGUMENT] = None,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    output: Annotated[Path, option("--output", words.OUTPUT, "FILE")] = OUTPUT,
    top: Annotated[int, option("--top", words.TOP, "N", min=1)] = TOP,
    compare: Annotated[
        list[Path] | None,
        option("--compare", words.COMPARE, "FOLDER", autocompletion=_complete.runs),
    ] = None,
    reveal: Annotated[bool, option("--reveal", words.REVEAL, None)] = False,
    why: Annotated[str, option("--why", words.WHY, "TEXT")] = "",
    who: Annotated[str | None, WHO] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit import ledger as book
        from medaudit import settings
        from medaudit.report import Order
        from medaudit.report import report as make

        told = settings.read(common.config)
        opened = book.opened(book.place(common.ledger, told.ledger))
        folders = [*(common.rules or ()), *map(Path, told.rules.get("folders", ()))]
        order = Order(folder or run, output, top, reveal, who or "", why, compare or (), folders, told.ledger)  # fmt: skip
        text = make(order, opened, step)
    typer.echo(text, nl=False)


def add_to(app: typer.Typer) -> None:
    add(app, report, words.SHORT, words.LONG, words.EXAMPLE)
