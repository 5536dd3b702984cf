"""When a cold goes round a place gives all who have it the drugs that were agreed on for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import fitting
from medaudit.synth.chance import repeated
from medaudit.synth.extras import fees
from medaudit.synth.picking import prescription
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="agreed_prescription",
    zh="协定处方：流感流行的一两周里，同一诊断的病人按协定处方用药，像批量虚开处方",
    en="Agreed prescription: in a week or two of flu all who have it get the same drugs, like prescriptions made up in bulk",
    innocent=True,
    stage=LINES,
    threshold_zh="一周内 10 人处方相同",
    threshold_en="the same prescription for 10 people within a week",
    kinds=("clinic", "township"),
    rate=(0.1, 0.3),
    least=1,
)
PEOPLE = 10
WINTER = 110  # days


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    here = world.serving(town.number, *UNIT.kinds)
    place = plan.choose(here)
    runs = len(place)
    cold = world.disease["cold"]
    pool = np.flatnonzero(fitting(town, np.arange(len(people)), np.array([cold]))[:, 0])
    if not runs or not len(pool):
        return
    size = np.round(PEOPLE * plan.intensity(runs)).astype(np.int64)
    run, _ = repeated(size)
    run = run[: len(pool) // 2]
    person = rng.permutation(pool)[: len(run)]
    first, length = (rng.integers(0, WINTER, runs) - 50) % 345, rng.integers(5, 15, runs)
    day = first[run] + np.floor(rng.random(len(run)) * length[run]).astype(np.int64)
    free = town.quiet_days(person, day, day)
    run, person, day = run[free], person[free], day[free]
    doctor = world.doctor_for(rng, place, np.full(runs, cold))
    clock = clocks(rng, len(run))
    bills = town.add_bills(
        person=person, place=place[run], doctor=doctor[run], begin=day, clock=clock, disease=cold
    )
    prescription(
        town, rng, bills, run, place, rng.integers(3, 5, runs), changed=0.25, of=("cold", "cough")
    )
    fees(town, rng, bills)
    alike = np.round(pd.Series(run).groupby(run).transform("size").to_numpy() / PEOPLE, 2)
    town.tell(UNIT.name, bills, alike, role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE)
