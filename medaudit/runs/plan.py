"""How an audit is to be run, and which rules that means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from medaudit.detectors import catalogue
from medaudit.detectors.anomalies.profiles import KINDS
from medaudit.detectors.rule import Rule
from medaudit.engine import Engine
from medaudit.engine.duckdb import DuckEngine
from medaudit.library.account import tables_of
from medaudit.ranking.reviews import read_reviews
from medaudit.ranking.said import Said
from medaudit.records.remote import demand_tables
from medaudit.settings import FILE, Settings


@dataclass(frozen=True)
class Plan:
    """How an audit is to be run; everything optional. memory_limit: bytes for the whole process.

    Of Spark: its master, its settings, a session to use instead of starting one, and the tables
    (ours → theirs) of its catalogue that are read beside what the paths hold.
    """

    settings: Settings = field(default_factory=Settings)
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    rules: Sequence[Path] = ()
    knowledge: Sequence[Path] = ()  # folders of knowledge tables over those shipped
    memory_limit: int | None = None
    threads: int | None = None
    engine: str = "duckdb"  # or spark
    spark_master: str | None = None
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    spark_session: Any = None
    tables: Mapping[str, str] = field(default_factory=dict)
    reviews: Sequence[Path] = ()  # files of decisions that re-weight the ranking
    ledger: str | None = None  # file or URL of what people decided; None: none is asked
    as_of: dt.date | None = None  # of a workspace: only what was settled by then
    full: bool = False  # of a workspace: compute everything, whatever an earlier scan has left
    wait: float = 0  # of a workspace: seconds to wait for another to end

    @property
    def is_narrowed(self) -> bool:
        """Whether only some rules are to run."""
        _, select, ignore = _told(self)
        return bool(select or ignore)

    @property
    def own_rules(self) -> list[Path]:
        """Folders of the user's own rules: the command line's and the settings', each once."""
        named = [*self.rules, *map(Path, self.settings.rules.get("folders", ()))]
        return [*{folder.resolve(): folder for folder in named}.values()]


def engine_of(plan: Plan, folder: Path) -> Engine:
    """The engine of a plan over a private `folder`.

    Raises MedauditError when Spark is not to be had, and before it starts for tables that are none of ours.
    """
    demand_tables(plan.tables)
    if plan.engine == "duckdb":
        return DuckEngine(folder, plan.memory_limit, plan.threads)
    from medaudit.engine.spark import SparkEngine

    return SparkEngine(
        folder,
        plan.spark_session,
        plan.spark_master,
        plan.spark_conf,
        plan.memory_limit,
        plan.threads,
    )


def chosen(plan: Plan) -> list[Rule]:
    """The rules of a plan. Raises MedauditError for settings of rules or parameters that do not exist."""
    folders, select, ignore = _told(plan)
    catalogue.check_params(
        catalogue.known(folders), plan.settings.params, str(plan.settings.path or FILE)
    )
    return catalogue.rules(folders, select, ignore)


def compared(plan: Plan) -> Sequence[str]:
    """The kinds of subject that are held against their peers: all, unless rules are selected or ANO is ignored."""
    _, select, ignore = _told(plan)
    if any("ANO".startswith(prefix.upper()) for prefix in ignore):
        return ()
    asked = not select or any(prefix.upper() == "ANO" for prefix in select)
    return tuple(KINDS) if asked else ()


def said_of(plan: Plan) -> Said:
    """What people said: the ledger, and the decisions in files of the command line and the settings, which come after it. Raises
    MedauditError with every fault of every file."""
    reviews = read_reviews([*plan.reviews, *map(Path, plan.settings.ranking.get("reviews", ()))])
    if plan.ledger is None:
        return Said(reviews)
    from medaudit.ledger import opened
    from medaudit.ledger.people import confirmations
    from medaudit.ranking.said import said

    told = said(opened(plan.ledger), confirmations(plan.settings.ledger))
    return replace(told, reviews=[*told.reviews, *reviews])


def suspended_of(plan: Plan) -> list[tuple[str, dt.date, dt.date | None]]:
    """The doctors whom points by the settings' scheme suspended: code, first day, last day (None until lifted). Of months that somebody
    has still to choose the fewest count."""
    if plan.ledger is None:
        return []
    from medaudit.ledger import opened, points
    from medaudit.ledger.people import confirmations

    named = plan.settings.points.get("scheme")
    scheme = points.read(named) if named else points.read()
    needed = confirmations(plan.settings.ledger)
    told = points.suspended(opened(plan.ledger), scheme, confirmations=needed)
    return [(one.dr_codg, one.from_day, one.until_day) for one in told]


def knowledge_of(plan: Plan) -> list[Path]:
    """The folders of knowledge tables: the command line's and the settings'; of what was imported, its tables."""
    return [tables_of(folder) for folder in shelves(plan)]


def shelves(plan: Plan) -> list[Path]:
    """The folders of knowledge, as they were named."""
    return [*plan.knowledge, *map(Path, plan.settings.knowledge.get("folders", ()))]


def waiting(plan: Plan) -> list[Rule]:
    """The user's own drafts, which run only when selected: told, so that nobody believes they ran."""
    folders, select, ignore = _told(plan)
    drafts = [rule for rule in catalogue.known(folders) if not rule.own and rule.status == "draft"]
    return [rule for rule in drafts if not select and not rule.code.startswith(tuple(ignore))]


def _told(plan: Plan) -> tuple[list[Path], Sequence[str], Sequence[str]]:
    """Folders of own rules, select and ignore: the command line's, else the settings'."""
    told = plan.settings.rules
    return (
        plan.own_rules,
        plan.select or told.get("select", ()),
        plan.ignore or told.get("ignore", ()),
    )
