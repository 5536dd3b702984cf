"""A hospital that lives by its machines, drugs or materials adds more of them to whatever its patients need."""

from __future__ import annotations

import numpy as np

from medaudit.synth.adding import WAYS, more
from medaudit.synth.chance import Numbers, some
from medaudit.synth.picking import places_with
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="overtreatment",
    zh="过度检查、过度用药：机构为创收，在多数住院里加做检查化验、加用辅助药、耗材或理疗",
    en="Overtreatment: to earn by it a hospital adds examinations, tests, adjuvant drugs, materials or physiotherapy to most of its stays",
    stage=LINES,
    threshold_zh="多做的相当于应有费用的四分之一",
    threshold_en="what is added is worth a quarter of what was due",
    kinds=("private", "tcm", "county", "township"),
    share=(0.08, 0.2),
    rate=(2.0, 4.0),
    strength=(0.0, 0.7),
)
QUARTER = 0.25


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    # Its patients are those of all others; days, newborns and births have other care.
    wanted = (
        town.is_stay() & (town.nights() >= 2) & (bills["med_type"] == 21) & (town.of("age") >= 15)
    )
    ways = list(WAYS)
    for place in places_with(town, plan, wanted):
        stays = town.free(wanted & (bills["place"] == place))
        # Not every doctor goes along with it.
        chosen = some(rng, stays, plan.number(int(len(stays) * 0.95)))
        mean = float(plan.intensity(1)[0])
        liked = rng.choice(ways, int(rng.integers(1, 3)), replace=False)
        _add(town, plan, chosen, liked, mean, UNIT.name, RESPONSIBLE)
    # A hospital that has one thing others send their patients away for does more of it too.
    honest = plan.ladder[len(plan.ladder) // 2 :]
    honest = honest[: 1 if plan.rate > 0 else 0]
    for place in honest:
        stays = town.free(wanted & (bills["place"] == place))
        chosen = some(rng, stays, min(len(stays) // 3, 30))
        liked = rng.choice(["sound", "ct", "mr", "physio"], 1)
        _add(town, plan, chosen, liked, 0.3, UNIT.name + "_at_limit", LOOKALIKE)


def _add(
    town: Town, plan: Plan, stays: Numbers, ways: Numbers, mean: float, name: str, role: str
) -> None:
    """Add things of these `ways` to stays, worth `mean` quarters of what stands there, and tell it."""
    if not len(stays):
        return
    added, of, part = more(town, plan.rng, stays, ways, QUARTER * mean)
    strength = np.round(part / QUARTER, 2)
    town.tell(
        name, stays, strength[of], role=role, lines=added, doctor=INVOLVED if role == RESPONSIBLE else None,
        patient=INVOLVED,
    )  # fmt: skip
