"""`medaudit export`: case lists for inspectors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import RUN, WHO, option
from medaudit.export import words

OUT = typer.Argument(metavar="FOLDER", help=words.OUT, show_default=False)
PROFILE = option(
    "--profile", words.PROFILE, "NAME", autocompletion=_complete.files("export/profiles")
)
BUDGET = option("--budget", words.BUDGET, "N", min=1)
FORMS = option("--format", words.FORMS, "FORMS")
NOTICE = option("--notice", words.NOTICE, None)


@common("by", "since", "until", "institution", "area", "person", "min_amount", "rules", "ledger", "quiet", "config")  # fmt: skip
def export(
    out: Annotated[Path | None, OUT] = None,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    profile: Annotated[str | None, PROFILE] = None,
    budget: Annotated[int | None, BUDGET] = None,
    forms: Annotated[str | None, FORMS] = None,
    notice: Annotated[bool, NOTICE] = False,
    reveal: Annotated[bool, option("--reveal", words.REVEAL, None)] = False,
    why: Annotated[str, option("--why", words.WHY, "TEXT")] = "",
    who: Annotated[str | None, WHO] = None,
    earlier: Annotated[bool, option("--list", words.LIST, None)] = False,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit import ledger as book
        from medaudit import settings
        from medaudit.export import Order, telling
        from medaudit.export import export as make

        told = settings.read(common.config)
        opened = book.opened(book.place(common.ledger, told.ledger))
        if earlier:
            step.done()
            return telling.show_earlier(opened, forms or "table")
        folders = [*(common.rules or ()), *map(Path, told.rules.get("folders", ()))]
        own = told.ledger, told.profile, str(told.path or settings.FILE)
        order = Order(run, common, out, profile, budget, forms, notice, reveal, who or "", why, folders, *own)  # fmt: skip
        text, went_out = make(order, opened, step)
    typer.echo(text, nl=False, err=not went_out)


def add_to(app: typer.Typer) -> None:
    add(app, export, words.SHORT, words.LONG, words.EXAMPLE)
