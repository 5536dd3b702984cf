"""What a reviewer has on the desk: a run, the ledger, the rules, and who sits there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.detectors import catalogue
from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened, opened
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.ledger import Ledger, place
from medaudit.ledger import opened as ledger_at
from medaudit.ledger.people import confirmations, person
from medaudit.library.shelf import hashed
from medaudit.review.worklist import Rules, worklist
from medaudit.runs.folder import MARK
from medaudit.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Desk:
    """known: the rules by code. name: the identity of the run, and when it was finished. confirmations: how many people must confirm. reviewers: name → their own
    institution ("" for none)."""

    run: Opened
    ledger: Ledger
    known: Mapping[str, Rule]
    who: str
    name: Mapping[str, str]
    confirmations: int = 1
    reviewers: Mapping[str, str] = ()  # type: ignore[assignment]
    today: dt.date = dt.date.min

    @property
    def rules(self) -> Rules:
        versions = {one["rule"]: one.get("version", "") for one in self.run.told["detectors"]}
        return Rules(versions, {code: rule.basis for code, rule in self.known.items()})

    def worklist(self, subject: str = "") -> pd.DataFrame:
        """See worklist.worklist."""
        return worklist(self.run, self.ledger, self.rules, self.confirmations, subject)


@contextmanager
def desk(
    folder: Path,
    settings: Settings,
    ledger: str | None,
    who: str | None,
    rules: Sequence[str | Path] = (),
) -> Iterator[Desk]:
    """Open the run in `folder` for review. who: else [ledger] who, else the login. Raises MedauditError without a run, for a setting
    that is wrong, or for a reviewer who is not among [reviewers] where there are such."""
    name = named(who, settings)
    folders = [Path(one) for one in (*rules, *settings.rules.get("folders", ()))]
    with opened(folder) as run:
        yield Desk(
            run, ledger_at(place(ledger, settings.ledger)), {rule.code: rule for rule in catalogue.known(folders)}, name,
            {"run": identity(folder), "run_finished": str(run.told["finished"])}, confirmations(settings.ledger), settings.reviewers, dt.date.today(),
        )  # fmt: skip


def named(who: str | None, settings: Settings) -> str:
    """Who decides: as told, else [ledger] who, else whoever is logged in."""
    name = person(who, settings.ledger)
    if settings.reviewers and name not in settings.reviewers:
        from medaudit.errors import did_you_mean

        what = say(f"复核人员名单里没有 {name}", f"{name} is not among the reviewers")
        raise MedauditError(
            Problem(what, "--who, [reviewers]", did_you_mean(name, settings.reviewers))
        )
    return name


def identity(folder: Path) -> str:
    """A run in twelve characters: of what run.json says of it."""
    return hashed(folder / MARK)[:12]


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts, for a list that a person goes through."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
