"""Home for a few days, then back by ambulance: the illness came back, nobody planned it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import SPLIT, columns_of, nearest_gap, operations, readmitted
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="relapse",
    zh="病情复发：出院几天后急诊入院，像分解住院",
    en="Relapse: a genuine emergency readmission a few days later, like a split admission",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.005, 0.015),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    # What brings people in as emergencies brings them back as such.
    sudden = np.flatnonzero(town.world.diseases["urgent"] >= 0.2)
    first = (
        town.is_stay()
        & (bills["dscg_way"] == 1)
        & bills["disease"].isin(sudden)
        & ~bills["planned"]
    )
    first = first & ~bills["care"].isin(operations(town.world)) & ~town.at("psychiatric")
    chosen = plan.choose(town.free(first))
    gap = np.clip(np.round(SPLIT / plan.intensity(len(chosen), low=0.5)), 1, 30).astype(np.int64)
    begin = bills.loc[chosen, "end"].to_numpy() + gap
    end = begin + rng.integers(3, 12, len(chosen))
    room = (end < 364) & town.quiet_days(
        bills.loc[chosen, "person"].to_numpy(), begin - gap + 1, end
    )
    chosen, begin, end = chosen[room], begin[room], end[room]
    town.change(chosen)
    again = town.add_bills(
        **columns_of(town, chosen, "person", "place", "disease", "care", "clock"), med_type=21,
        begin=begin, end=end, dscg_way=1, adm_way=1, bed=rng.integers(1, 61, len(chosen)),
    )  # fmt: skip
    both = np.concatenate([chosen, again])
    town.tell(
        UNIT.name, both, readmitted(nearest_gap(town, both)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
