"""A hospital has patients who come in every few weeks or months for the same complaint, well or not."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit
from medaudit.synth.chance import repeated, some
from medaudit.synth.picking import houses
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="standing_guests",
    zh="常客住院：同一批患者每隔一两个月以同一病种再住一次，人次远多于人头",
    en="Standing guests: the same patients are admitted for the same illness every month or two, many more stays than people",
    stage=BILLS,
    threshold_zh="一年里同一病种多住 2 次",
    threshold_en="two more stays of the year for the same illness",
    kinds=("private", "county"),
    share=(0.1, 0.2),
    rate=(6.0, 10.0),
    strength=(-0.2, 0.6),
    least=4,
)
MORE = 2.0
ILLS = ("copd", "sequela", "rehab", "dizzy", "chd", "hyper", "sugar", "gastri", "disc", "neck", "knee", "anemia", "rheum", "failure", "angina", "tia")  # fmt: skip


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    ills = [town.world.disease[key] for key in ILLS]
    wanted = town.is_stay() & bills["disease"].isin(ills) & (bills["dscg_way"] == 1)
    found = town.free(wanted & bills["place"].isin(houses(town, plan, wanted, 40)))
    found = found[~bills.loc[found, "person"].duplicated().to_numpy()]
    chosen = some(rng, found, plan.number(int(np.ceil(len(found) * 0.4))))
    times = np.maximum(np.round(MORE * plan.intensity(len(chosen), high=4.0)), 1).astype(np.int64)
    at, turn = repeated(times)
    first = bills.loc[chosen[at]]
    # Before and after the stay that was due, a month or three apart.
    every = rng.integers(34, 100, len(chosen))[at]
    step = np.where(turn % 2 == 0, turn // 2 + 1, -(turn // 2 + 1))
    begin = first["begin"].to_numpy() + step * every + rng.integers(-4, 5, len(at))
    usual = (first["end"] - first["begin"]).to_numpy()
    nights = np.maximum(np.round(usual * rng.uniform(0.7, 1.2, len(at))), 2).astype(np.int64)
    person = first["person"].to_numpy()
    inside = (begin >= 4) & (begin + nights < 362)
    inside &= town.quiet_days(person, begin - 2, begin + nights + 2)
    # Two of them must not touch one another.
    inside &= every > nights + 12
    at, begin, nights, person = (x[inside] for x in (at, begin, nights, person))
    of = first[inside]
    more = {name: of[name].to_numpy() for name in ("doctor", "adm_way")}
    place, disease = of["place"].to_numpy(), of["disease"].to_numpy()
    stays = admit(town, rng, person, place, disease, begin, nights, **more)
    strength = np.round(np.bincount(at, minlength=len(chosen))[at] / MORE, 2)
    town.tell(UNIT.name, stays, strength, doctor=RESPONSIBLE, patient=INVOLVED)
    town.tell(UNIT.name, np.unique(chosen[at]), 0.5, role=INVOLVED, institution=None)
