"""Somebody goes round clinics and pharmacies several times a week for the same few drugs, saying nothing of the others."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import repeated
from medaudit.synth.picking import fetch, told_of, unlimited_drugs
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="doctor_shopping",
    zh="多处频繁开药：一人每周几次轮流到各诊所、药店开同几种药，各处互不知情",
    en="Doctor shopping: one person goes round clinics and pharmacies several times a week for the same few drugs, none knowing of the others",
    stage=LINES,
    threshold_zh="一个月里 9 天取药",
    threshold_en="drugs fetched on 9 days of a month",
    rate=(0.2, 0.7),
    least=3,
)
DAYS = 9
KINDS = ("clinic", "township", "pharmacy", "private")


def plant(town: Town, plan: Plan) -> None:
    rng, people, items = plan.rng, town.people, town.world.items
    able = (people["age"] >= 25) & (people["age"] < 85) & (people["died"] > 365)
    pool = np.setdiff1d(np.flatnonzero(able), told_of(town))
    number = plan.number(len(people) // 1000 + 3) if plan.rate else 0
    number = min(number, len(pool) // 4)
    # For each who overdoes it somebody with several illnesses who is just often at the pharmacy.
    them = rng.permutation(pool)[: 2 * number]
    greedy = np.arange(len(them)) < number
    often = np.where(greedy, plan.intensity(len(them), high=2.6), rng.uniform(0.3, 0.75, len(them)))
    months = np.where(greedy, rng.integers(2, 7, len(them)), rng.integers(1, 4, len(them)))
    first = rng.integers(0, 360 - 30 * months)
    visits = np.maximum(np.round(often * DAYS * months), 1).astype(np.int64)
    at, turn = repeated(visits)
    # Every second or third day, not by the calendar.
    day = first[at] + np.floor((turn + rng.random(len(at))) * (30 * months / visits)[at])
    drugs = unlimited_drugs(town.world)
    small = (items["sold"] == "1") & (items["least_lv"] == 0) & (items["pric"] < 60)
    drugs = drugs[small.to_numpy()[drugs]]
    liked = drugs[rng.integers(0, len(drugs), (len(them), 4))]
    kinds = rng.integers(1, 5, len(them))
    item = liked[at, np.floor(rng.random(len(at)) * kinds[at]).astype(np.int64)]
    # Who is only ill stays with one place.
    here = town.world.serving(town.number, *KINDS)
    tour = here[rng.integers(0, len(here), (len(them), 8))]
    width = np.where(greedy, rng.integers(1, 9, len(them)), 2)
    place = tour[at, np.floor(rng.random(len(at)) * width[at]).astype(np.int64)]
    person = them[at]
    lines, their = fetch(
        town, rng, person, day.astype(np.int64), place, item, rng.integers(1, 3, len(at))
    )
    if not len(lines):
        return
    rows = town.lines.loc[lines, ["day"]].assign(person=their)
    busiest = rows.assign(month=rows["day"] // 30.4).groupby(["person", "month"])["day"].nunique()
    real = busiest.groupby("person").max().loc[their].to_numpy() / DAYS
    by_greed = np.isin(their, them[greedy])
    told = np.round(np.minimum(real, 15), 2)
    town.tell(
        UNIT.name, lines[by_greed], told[by_greed], lines=lines[by_greed], institution=INVOLVED, patient=RESPONSIBLE
    )  # fmt: skip
    town.tell(
        UNIT.name + "_at_limit", lines[~by_greed], told[~by_greed], lines=lines[~by_greed], role=LOOKALIKE, patient=LOOKALIKE
    )  # fmt: skip
