"""A cataract is operated on one eye, and a week or two later on the other."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import columns_of, nearest_gap, readmitted
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="second_eye",
    zh="白内障第二只眼：隔一两周做另一只眼，像分解住院或重复手术",
    en="The second eye: the other cataract a week or two later, like a split admission or a double operation",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.25, 0.5),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    eyes = np.flatnonzero(town.world.diseases["icd"].str.startswith("H25"))
    chosen = plan.choose(
        town.free(town.is_stay() & bills["disease"].isin(eyes) & (bills["dscg_way"] == 1))
    )
    gap = rng.integers(7, 19, len(chosen))
    end = bills.loc[chosen, "end"].to_numpy()
    nights = town.nights().loc[chosen].to_numpy()
    room = (end + gap + nights < 364) & town.quiet_days(
        bills.loc[chosen, "person"].to_numpy(), end + 1, end + gap + nights
    )
    chosen, begin, nights = chosen[room], (end + gap)[room], nights[room]
    town.change(chosen)
    other = town.add_bills(
        **columns_of(town, chosen, "person", "place", "disease", "care", "doctor", "clock", "med_type"),
        begin=begin, end=begin + nights, dscg_way=1, adm_way=2, bed=rng.integers(1, 61, len(chosen)),
        )  # fmt: skip
    both = np.concatenate([chosen, other])
    town.tell(
        UNIT.name, both, readmitted(nearest_gap(town, both)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
