"""A second stay elsewhere while somebody is in hospital."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import admit, light_illness
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, Town

UNIT = Unit(
    name="overlapping_stays",
    zh="重叠住院：真实住院期间，又在另一家机构登记住院",
    en="Overlapping stays: a second stay is booked elsewhere while the patient is really in hospital",
    stage=BILLS,
    threshold_zh="两次住院有 2 个日期相同（出院当天住进另一家只共 1 个日期，属正常）",
    threshold_en="two dates in common (leaving one and entering the other on one date is 1 date and normal)",
    kinds=("private", "township"),
    rate=(0.01, 0.03),
)
DATES = 2.0


def plant(town: Town, plan: Plan) -> None:
    bills, rng, world = town.bills, plan.rng, town.world
    real = (
        town.is_stay() & (town.nights() >= 4) & (bills["dscg_way"] == 1) & (bills["med_type"] == 21)
    )
    real &= ~bills["planned"] & ~bills["place"].isin(plan.culprits) & (town.of("age") >= 6)
    chosen = plan.choose(town.free(real)) if len(plan.culprits) else np.array([], dtype=int)
    nights_shared = np.clip(
        np.round(DATES * plan.intensity(len(chosen), low=1.0)) - 1, 1, 6
    ).astype(int)
    at_limit = rng.random(len(chosen)) < 0.2
    nights_shared[at_limit] = 0
    person, begin, end, disease = (
        bills.loc[chosen, n].to_numpy() for n in ("person", "begin", "end", "disease")
    )
    nights_shared = np.minimum(nights_shared, end - begin - 1)
    place = (
        plan.culprits[rng.integers(0, len(plan.culprits), len(chosen))] if len(chosen) else chosen
    )
    level, table = world.places["hosp_lv"].to_numpy()[place], world.diseases
    # The same illness, or one that is easily found; never an operation twice.
    simple = (table["op_key"].to_numpy()[disease] == "") & (
        table["least_lv"].to_numpy()[disease] <= level
    )
    light = light_illness(town, rng, person)
    second = np.where(simple & (rng.random(len(chosen)) < 0.5), disease, light)
    nights = nights_shared + rng.integers(2, 7, len(chosen))
    after = rng.random(len(chosen)) < 0.6
    start = np.where(after, end - nights_shared, begin + nights_shared - nights)
    outside_first = np.where(after, end + 1, start)
    outside_last = np.where(after, start + nights, begin - 1)
    keep = (start >= 0) & (start + nights < 364) & (second >= 0)
    keep &= town.quiet_days(person, outside_first, outside_last)
    if not keep.any():
        return
    added = admit(town, rng, *(x[keep] for x in (person, place, second, start, nights)))
    dates, real_stay = (nights_shared + 1)[keep], chosen[keep]
    over = dates > 1
    town.tell(UNIT.name, added[over], dates[over] / DATES, patient=INVOLVED)
    town.tell(UNIT.name, real_stay[over], dates[over] / DATES, role=INVOLVED, institution=None)
    for touching in (added[~over], real_stay[~over]):
        town.tell(f"{UNIT.name}_at_limit", touching, 1 / DATES, role=LOOKALIKE, institution=None)
