"""One stay written as two, a few days apart, at the same hospital or handed on to a befriended one."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="split_admission",
    zh="分解住院：把一次住院拆成两次，中间隔几天，多在同一机构，少数转到另一家参与的机构",
    en="Split admission: one stay written as two a few days apart, mostly at the same hospital, some at a second one that takes part",
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短强度越高）",
    threshold_en="15 days between the stays (the fewer, the stronger)",
    kinds=("private", "township", "county"),
    share=(0.15, 0.35),
    rate=(0.06, 0.2),
)
GAP = 15.0  # days, the usual limit


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    handed_on = rng.uniform(0.0, 0.3)  # share of the splits whose second half is elsewhere
    long = town.is_stay() & (town.nights() >= 6) & (bills["dscg_way"] == 1) & ~bills["planned"]
    long &= bills["med_type"] == 21
    able = town.free(long & bills["place"].isin(plan.culprits))
    gap = np.maximum(np.round(GAP / plan.intensity(len(able), low=0.6, high=GAP)), 1).astype(int)
    # The second half moves back by the gap; who has something else to do then is left alone.
    person, end = bills.loc[able, "person"].to_numpy(), bills.loc[able, "end"].to_numpy()
    room = (end + gap < 363) & town.quiet_days(person, end + 1, end + gap)
    at = plan.choose(np.flatnonzero(room))
    chosen, gap, end = able[at], gap[at], end[at]
    if not len(chosen):
        return
    nights = town.nights().loc[chosen].to_numpy()
    middle = end - nights + nights // 2
    same = ("person", "place", "disease", "care", "doctor", "bed", "clock")
    second = {name: bills.loc[chosen, name].to_numpy() for name in same}
    level, needed = (
        town.world.places["hosp_lv"].to_numpy(),
        town.world.diseases["least_lv"].to_numpy()[second["disease"]],
    )
    other = plan.culprits[rng.integers(0, len(plan.culprits), len(chosen))]
    moved = (rng.random(len(chosen)) < handed_on) & (level[other] >= needed)
    second["place"] = np.where(moved, other, second["place"])
    received = town.world.doctor_for(rng, second["place"], second["disease"])
    second["doctor"] = np.where(moved, received, second["doctor"])
    town.change(chosen, end=middle)
    later = town.add_bills(
        **second, med_type=21, begin=middle + gap, end=end + gap, dscg_way=1, adm_way=2
    )
    strength = np.round(GAP / gap, 2)
    town.tell(UNIT.name, later, strength, doctor=RESPONSIBLE, patient=INVOLVED)
    # The first half is the stay that was due.
    town.tell(UNIT.name, chosen, strength, role=INVOLVED, institution=None)
