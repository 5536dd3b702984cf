"""`medaudit links`: rings of people who turn up together, and whom known cards lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _words
from medaudit.commands._options import Common, add, common, option

DATA = typer.Argument(metavar="[DATA|RING]", help=_words.LINKS_DATA)
RUN = option("--run", _words.RUN, "FOLDER")
KIND = option("--kind", _words.LINKS_KIND, "KIND")
FROM = option("--from", _words.LINKS_FROM, "NUMBER")
REVIEWS = option("--reviews", _words.LINKS_REVIEWS, "FILE.csv")
CONFIRMED = option("--confirmed", _words.LINKS_CONFIRMED, None)
DENSE = option("--dense", _words.LINKS_DENSE, None)
GRAPH = option("--graph", _words.LINKS_GRAPH, ".graphml|.gexf")
PICTURE = option("--picture", _words.LINKS_PICTURE, ".html|.svg")


@common("top", "ledger", "knowledge", "format", "output", "engine", "spark_master", "spark_conf", "table", "memory_limit", "threads",
        "quiet", "config")  # fmt: skip
def links(
    data: Annotated[list[str] | None, DATA] = None,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    kind: Annotated[str, KIND] = "",
    start: Annotated[list[str] | None, FROM] = None,
    reviews: Annotated[list[Path] | None, REVIEWS] = None,
    confirmed: Annotated[bool, CONFIRMED] = False,
    dense: Annotated[bool, DENSE] = False,
    graph: Annotated[Path | None, GRAPH] = None,
    picture: Annotated[Path | None, PICTURE] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import demand_data, plan, progress
    from medaudit.dossier.rings import asking, telling

    asked, paths = telling.asked(data or [], kind, common.top, graph, picture)
    known = asking.Start(start or (), reviews or (), confirmed, run)
    has_data = bool(paths or common.table)
    telling.demand_possible(asked, known.is_asked, dense, has_data, common.format, common.output)
    if has_data or known.is_asked:
        demand_data("links", paths, common)
    with progress(common.quiet) as told:
        if known.is_asked:
            found = asking.outwards(paths, plan(common), known, told)
            telling.tell_near(*found, asked.top, common.format, common.output)
            return
        with asking.linked(paths, plan(common), run, dense, told) as (engine, outcome):
            telling.tell(engine, asked, common.format, common.output)
    if not common.quiet and not asked.ring:
        typer.echo(telling.summary(outcome, kind), err=True)


def add_to(app: typer.Typer) -> None:
    add(app, links, *_words.LINKS)
