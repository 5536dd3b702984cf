"""A doctor enters one prescription on card after card, whatever their holders have, and keeps the drugs or bills none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.extras import fees
from medaudit.synth.people import draw_disease
from medaudit.synth.picking import prescription, told_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="same_prescription",
    zh="虚开处方：收来一批卡，几天内按同一张处方逐张录入，药品、数量完全相同",
    en="Made-up prescriptions: cards are collected and one prescription is entered on each within days, the same drugs and counts",
    stage=LINES,
    threshold_zh="一周内 10 人处方相同",
    threshold_en="the same prescription for 10 people within a week",
    kinds=("clinic", "township", "private"),
    rate=(0.3, 0.8),
    least=2,
)
PEOPLE = 10


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    here = world.serving(town.number, *UNIT.kinds)
    runs = plan.number(len(here))
    where = plan.culprits if len(plan.culprits) else here[: plan.least]
    if not runs or not len(where):
        return
    place = where[rng.integers(0, len(where), runs)]
    doctor = world.doctor_for(rng, place, np.full(runs, -1))
    grown = np.setdiff1d(np.flatnonzero(people["age"] >= 18), told_of(town))
    size = np.round(PEOPLE * plan.intensity(runs)).astype(np.int64)
    run, _ = repeated(size)
    run = run[: len(grown) // 2]
    person = rng.permutation(grown)[: len(run)]
    # Two to nine days, a few cards every evening or all at once.
    first, length = rng.integers(5, 345, runs), rng.integers(2, 10, runs)
    day = first[run] + np.floor(rng.random(len(run)) * length[run]).astype(np.int64)
    free = town.quiet_days(person, day, day)
    run, person, day = run[free], person[free], day[free]
    disease = draw_disease(
        rng, world, "visit", people["age"].to_numpy()[person], people["sex"].to_numpy()[person]
    )
    level = world.places["hosp_lv"].to_numpy()[place[run]]
    able = (disease >= 0) & (world.diseases["least_lv"].to_numpy()[disease] <= level)
    clock = clocks(rng, len(run))
    bills = town.add_bills(
        person=person, place=place[run], doctor=doctor[run], begin=day, clock=clock,
        disease=np.where(able, disease, -1),
    )  # fmt: skip
    prescription(town, rng, bills, run, place, rng.integers(3, 7, runs), changed=0.1)
    fees(town, rng, bills)
    alike = np.round(pd.Series(run).groupby(run).transform("size").to_numpy() / PEOPLE, 2)
    town.tell(UNIT.name, bills, alike, doctor=RESPONSIBLE, patient=INVOLVED)
