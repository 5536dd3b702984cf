"""The village doctor, who arranges the bed and the lift to hospital, leaves his telephone for people without one."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="village_doctor_phone",
    zh="村医代留电话：老人没有手机，住院登记留村医的电话，像中介揽人",
    en="The village doctor's telephone: old people without one give it when they are admitted, like patients an agent brought",
    innocent=True,
    stage=BILLS,
    threshold_zh="6 人留同一电话",
    threshold_en="one telephone for 6 people",
    rate=(0.1, 0.3),
    least=1,
)
PEOPLE = 6


def plant(town: Town, plan: Plan) -> None:
    rng, bills, people = plan.rng, town.bills, town.people
    old = town.is_stay() & (town.of("age") >= 65) & (bills["visit"] < 0)
    free = town.free(old)
    village = people["village"].to_numpy()[bills.loc[free, "person"].to_numpy()]
    for number in plan.choose(np.unique(village)):
        doctors = np.flatnonzero((people["village"] == number) & (people["age"].between(30, 64)))
        if not len(doctors):
            continue
        doctor = doctors[rng.integers(0, len(doctors))]
        # Those without a telephone: most of the oldest, few of the others.
        without = rng.random(len(people)) < np.where(people["age"] >= 80, 0.7, 0.3)
        his = free[(village == number) & without[bills.loc[free, "person"].to_numpy()]]
        if not len(his):
            continue
        town.change(his, tel=doctor)
        real = bills.loc[his].groupby("place")["person"].nunique()
        strength = np.round(real.loc[bills.loc[his, "place"]].to_numpy() / PEOPLE, 2)
        town.tell(UNIT.name, his, strength, role=LOOKALIKE, patient=LOOKALIKE)
