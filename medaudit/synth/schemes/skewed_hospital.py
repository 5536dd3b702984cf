"""A hospital sets its wards a target for what it earns by, and a whole year's stays are skewed towards it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.adding import more
from medaudit.synth.chance import Numbers, some
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="skewed_hospital",
    zh="收入指标：医院给科室下达药品、检查、耗材或理疗的创收指标，全年几乎每次住院都加做，占比远高于同类医院",
    en="Skewed hospital: its wards have targets for drugs, tests, materials or physiotherapy and for scans, and nearly all stays have more of them than at its peers",
    stage=LINES,
    threshold_zh="多做的相当于应有费用的四分之一",
    threshold_en="what is added is worth a quarter of what was due",
    kinds=("private", "county"),
    share=(0.25, 0.4),
    strength=(0.3, 0.8),
)
QUARTER = 0.25
STAYS = 40  # of a hospital that can have targets
# What a ward can do more of by the day, and the machine that is to be paid off.
TARGETS = {
    "drugs": ("drugs",),
    "tests": ("tests", "sound"),
    "materials": ("materials",),
    "physio": ("physio",),
}
MACHINES = ("ct", "mr")
SCANS = 0.6  # of the target, for a machine does each patient once


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    if not plan.rate:
        return
    # Its patients are those of all others; days, newborns and births have other care.
    wanted = town.is_stay() & (town.nights() >= 2) & (bills["med_type"] == 21)
    wanted &= town.of("age") >= 15
    # Few stays are no policy: the first places that have enough of them.
    crowd = bills.loc[town.free(wanted), "place"].value_counts().reindex(plan.ladder).fillna(0)
    able = crowd.index[crowd >= STAYS].to_numpy()
    guilty = able[: max(2, len(plan.culprits))]
    # Each hospital has targets of its own.
    turn, targets = int(rng.integers(0, 4)), list(TARGETS)
    for number, place in enumerate(guilty):
        stays = town.free(wanted & (bills["place"] == place))
        chosen = some(rng, stays, round(len(stays) * rng.uniform(0.85, 0.97)))
        part = QUARTER * float(plan.intensity(1, low=0.5, high=3.0)[0])
        ways = TARGETS[targets[(turn + number) % len(targets)]]
        _meet(town, plan, chosen, ways, MACHINES[(turn + number) % 2], part, RESPONSIBLE)
    # A ward of rehabilitation, or one to which others send for a scan, does more by what its patients have.
    for place in able[len(guilty) : len(guilty) + 1]:
        stays = town.free(wanted & (bills["place"] == place))
        way = targets[3] if rng.random() < 0.5 else targets[1]
        few = some(rng, stays, len(stays) // 4)
        _meet(town, plan, few, TARGETS[way], "", QUARTER * 0.4, LOOKALIKE)


def _meet(
    town: Town,
    plan: Plan,
    stays: Numbers,
    ways: tuple[str, ...],
    machine: str,
    part: float,
    role: str,
) -> None:
    """Add what the targets want to stays, and tell what it is worth of what was due."""
    if not len(stays):
        return
    asked = [(ways, part)] + ([((machine,), part * SCANS)] if machine else [])
    done = [more(town, plan.rng, stays, np.array(way), worth) for way, worth in asked]
    lines = np.concatenate([lines for lines, _, _ in done])
    of = np.concatenate([of for _, of, _ in done])
    # To the second target what the first added was due.
    worth = np.prod([1 + worth for _, _, worth in done], axis=0) - 1
    strength = np.round(worth / QUARTER, 2)
    town.tell(
        UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), stays[of], strength[of], role=role, lines=lines,
        doctor=INVOLVED if role == RESPONSIBLE else None, patient=INVOLVED,
    )  # fmt: skip
