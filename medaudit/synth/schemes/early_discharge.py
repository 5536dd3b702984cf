"""Patients are sent home before they are well, because the case is paid already, and come back within weeks."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import some
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="early_discharge",
    zh="低标准出院：未达出院标准即让患者出院，几周内因同一病种再次住院、再付一次",
    en="Early discharge: patients are sent home before they are well and come back for the same illness within weeks, to be paid for again",
    stage=BILLS,
    threshold_zh="31 天内再入院（间隔越短强度越高）",
    threshold_en="back within 31 days (the sooner, the stronger)",
    kinds=("private", "county"),
    share=(0.1, 0.2),
    rate=(0.5, 1.5),
    strength=(0.1, 0.9),
    least=12,
)
DAYS = 31.0
# Who has these is not sent home too early, or comes back anyway.
OTHER = (
    "birth",
    "caesar",
    "cataday",
    "polypday",
    "chemo",
    "radio",
    "jaundice",
    "schizo",
    "depress",
)


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    ill = town.is_stay() & (bills["med_type"] == 21) & (bills["dscg_way"] == 1) & ~bills["planned"]
    ill &= ~bills["disease"].isin([town.world.disease[key] for key in OTHER]) & (town.nights() >= 4)
    able = bills_of(town, plan, ill)
    gap = np.clip(np.round(DAYS / plan.intensity(len(able), low=0.5, high=10.0)), 3, 62)
    gap = gap.astype(np.int64)
    person, begin, end = (bills.loc[able, name].to_numpy() for name in ("person", "begin", "end"))
    cut = np.maximum(np.round((end - begin) * rng.uniform(0.15, 0.4, len(able))), 1).astype(int)
    again = end - cut + gap
    # The second stay makes good what the first left undone, and a little more.
    last = again + cut + rng.integers(2, 6, len(able))
    room = (last < 363) & town.quiet_days(person, end + 1, np.maximum(last, end) + 1)
    room &= ~bills.loc[able, "person"].duplicated().to_numpy()
    at = np.flatnonzero(room)
    at = some(rng, at, plan.number(len(at)))
    chosen = able[at]
    same = ("person", "place", "disease", "care", "doctor", "bed", "clock")
    second = {name: bills.loc[chosen, name].to_numpy() for name in same}
    urgent = np.where(rng.random(len(at)) < 0.4, 1, 2)
    town.change(chosen, end=(end - cut)[at])
    returned = town.add_bills(
        **second, med_type=21, begin=again[at], end=last[at], dscg_way=1, adm_way=urgent
    )
    strength = np.round(DAYS / gap[at], 2)
    town.tell(UNIT.name, returned, strength, patient=INVOLVED)
    town.tell(UNIT.name, chosen, strength, role=INVOLVED, institution=None)
