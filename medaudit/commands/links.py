"""`medaudit links`: rings of people who turn up together, and whom known cards lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medaudit.commands import _words
from medaudit.commands._options import Common, add, common, option
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.engine.duckdb import DuckEngine

DATA = typer.Argument(
    metavar="[DATA|RING]",
    help=say(
        "结算文件或文件夹；或群组编号（取自 --run）",
        "settlement files or folders; or the id of a ring (of --run)",
    ),
)
RUN = option("--run", say("扫描的结果文件夹", "run folder of a scan"), "FOLDER")
KIND = option("--kind", say("只看一种：cards、admissions、tour、steering", "one kind only: cards, admissions, tour or steering"), "KIND")  # fmt: skip
FROM = option("--from", say("从已知的卡向外查（人员编号，可重复；须给 DATA）", "from known cards outwards (psn_no, repeatable; needs DATA)"), "NUMBER")  # fmt: skip
REVIEWS = option("--reviews", say("从复核查实的人向外查（与 --from 相同）", "from the people that reviews confirmed (as --from)"), "FILE.csv")  # fmt: skip
DENSE = option("--dense", say("tour 用稠密块而不用核", "tours as the densest block, not the core"), None)  # fmt: skip
GRAPH = option(
    "--graph", say("另存群组的图文件", "write the ring as a graph"), "FILE.graphml|.gexf"
)
PICTURE = option("--picture", say("另存群组的图页", "write the ring as a page with pictures"), "FILE.html|.svg")  # fmt: skip
_DEFAULT = Path("medaudit-run")


@common("top", "knowledge", "format", "output", "engine", "spark_master", "spark_conf", "table", "memory_limit", "threads",
        "quiet", "config")  # fmt: skip
def links(
    data: Annotated[list[str] | None, DATA] = None,
    run: Annotated[Path, RUN] = _DEFAULT,
    kind: Annotated[str, KIND] = "",
    start: Annotated[list[str] | None, FROM] = None,
    reviews: Annotated[list[Path] | None, REVIEWS] = None,
    dense: Annotated[bool, DENSE] = False,
    graph: Annotated[Path | None, GRAPH] = None,
    picture: Annotated[Path | None, PICTURE] = None,
    *,
    common: Common,
) -> None:
    from medaudit.detectors.links import is_ring
    from medaudit.dossier.rings import listing, telling

    given = list(data or ())
    rings = [name for name in given if is_ring(name) and not Path(name).exists()]
    paths = [name for name in given if name not in rings]
    asked = telling.Asked(
        rings[0] if rings else "", kind, common.top or listing.TOP, graph, picture
    )
    telling.demand_possible(asked, common.format, common.output)
    _demand_one(rings)
    if start or reviews:
        _outwards(paths, start or [], reviews or [], asked, common)
        return
    with _linked(paths, run, dense, common) as engine:
        telling.tell(engine, asked, common.format, common.output)


def _demand_one(rings: Sequence[str]) -> None:
    from medaudit.errors import MedauditError, Problem

    if len(rings) > 1:
        what = say("一次只看一个群组", "one ring at a time")
        raise MedauditError(Problem(what, " ".join(rings)))


@contextmanager
def _linked(paths: Sequence[str], run: Path, dense: bool, common: Common) -> Iterator[DuckEngine]:
    """An engine with the links of the files, or of a run where none are named."""
    from medaudit.audit import links_of
    from medaudit.commands._running import demand_data, plan, progress
    from medaudit.dossier.opened import opened
    from medaudit.errors import MedauditError, Problem

    if paths or common.table:
        demand_data(paths, common)
        with progress(common.quiet) as told:
            holder = links_of(paths, plan(common), dense=dense, progress=told)
            engine, _ = holder.__enter__()
        try:
            yield engine.local
        finally:
            holder.__exit__(None, None, None)
    else:
        with opened(run) as one:
            if "ring" not in one.links:
                what = say("这次运行没有找过关联", "this run looked for no links")
                do = say(
                    "给出数据：medaudit links 数据文件夹", "name the data: medaudit links FOLDER"
                )
                raise MedauditError(Problem(what, str(run), do))
            yield one.engine


def _outwards(
    paths: Sequence[str], start: Sequence[str], reviews: Sequence[Path], asked: Any, common: Common
) -> None:
    """From known cards outwards, over the files."""
    from medaudit.audit import links_of
    from medaudit.commands._running import demand_data, plan, progress
    from medaudit.detectors.links import spread
    from medaudit.dossier.rings import telling
    from medaudit.ranking.reviews import read_reviews

    demand_data(paths, common)
    known = [*start, *(one.subject_id for one in read_reviews(reviews) if one.confirmed and one.subject_type == "patient")]  # fmt: skip
    with (
        progress(common.quiet) as told,
        links_of(paths, plan(common), ("card_use", "people"), progress=told) as (engine, _),
    ):
        near = spread.near(engine, spread.people(engine, known))
    telling.tell_near(near, known, asked.top, common.format, common.output)


def add_to(app: typer.Typer) -> None:
    example = "medaudit links sample_data --kind cards"
    add(app, links, _words.LINKS_SHORT, _words.LINKS_LONG, example)
