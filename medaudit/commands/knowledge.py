"""`medaudit knowledge`: official lists in, what is there, and tables to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands import _knowledge as options
from medaudit.commands._options import Common, common
from medaudit.errors import FOUND
from medaudit.library import PLACE


@common("format", "output", "quiet", "config")
def bring(
    files: Annotated[list[Path], options.FILES],
    to: Annotated[Path, options.TO] = PLACE,
    batch: Annotated[str | None, options.BATCH] = None,
    since: Annotated[Any, options.FROM] = None, until: Annotated[Any, options.UNTIL] = None,
    replaces: Annotated[list[str] | None, options.REPLACES] = None,
    catalogue: Annotated[list[Path] | None, options.CATALOGUE] = None,
    *,
    common: Common,
) -> None:  # fmt: skip
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit import settings
        from medaudit.library import bring, told

        order = bring.Order(files, to, batch, since, until, replaces or (), catalogue or ())
        brought = bring.bring(order, settings.read(common.config), step)
    told.tell(brought, order, common.format, common.output, common.quiet)
    if any(one.stops for one in brought.left):
        raise typer.Exit(FOUND)


@common("rules", "format", "output")
def show(
    folder: Annotated[Path | None, options.FOLDER] = None,
    changes: Annotated[tuple[str, str] | None, options.CHANGES] = None,
    *,
    common: Common,
) -> None:
    from medaudit.library.shown import show_shelf

    show_shelf(folder, changes, common.rules or (), common.format, common.output)


@common("lang")
def template(folder: Annotated[Path, options.EMPTY], *, common: Common) -> None:
    from medaudit.library.template import write

    write(folder)


def add_to(app: typer.Typer) -> None:
    options.add(app, {"import": bring, "show": show, "template": template})
