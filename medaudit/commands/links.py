"""`medaudit links`: rings of people who turn up together, and whom known cards lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _links as options
from medaudit.commands._options import AUDIT, SPARK, Common, add, common
from medaudit.commands._shared import RUN


@common("top", "ledger", "knowledge", "format", "output", *SPARK, *AUDIT)
def links(
    data: Annotated[list[str] | None, options.DATA] = None,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    kind: Annotated[str, options.KIND] = "",
    start: Annotated[list[str] | None, options.FROM] = None,
    reviews: Annotated[list[Path] | None, options.REVIEWS] = None,
    confirmed: Annotated[bool, options.CONFIRMED] = False,
    dense: Annotated[bool, options.DENSE] = False,
    graph: Annotated[Path | None, options.GRAPH] = None,
    picture: Annotated[Path | None, options.PICTURE] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import aside, demand_data, plan, progress

    with progress(common) as told:
        from medaudit.dossier.rings import asking, telling

        asked, paths = telling.asked(data or [], kind, common.top, graph, picture)
        known = asking.Start(start or (), reviews or (), confirmed, run)
        telling.demand_possible(asked, known.is_asked, dense, bool(paths or common.table), common.format, common.output)  # fmt: skip
        if known.is_asked or paths or common.table:
            demand_data("links", paths, common)
        if known.is_asked:
            near = asking.outwards(paths, plan(common), known, told)
            told.done()
            return telling.tell_near(*near, asked.top, common.format, common.output)
        with asking.linked(paths, plan(common), run, dense, told) as (engine, outcome):
            told.done()
            telling.tell(engine, asked, common.format, common.output)
    if not asked.ring:
        aside(telling.summary(outcome, kind), common.quiet)


def add_to(app: typer.Typer) -> None:
    add(app, links, options.SHORT, options.LONG, options.EXAMPLE)
