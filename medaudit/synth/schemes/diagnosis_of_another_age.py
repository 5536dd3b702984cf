"""Stays on borrowed cards get an illness from the hospital's usual list, though nobody of the holder's age has it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit
from medaudit.synth.chance import some
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="diagnosis_of_another_age",
    zh="年龄不符的诊断：借来的卡按常用病种编造住院，诊断不可能出现在持卡人的年龄",
    en="Diagnosis of another age: stays made up on borrowed cards, with illnesses that nobody of the holder's age has",
    stage=BILLS,
    threshold_zh="离该病种的年龄 10 年",
    threshold_en="ten years from the ages of the illness",
    kinds=("private", "township", "tcm"),
    rate=(0.002, 0.006),
    least=6,
)
YEARS = 10.0
LIST = ("copd", "neck", "cata", "prost", "fibroid", "birth", "caesar", "jaundice", "childpn")


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    if not len(plan.culprits):
        return
    chosen = plan.choose(np.flatnonzero(people["died"] > 364))
    place = plan.culprits[rng.integers(0, len(plan.culprits), len(chosen))]
    # Whichever illness is as many years away as is wanted, of the holder's sex and of the place's level.
    rows = np.array([world.disease[key] for key in LIST])
    table = world.diseases.iloc[rows]
    age = people["age"].to_numpy()[chosen][:, None]
    away = np.maximum(table["age_min"].to_numpy() - age, age - table["age_max"].to_numpy())
    only = table["gend"].to_numpy(dtype=str)
    able = (only == "") | (only == people["sex"].to_numpy()[chosen].astype(str)[:, None])
    able &= table["least_lv"].to_numpy() <= world.places["hosp_lv"].to_numpy()[place][:, None]
    able &= away > 0
    wanted = YEARS * plan.intensity(len(chosen), low=0.1, high=6.0)
    distance = np.where(able, np.abs(away - wanted[:, None]), np.inf)
    which = (distance + rng.random(distance.shape) * 5).argmin(axis=1)
    nights = np.clip(
        np.round(table["nights"].to_numpy()[which] * rng.uniform(0.6, 1.0, len(chosen))), 2, 8
    )
    begin = rng.integers(5, 345, len(chosen))
    end = begin + nights.astype(np.int64)
    kept = np.flatnonzero(able.any(axis=1) & town.quiet_days(chosen, begin - 1, end + 1))
    stays = admit(
        town, rng, chosen[kept], place[kept], rows[which[kept]], begin[kept], (end - begin)[kept]
    )
    years = away[kept, which[kept]]
    town.tell(UNIT.name, stays, np.round(years / YEARS, 2), doctor=RESPONSIBLE, patient=INVOLVED)
    _under_the_mother(town, plan)


def _under_the_mother(town: Town, plan: Plan) -> None:
    """A newborn with jaundice has no card yet: it is treated under its mother's, some days after the birth."""
    rng, bills, world = plan.rng, town.bills, town.world
    births = [world.disease[key] for key in ("birth", "caesar")]
    born = town.free(bills["disease"].isin(births) & (bills["end"] < 340))
    chosen = some(rng, born, max(1, len(born) // 40) if plan.rate else 0)
    person, place, day = (bills[name].to_numpy()[chosen] for name in ("person", "place", "end"))
    begin = day + rng.integers(2, 8, len(chosen))
    nights = rng.integers(3, 6, len(chosen))
    quiet = town.quiet_days(person, begin - 1, begin + nights)
    person, place, begin, nights = (x[quiet] for x in (person, place, begin, nights))
    stays = admit(
        town, rng, person, place, np.full(len(person), world.disease["jaundice"]), begin, nights
    )
    town.tell(UNIT.name + "_at_limit", stays, 0.5, role=LOOKALIKE)
