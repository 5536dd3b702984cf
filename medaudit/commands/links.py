"""`medaudit links`: rings of people who turn up together, and whom known cards lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _words
from medaudit.commands._options import Common, add, common, option
from medaudit.language import say

DATA = typer.Argument(metavar="[DATA|RING]", help=_words.LINKS_DATA)
RUN = option("--run", say("扫描的结果文件夹", "run folder of a scan"), "FOLDER")
KIND = option("--kind", _words.LINKS_KIND, "KIND")
FROM = option("--from", _words.LINKS_FROM, "NUMBER")
REVIEWS = option("--reviews", _words.LINKS_REVIEWS, "FILE.csv")
DENSE = option("--dense", say("tour 用稠密块而不用核", "tours as the densest block"), None)
GRAPH = option("--graph", say("另存群组的图文件", "write the ring as a graph"), ".graphml|.gexf")
PICTURE = option("--picture", say("另存群组的图页", "write the ring's pictures"), ".html|.svg")


@common("top", "knowledge", "format", "output", "engine", "spark_master", "spark_conf", "table", "memory_limit", "threads",
        "quiet", "config")  # fmt: skip
def links(
    data: Annotated[list[str] | None, DATA] = None,
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    kind: Annotated[str, KIND] = "",
    start: Annotated[list[str] | None, FROM] = None,
    reviews: Annotated[list[Path] | None, REVIEWS] = None,
    dense: Annotated[bool, DENSE] = False,
    graph: Annotated[Path | None, GRAPH] = None,
    picture: Annotated[Path | None, PICTURE] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import demand_data, plan, progress
    from medaudit.dossier.rings import asking, telling

    asked, paths = telling.asked(data or [], kind, common.top, graph, picture)
    telling.demand_possible(asked, common.format, common.output)
    if paths or start or reviews:
        demand_data(paths, common)
    with progress(common.quiet) as told:
        if start or reviews:
            found = asking.outwards(paths, plan(common), start or [], reviews or [], told)
            telling.tell_near(*found, asked.top, common.format, common.output)
            return
        with asking.linked(paths, plan(common), run, dense, told) as (engine, outcome):
            telling.tell(engine, asked, common.format, common.output)
    if not common.quiet and not asked.ring:
        typer.echo(telling.summary(outcome), err=True)


def add_to(app: typer.Typer) -> None:
    example = "medaudit links sample_data --kind cards"
    add(app, links, _words.LINKS_SHORT, _words.LINKS_LONG, example)
