"""Where the answers to `medaudit links` come from: files looked at anew, or a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.audit import links_of
from medaudit.detectors.links import spread
from medaudit.dossier.opened import opened
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import opened as opened_ledger
from medaudit.ledger import place
from medaudit.ledger.people import confirmations
from medaudit.progress import Progress
from medaudit.ranking.reviews import read_reviews
from medaudit.ranking.said import said

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.engine.duckdb import DuckEngine
    from medaudit.runs.plan import Plan

_CONFIRMED = "finding_id IN (SELECT unnest(CAST($ids AS VARCHAR[])))"
_OF_FINDINGS = (
    f"SELECT psn_no FROM findings WHERE psn_no IS NOT NULL AND {_CONFIRMED} AND $rings IS NOT NULL"
)
_OF_RINGS = f"""
SELECT person_id FROM ring_member WHERE ring_id IN (
  SELECT unnest(CAST($rings AS VARCHAR[])) UNION SELECT subject_id FROM findings WHERE subject_type = 'ring' AND {_CONFIRMED})
"""


@contextmanager
def linked(
    paths: Sequence[str], plan: Plan, run: Path, dense: bool, progress: Progress
) -> Iterator[tuple[DuckEngine, list[dict[str, Any]]]]:
    """An engine with the links of the files, or of a run where no files (or tables) are named; and what became of each kind (see Linked.as_run).

    Raises MedauditError for files that cannot be audited, and a run that looked for no links.
    """
    if paths or plan.tables:
        with links_of(paths, plan, dense=dense, before=run, progress=progress) as (engine, outcome):
            yield engine.local, [one.as_run() for one in outcome]
        return
    with opened(run) as one:
        if "ring" not in one.links:
            what = say("这次运行没有找过关联", "this run looked for no links")
            do = say("给出数据：medaudit links 数据文件夹", "name the data: medaudit links FOLDER")
            raise MedauditError(Problem(what, str(run), do))
        yield one.engine, list(one.told.get("links", ()))


@dataclass(frozen=True)
class Start:
    """Where to look outwards from: numbers of people, files of reviews, and whether the people that the ledger has confirmed or has
    reports on are known too. run: the run that the ids of findings and rings in them are of."""

    numbers: Sequence[str] = ()
    reviews: Sequence[Path] = ()
    ledger: bool = False
    run: Path = Path("medaudit-run")

    @property
    def is_asked(self) -> bool:
        return bool(self.numbers or self.reviews or self.ledger)


def outwards(
    paths: Sequence[str], plan: Plan, start: Start, progress: Progress
) -> tuple[list[str], pd.DataFrame]:
    """The known people, and whom they lead to (see spread.near). Raises MedauditError for a number that nobody has, and where reviews
    and the ledger know nobody."""
    known = [*start.numbers, *_confirmed(start, plan)]
    if not known:
        what = say("复核和台账里没有查实或被举报的人", "no person is confirmed or reported there")
        raise MedauditError(Problem(what, " ".join(map(str, start.reviews)) or "--confirmed"))
    with links_of(paths, plan, ("card_use", "people"), progress=progress) as (engine, _):
        strange = [one for one in start.numbers if not spread.people(engine, [one])]
        if strange:
            what = say(
                f"数据里没有这些人：{'、'.join(strange)}",
                f"nobody has these numbers: {', '.join(strange)}",
            )
            raise MedauditError(
                Problem(what, "--from", say("检查人员编号", "check the numbers (psn_no)"))
            )
        return known, spread.near(engine, spread.people(engine, known))


def _confirmed(start: Start, plan: Plan) -> list[str]:
    """The people whom reviews confirm, or a finding or ring of theirs, and those who were reported."""
    reviews = list(read_reviews(start.reviews))
    people = []
    if start.ledger:
        told = said(opened_ledger(plan.ledger or place(None)), confirmations(plan.settings.ledger))
        reviews += told.reviews
        people += [code for kind, code in told.tips if kind == "patient"]
    confirmed = [one for one in reviews if one.confirmed]
    people += [one.subject_id for one in confirmed if one.subject_type == "patient"]
    findings = [one.finding_id for one in confirmed if one.finding_id]
    rings = [one.subject_id for one in confirmed if one.subject_type == "ring"]
    if findings or rings:
        ids = {"ids": findings, "rings": rings}
        with opened(start.run) as run:
            people += [str(row["psn_no"]) for row in run.rows(_OF_FINDINGS, **ids)]
            if "ring_member" in run.links:
                people += [str(row["person_id"]) for row in run.rows(_OF_RINGS, **ids)]
    return list(dict.fromkeys(people))
