"""Sent home with a day to come back: the second half of the treatment was planned at discharge."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import SPLIT, columns_of, nearest_gap, operations, readmitted
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="planned_readmission",
    zh="计划内再入院：出院时已约定 31 天内回来继续治疗，像分解住院",
    en="Planned readmission: the return within 31 days was agreed at discharge, like a split admission",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.005, 0.015),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    first = (
        town.is_stay() & (town.nights() >= 3) & (bills["dscg_way"] == 1) & (bills["med_type"] == 21)
    )
    first = (
        first
        & ~bills["planned"]
        & ~bills["care"].isin(operations(town.world))
        & ~town.at("psychiatric")
    )
    chosen = plan.choose(town.free(first))
    gap = np.clip(np.round(SPLIT / plan.intensity(len(chosen), low=0.5)), 2, 30).astype(np.int64)
    begin = bills.loc[chosen, "end"].to_numpy() + gap
    end = begin + rng.integers(2, 8, len(chosen))
    room = (end < 364) & town.quiet_days(
        bills.loc[chosen, "person"].to_numpy(), begin - gap + 1, end
    )
    chosen, begin, end = chosen[room], begin[room], end[room]
    town.change(chosen, planned=True)
    again = town.add_bills(
        **columns_of(town, chosen, "person", "place", "disease", "care", "doctor", "clock"), med_type=21,
        begin=begin, end=end, dscg_way=1, adm_way=2, bed=rng.integers(1, 61, len(chosen)),
    )  # fmt: skip
    both = np.concatenate([chosen, again])
    town.tell(
        UNIT.name, both, readmitted(nearest_gap(town, both)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
