"""A pharmacy that never closes: people come at night one by one, in the weeks of flu a few within an hour."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import baskets
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import days_of

UNIT = Unit(
    name="all_night_pharmacy",
    zh="24 小时药店：夜里零星有人购药，流感时一小时里来几个，像夜间集中刷卡",
    en="All-night pharmacy: people come at night one by one, a few an hour in weeks of flu, like cards swiped in bursts",
    innocent=True,
    stage=BILLS,
    threshold_zh="一年 60 笔夜间购药",
    threshold_en="60 purchases at night in a year",
    kinds=("pharmacy",),
    rate=(0.06, 0.15),
    least=1,
)
USUAL = 60


def plant(town: Town, plan: Plan) -> None:
    rng, world = plan.rng, town.world
    shops = plan.choose(world.serving(town.number, "pharmacy"))
    grown = np.flatnonzero(town.people["age"] >= 16)
    if not len(shops) or not len(grown):
        return
    number = np.round(USUAL * plan.intensity(len(shops), high=4.0)).astype(np.int64)
    at = np.repeat(np.arange(len(shops)), number)[: len(grown) // 2]
    person = rng.permutation(grown)[: len(at)]
    # Most come in the evening hours of the night, and more in the weeks of flu.
    day = np.where(
        rng.random(len(at)) < 0.4, rng.integers(0, 40, len(at)), days_of(rng, world, len(at))
    )
    hour = np.where(
        rng.random(len(at)) < 0.7, 21.0 + rng.exponential(1.0, len(at)), rng.uniform(0, 6, len(at))
    )
    day, clock = day + (hour >= 24), np.floor(hour % 24 * 3600).astype(np.int64)
    free = (day < 364) & town.quiet_days(person, day, day)
    known = baskets(world)
    bills = town.add_bills(
        person=person[free], place=shops[at[free]], begin=day[free], clock=clock[free], med_type=41,
        burst=True, care=known[rng.integers(0, len(known), int(free.sum()))],
    )  # fmt: skip
    real = np.round(np.bincount(at[free], minlength=1)[at[free]] / USUAL, 2)
    town.tell(UNIT.name, bills, real, role=LOOKALIKE, patient=LOOKALIKE)
