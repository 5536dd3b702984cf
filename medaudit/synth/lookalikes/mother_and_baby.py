"""The newborn has no number yet: its bed and nursing stand on the mother's bill."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import repeated
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="mother_and_baby",
    zh="母婴同账：新生儿的床位、护理记在母亲账上，像年龄不符或一天两张床",
    en="Mother and baby: the newborn's bed and nursing on the mother's bill, like a wrong age or two beds a day",
    innocent=True,
    stage=LINES,
    threshold_zh="床位天数与住院天数之比",
    threshold_en="bed days per night of the stay",
    rate=(0.2, 0.5),
)


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    births = np.flatnonzero(world.diseases["icd"].str.startswith(("O80", "O82")))
    items = np.array([world.item["babybed"], world.item["babycare"]])
    able = (
        world.places["hosp_lv"].to_numpy()[bills["place"]]
        >= world.items["least_lv"].to_numpy()[items].max()
    )
    chosen = plan.choose(
        town.free(town.is_stay() & bills["disease"].isin(births) & able & (town.nights() >= 1))
    )
    nights = town.nights().loc[chosen].to_numpy()
    # Some babies come on the second day, some go to a ward of their own.
    number = np.maximum(1, nights - rng.integers(0, 3, len(chosen)))
    at, turn = repeated(number)
    day = (bills.loc[chosen, "end"].to_numpy() - number)[at] + turn
    lines = [
        town.add_lines(bill=chosen[at], item=item, day=day, clock=9 * 3600 + 60 * n)
        for n, item in enumerate(items)
    ]
    strength = np.round((nights + number) / nights, 2)[at]
    town.tell(
        UNIT.name,
        chosen[at],
        np.tile(strength, 2),
        lines=np.concatenate(lines),
        role=LOOKALIKE,
        patient=LOOKALIKE,
    )
