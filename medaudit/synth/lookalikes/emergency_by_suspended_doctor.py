"""A suspended doctor may still help in an emergency, and the fund pays for it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import STRONGEST, at_home
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="emergency_by_suspended_doctor",
    zh="暂停资格医生的急诊：暂停期间参加抢救，像暂停后仍开单",
    en="A suspended doctor in an emergency: helped while suspended, like billing on regardless",
    innocent=True,
    stage=BILLS,
    threshold_zh="暂停满 1 天后",
    threshold_en="one day after the suspension",
    rate=(0.5, 1.0),
    least=1,
)


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    hospitals = world.serving(town.number, "tertiary", "county", "tcm", "private", "township")
    doctors = world.doctors
    stopped = (
        doctors["place"].isin(hospitals)
        & (doctors["dr_status"] == "0")
        & (doctors["status_day"] < 340)
    )
    chosen = np.repeat(plan.choose(np.flatnonzero(stopped)), 2)
    urgent = np.flatnonzero(
        (world.diseases["setting"] == "visit") & (world.diseases["med_type"] == 13)
    )
    grown = np.flatnonzero(town.people["age"].between(25, 75))
    chosen = chosen[: len(grown)]
    disease = rng.choice(urgent, len(chosen))
    person = rng.choice(grown, len(chosen), replace=False)
    after = rng.integers(1, 12, len(chosen))
    day = doctors["status_day"].to_numpy()[chosen] + after
    home = at_home(town, person, day, day)
    chosen, disease, person, after, day = (x[home] for x in (chosen, disease, person, after, day))
    helped = town.add_bills(
        person=person, place=doctors["place"].to_numpy()[chosen], doctor=chosen, disease=disease, med_type=13,
        begin=day, clock=clocks(rng, len(day)), care=world.diseases["care"].to_numpy()[disease],
    )  # fmt: skip
    town.tell(UNIT.name, helped, np.minimum(after, STRONGEST), role=LOOKALIKE, doctor=LOOKALIKE)
