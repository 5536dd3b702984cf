"""How an audit is to be run, and which rules that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medaudit.detectors import catalogue
from medaudit.detectors.rule import Rule
from medaudit.settings import FILE, Settings


@dataclass(frozen=True)
class Plan:
    """How an audit is to be run; everything optional. memory_limit: bytes for the whole process."""

    settings: Settings = field(default_factory=Settings)
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    rules: Sequence[Path] = ()
    memory_limit: int | None = None
    threads: int | None = None


def chosen(plan: Plan) -> list[Rule]:
    """The rules of a plan. Raises MedauditError for settings of rules or parameters that do not exist."""
    told = plan.settings.rules
    folders = [*plan.rules, *(Path(folder) for folder in told.get("folders", ()))]
    select = plan.select or told.get("select", ())
    ignore = plan.ignore or told.get("ignore", ())
    catalogue.check_params(
        catalogue.known(folders), plan.settings.params, str(plan.settings.path or FILE)
    )
    return catalogue.rules(folders, select, ignore)
