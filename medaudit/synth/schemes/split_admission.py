"""One stay written as two at the same hospital, a few days apart."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="split_admission",
    zh="分解住院：把一次住院拆成同一机构的两次，中间隔几天",
    en="Split admission: one stay written as two at the same hospital, a few days apart",
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短强度越高）",
    threshold_en="15 days between the stays (the fewer, the stronger)",
    kinds=("private", "township", "county"),
    rate=(0.03, 0.09),
)
GAP = 15.0  # days, the usual limit


def plant(town: Town, plan: Plan) -> None:
    bills = town.bills
    long = town.is_stay() & (town.nights() >= 6) & (bills["dscg_way"] == 1) & ~bills["planned"]
    chosen = plan.choose(town.free(long & bills["place"].isin(plan.culprits)))
    intensity = plan.intensity(len(chosen), low=0.6)
    gap = np.round(GAP / intensity).astype(int)
    end = bills.loc[chosen, "end"].to_numpy()
    nights = town.nights().loc[chosen].to_numpy()
    # The second half moves back by the gap; who has something else to do then is left alone.
    room = (end + gap < 363) & town.quiet_days(bills.loc[chosen, "person"].to_numpy(), end + 1, end + gap)
    chosen, gap, end, nights, intensity = (x[room] for x in (chosen, gap, end, nights, intensity))
    first = nights // 2
    middle = end - nights + first
    second = {name: bills.loc[chosen, name].to_numpy() for name in ("person", "place", "disease", "care", "doctor", "bed", "clock")}
    town.change(chosen, end=middle)
    later = town.add_bills(
        **second, med_type=21, begin=middle + gap, end=end + gap, dscg_way=1, adm_way=2
    )
    town.tell(UNIT.name, later, intensity, doctor=RESPONSIBLE, patient=INVOLVED, institution=RESPONSIBLE)
