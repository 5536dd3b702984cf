"""Where the answers to `medaudit links` come from: files looked at anew, or a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.audit import links_of
from medaudit.detectors.links import spread
from medaudit.dossier.opened import opened
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ranking.reviews import read_reviews

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.engine.duckdb import DuckEngine
    from medaudit.runs.plan import Plan

Progress = Callable[[str], None]


@contextmanager
def linked(
    paths: Sequence[str], plan: Plan, run: Path, dense: bool, progress: Progress
) -> Iterator[tuple[DuckEngine, list[dict[str, Any]]]]:
    """An engine with the links of the files, or of a run where no files (or tables) are named; and what became of each kind (see Linked.as_run).

    Raises MedauditError for files that cannot be audited, and a run that looked for no links.
    """
    if paths or plan.tables:
        with links_of(paths, plan, dense=dense, progress=progress) as (engine, outcome):
            yield engine.local, [one.as_run() for one in outcome]
        return
    with opened(run) as one:
        if "ring" not in one.links:
            what = say("这次运行没有找过关联", "this run looked for no links")
            do = say("给出数据：medaudit links 数据文件夹", "name the data: medaudit links FOLDER")
            raise MedauditError(Problem(what, str(run), do))
        yield one.engine, list(one.told.get("links", ()))


def outwards(
    paths: Sequence[str],
    plan: Plan,
    numbers: Sequence[str],
    reviews: Sequence[Path],
    progress: Progress,
) -> tuple[list[str], pd.DataFrame]:
    """The known cards, and whom they lead to (see spread.near). reviews: files whose confirmed people are known cards too."""
    confirmed = [one.subject_id for one in read_reviews(reviews) if one.confirmed and one.subject_type == "patient"]  # fmt: skip
    known = [*numbers, *confirmed]
    with links_of(paths, plan, ("card_use", "people"), progress=progress) as (engine, _):
        return known, spread.near(engine, spread.people(engine, known))
