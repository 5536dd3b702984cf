"""A group of people who collect dear drugs at many places for months and pass them on."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import fetch, packs, supplied, told_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="drug_resale",
    zh="倒卖药品：一伙人数月内在多家机构反复取胰岛素、氯吡格雷等贵药再转卖",
    en="Drug resale: a group that collects insulin, clopidogrel and other dear drugs at many places to sell them on",
    stage=LINES,
    threshold_zh="可用天数为日历天数的 1.25 倍",
    threshold_en="1.25 days of supply a day",
    rate=(0.08, 0.25),
    strength=(0.2, 0.9),
    least=2,
)
USUAL = 1.25
DEAR = [
    "insulin",
    "insasp",
    "clopi",
    "ticag",
    "rivaro",
    "sitag",
    "dapag",
    "tenof",
    "enteca",
    "symbic",
    "tiotr",
    "sacub",
]
KINDS = ("county", "tcm", "private", "township", "tertiary", "pharmacy")


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    able = (people["age"] >= 35) & (people["age"] < 85) & (people["died"] > 365)
    pool = np.setdiff1d(np.flatnonzero(able & (people["care_home"] == "")), told_of(town))
    groups = min(plan.number(max(2, len(people) // 1000)), len(pool) // 40)
    size = rng.integers(3, 11, groups)
    group = np.repeat(np.arange(groups), size)
    person = rng.permutation(np.array(pool))[: len(group)]
    group = group[: len(person)]
    # A group deals in one or two drugs, for some months, in places it knows.
    drugs = np.array([town.world.item[key] for key in DEAR if key in town.world.item])
    goods = drugs[rng.integers(0, len(drugs), (groups, 2))]
    item = goods[group, rng.integers(0, 2, len(person))]
    months = rng.integers(4, 11, groups)[group]
    first = rng.integers(0, 60, groups)[group]
    last = np.minimum(first + months * 30 - 1, 363)
    length = last - first + 1
    lacking = plan.intensity(len(person), low=0.7) * USUAL * length - supplied(
        town, person, item, first, last
    )
    pack = np.maximum(town.world.items["pack_days"].to_numpy()[item], 1)
    month = np.maximum(30 // pack, 1) * pack * 1.08
    number = np.maximum(np.ceil(lacking / month), 1).astype(np.int64)
    at = np.repeat(np.arange(len(person)), number)
    of = group[at]
    known = town.world.serving(town.number, *KINDS)
    known = known[rng.integers(0, len(known), (groups, 8))]
    # Now and then they go together: the same day, the same place.
    tours = rng.random((groups, 12))
    tour = rng.integers(0, 12, len(at))
    together = rng.random(len(at)) < 0.35
    when = np.where(together, tours[of, tour], rng.random(len(at)))
    day = first[at] + np.floor(when * length[at]).astype(np.int64)
    place = known[of, np.where(together, tour % 8, rng.integers(0, 8, len(at)))]
    lines, their = fetch(town, rng, person[at], day, place, item[at], packs(rng, pack[at]))
    real = _density(town, lines, their)
    town.tell(
        UNIT.name, lines, np.round(real, 2), lines=lines, institution=INVOLVED, patient=RESPONSIBLE
    )


def _density(town: Town, lines: Numbers, person: Numbers) -> Numbers:
    """Per line, how many times the usual days of supply a day its person had, from the first fetch till the last is used up."""
    rows = town.lines.loc[lines, ["item", "day", "supply"]].assign(person=person)
    rows = rows.sort_values(["person", "day"])
    them = rows.groupby("person").agg(
        item=("item", "first"),
        first=("day", "first"),
        last=("day", "last"),
        rest=("supply", "last"),
    )
    first, last = them["first"].to_numpy(), them["last"].to_numpy()
    had = supplied(town, them.index.to_numpy(), them["item"].to_numpy(), first, last)
    return np.asarray((had / (last - first + them["rest"]) / USUAL).loc[person])
