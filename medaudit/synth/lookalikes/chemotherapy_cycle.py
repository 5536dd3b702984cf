"""A tumour is treated in courses: a few nights in hospital every second, third or fourth week."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import nearest_gap, readmitted
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="chemotherapy_cycle",
    zh="化疗周期：肿瘤患者每 14、21、28 天住院化疗一次，像分解住院",
    en="Chemotherapy cycles: stays every 14, 21 or 28 days, like split admissions",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.15, 0.35),
)


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    code = world.diseases["icd"].where(world.diseases["setting"] == "stay", "")
    course = np.flatnonzero(code.str.startswith("Z51.1"))
    tumours = np.flatnonzero(code.str.startswith("C"))
    first = (
        town.is_stay() & town.bills["disease"].isin([*course, *tumours]) & (town.bills["end"] < 310)
    )
    first = first & ~town.bills["person"].duplicated()
    chosen = plan.choose(town.free(first))
    theirs = town.bills.loc[chosen]
    # After an operation the first course comes four weeks later.
    operated = theirs["disease"].isin(tumours).to_numpy()
    every = rng.choice([14, 21, 28], len(chosen))
    start = np.where(operated, theirs["end"] + 28 - every, theirs["begin"])
    at, turn = repeated(rng.integers(2, 8, len(chosen)))
    begin = start[at] + every[at] * (turn + 1) + rng.integers(-1, 2, len(at)) * (turn > 0)
    end = begin + rng.integers(1, 4, len(at))
    person = theirs["person"].to_numpy()[at]
    room = (end < 364) & town.quiet_days(person, begin, end)
    at, begin, end = at[room], begin[room], end[room]
    # Some hospitals write the tumour itself as the main diagnosis.
    own = np.where(operated, theirs["disease"], rng.choice(tumours, len(chosen)))
    disease = np.where((rng.random(len(chosen)) < 0.4) & operated, own, course[0])
    able = world.serving(town.number, "tertiary")
    level = world.places["hosp_lv"].to_numpy()
    place = theirs["place"].to_numpy()
    place = np.where(level[place] >= 3, place, rng.choice(able, len(place)))
    town.change(chosen)
    cycles = town.add_bills(
        person=theirs["person"].to_numpy()[at], place=place[at], disease=disease[at],
        care=world.diseases["care"][course[0]], med_type=21, begin=begin, end=end, dscg_way=1, adm_way=2,
        clock=theirs["clock"].to_numpy()[at], bed=rng.integers(1, 61, len(at)), planned=rng.random(len(at)) < 0.75,
    )  # fmt: skip
    town.tell(
        UNIT.name, cycles, readmitted(nearest_gap(town, cycles)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
