"""A patient has two doctors, each gives another form of one drug, and both lots are fetched month after month."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers, repeated
from medaudit.synth.picking import fetch, told_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="duplicate_therapy",
    zh="重复开药：同一种药换个规格或剂型，在两处轮流开，用药时间月月重叠",
    en="Duplicate therapy: one drug in two strengths or forms from two places by turns, each lot begun long before the other is used up",
    stage=LINES,
    threshold_zh="一年里 3 次重叠一周以上",
    threshold_en="three overlaps of a week or more in the year",
    rate=(0.2, 0.6),
    least=6,
)
FORMS = (("amlo5", "amlo10"), ("metop", "metoptar"))
OVERLAPS, WEEK, MONTH = 3, 7, 30
FIRST, SECOND = ("clinic", "township"), ("county", "tcm", "private", "tertiary")


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    able = (people["age"] >= 45) & (people["age"] < 88) & (people["died"] > 365)
    pool = np.setdiff1d(np.flatnonzero(able), told_of(town))
    number = min(plan.number(len(people) // 1000 + 3), len(pool) // 3)
    # For each who takes both somebody whose drug was changed once, before the old one was used up.
    them = rng.permutation(pool)[: 2 * number]
    both = np.arange(len(them)) < number
    wanted = np.round(OVERLAPS * plan.intensity(len(them), high=4.0))
    fetches = np.where(both, np.maximum(wanted, 1) + 1, rng.integers(4, 9, len(them)))
    fetches = fetches.astype(np.int64)
    at, turn = repeated(fetches)
    # Who takes both fetches every two or three weeks, now here, now there; a few hardly overlap.
    usual = np.where(both, rng.choice([11, 15, 18, 26], len(them), p=[0.2, 0.4, 0.3, 0.1]), MONTH)
    gap = np.maximum(usual[at] + rng.integers(-3, 4, len(at)), 5) * (turn > 0)
    changed = rng.integers(1, fetches)
    gap = np.where(~both[at] & (turn == changed[at]), rng.integers(8, 24, len(at)), gap)
    since = np.cumsum(gap) - np.repeat(np.cumsum(gap)[turn == 0], fetches)
    length = np.maximum.reduceat(since, np.flatnonzero(turn == 0)) if len(at) else since
    day = np.floor(rng.random(len(them)) * np.maximum(355 - length, 1))[at].astype(int) + since
    second = np.where(both[at], (turn + (at % 2)) % 2 == 1, turn >= changed[at]).astype(np.int64)
    forms = np.array([[world.item[key] for key in pair] for pair in FORMS])
    item = forms[rng.integers(0, len(forms), len(them))[at], second]
    tour = np.stack([here[rng.integers(0, len(here), len(them))] for here in _places(town)], axis=1)
    place = tour[at, second]
    pack = world.pack_days[item]
    lines, person = fetch(town, rng, them[at], day, place, item, np.maximum(MONTH // pack, 1))
    overlap = _overlaps(town, lines, person)
    often = np.bincount(person, weights=overlap >= WEEK, minlength=len(people))[person]
    part = overlap / np.maximum(town.lines.loc[lines, "supply"].to_numpy(), 1)
    for these, name, role in (
        (np.isin(person, them[both]), UNIT.name, RESPONSIBLE),
        (np.isin(person, them[~both]), UNIT.name + "_at_limit", LOOKALIKE),
    ):
        told = these & (overlap > 0) & (often > 0)
        town.tell(
            name, lines[told], np.round(often[told] / OVERLAPS, 2), lines=lines[told], role=role,
            part=np.round(part[told], 2), institution=INVOLVED, doctor=INVOLVED, patient=RESPONSIBLE,
        )  # fmt: skip


def _places(town: Town) -> tuple[Numbers, Numbers]:
    """Where the first form is had, and where the second."""
    return town.world.serving(town.number, *FIRST), town.world.serving(town.number, *SECOND)


def _overlaps(town: Town, lines: Numbers, person: Numbers) -> Numbers:
    """Per line: the days for which its person still had the other form when it was fetched."""
    rows = town.lines.loc[lines, ["day", "item", "supply"]].assign(person=person, line=lines)
    met = rows.merge(rows, on="person", suffixes=("", "_had"))
    met = met[(met["item_had"] != met["item"]) & (met["day_had"] < met["day"])]
    left = (met["supply_had"] - (met["day"] - met["day_had"])).clip(0, met["supply"])
    return np.asarray(left.groupby(met["line"]).max().reindex(lines).fillna(0), dtype=np.int64)
