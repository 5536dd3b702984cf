"""The honest score: what a run found of the schemes planted in a synthetic county, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.progress import SILENT, Progress
from medaudit.synth.scoring import lists, orders, schemes, shares
from medaudit.synth.scoring.against import opened
from medaudit.synth.scoring.bootstrap import Share
from medaudit.synth.scoring.lists import Listed
from medaudit.synth.scoring.schemes import Alarms, Found, OfRule

KS = (20, 50, 100)


@dataclass(frozen=True)
class Score:
    """A run scored against the truth: by scheme ('' for all, first), by rule, on lookalikes ('' first,
    'ordinary' last), by list (kinds of which nobody is responsible are left out)."""

    told: dict[str, Any]
    notes: tuple[str, ...]
    found: tuple[Found, ...]
    kinds: dict[str, Share]
    rules: tuple[OfRule, ...]
    alarms: tuple[Alarms, ...]
    lists: tuple[Listed, ...]
    ks: tuple[int, ...]
    settlements: int


def evaluate(run: Path, truth: Path, ks: Sequence[int] = KS, progress: Progress = SILENT) -> Score:
    """Score a run folder against a truth file. `ks`: how many cases an office could open.

    Raises MedauditError when either is missing or wrong, or they are of two counties.
    """
    progress.stage("scoring", len(orders.KINDS))
    with opened(run, truth) as both:
        found = tuple(schemes.by_scheme(both))
        kinds = shares.recall_by_kind(both)
        rules, alarms = tuple(schemes.by_rule(both)), tuple(schemes.false_alarms(both))
        worth = []
        for kind in orders.KINDS:
            progress.step(label("subject_type", kind))
            worth.append(lists.listed(both, kind, ks))
        settlements = both.count("SELECT count(*) FROM subjects WHERE subject_type = 'settlement'")
        met = tuple(one for one in worth if one is not None)
        return Score(
            dict(both.told),
            tuple(both.notes),
            found,
            kinds,
            rules,
            alarms,
            met,
            tuple(ks),
            settlements,
        )


def read_ks(text: str) -> tuple[int, ...]:
    """The whole numbers of `20,50,100`, rising. Raises MedauditError for anything else."""
    try:
        ks = sorted({int(part) for part in text.replace("，", ",").split(",") if part.strip()})
    except ValueError:
        ks = []
    if not ks or ks[0] < 1:
        what = say(f"看不懂：{text}", f"not understood: {text}")
        do = say("写成 20,50,100", "write it as 20,50,100")
        raise MedauditError(Problem(what, "--k", do))
    return tuple(ks)
