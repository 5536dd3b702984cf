"""A hospital sets its wards a target for what it earns by, and a whole year's stays are skewed towards it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.adding import more
from medaudit.synth.chance import Numbers, some
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="skewed_hospital",
    zh="创收指标：医院给科室下达指标，全年几乎每次住院都多用药，或多做检查化验和 CT、磁共振，或多用耗材和理疗，占比远高于同类医院",
    en="Skewed hospital: its wards have targets, and nearly all stays of the year have more drugs, or tests and scans, or materials and physiotherapy than at its peers",
    stage=LINES,
    threshold_zh="多做的相当于应有费用的四分之一",
    threshold_en="what is added is worth a quarter of what was due",
    kinds=("private",),
    share=(0.3, 0.5),
    strength=(0.6, 1.0),
)
QUARTER = 0.25
STAYS, FREE = (
    35,
    20,
)  # of a hospital whose year can have a pattern, and of those nobody did anything else to
# What a hospital lives by, and what part of the target each thing has to bring.
TARGETS: list[dict[str, float]] = [
    {"drugs": 1.4},
    {"tests": 0.3, "sound": 0.3, "ct": 0.6, "mr": 0.4},
    {"materials": 0.6, "physio": 1.0},
]


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    if not plan.rate:
        return
    # Its patients are those of all others; days, newborns and births have other care.
    wanted = town.is_stay() & (town.nights() >= 2) & (bills["med_type"] == 21)
    wanted &= town.of("age") >= 15
    # Few stays show no policy: the places where most of many are nobody else's doing.
    stays = _number(bills.loc[wanted, "place"], plan)
    free = _number(bills.loc[town.free(wanted), "place"], plan)
    enough = np.flatnonzero((stays >= STAYS) & (free >= FREE))
    able = plan.ladder[enough[np.argsort(-free[enough] / stays[enough], kind="stable")]]
    guilty = able[: max(len(TARGETS), len(plan.culprits))]
    turn = int(rng.integers(0, len(TARGETS)))
    for number, place in enumerate(guilty):
        stays = town.free(wanted & (bills["place"] == place))
        chosen = some(rng, stays, round(len(stays) * rng.uniform(0.85, 0.97)))
        part = QUARTER * float(plan.intensity(1, low=0.6, high=3.0)[0])
        _meet(town, plan, chosen, TARGETS[(turn + number) % len(TARGETS)], part, RESPONSIBLE)
    # A ward of rehabilitation does more with its hands, a spine clinic has more scans: what its patients have calls for it.
    for place in able[len(guilty) : len(guilty) + 1]:
        stays = town.free(wanted & (bills["place"] == place))
        way = "physio" if rng.random() < 0.5 else "mr"
        _meet(town, plan, some(rng, stays, len(stays) // 4), {way: 1.0}, QUARTER * 0.4, LOOKALIKE)


def _number(places: pd.Series, plan: Plan) -> Numbers:
    """How many of `places` are each of the ladder's."""
    return places.value_counts().reindex(plan.ladder).fillna(0).to_numpy()


def _meet(
    town: Town, plan: Plan, stays: Numbers, target: dict[str, float], part: float, role: str
) -> None:
    """Add what the target wants to stays, and tell what it is worth of what was due."""
    if not len(stays):
        return
    done = [
        more(town, plan.rng, stays, np.array([way]), part * much) for way, much in target.items()
    ]
    lines = np.concatenate([lines for lines, _, _ in done])
    of = np.concatenate([of for _, of, _ in done])
    # To the second way what the first added was due.
    worth = np.prod([1 + worth for _, _, worth in done], axis=0) - 1
    strength = np.round(worth / QUARTER, 2)
    town.tell(
        UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), stays[of], strength[of], role=role, lines=lines,
        doctor=INVOLVED if role == RESPONSIBLE else None, patient=INVOLVED,
    )  # fmt: skip
