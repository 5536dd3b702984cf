"""A stay over New Year is settled on 31 December and goes on, in the same bed, as the same visit."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import columns_of, nearest_gap, operations, readmitted
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="new_year_cut",
    zh="跨年结算：12 月 31 日先结一次，年后接着住，像分解住院",
    en="Cut at the year's end: settled on 31 December while the stay goes on, like a split admission",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.04, 0.12),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    late = town.is_stay() & (bills["end"] >= 300) & (town.nights() >= 5) & (bills["dscg_way"] == 1)
    late = late & ~bills["care"].isin(operations(town.world)) & ~bills["planned"]
    chosen = plan.choose(town.free(late))
    end = bills.loc[chosen, "end"].to_numpy()
    after = rng.integers(2, np.minimum(town.nights().loc[chosen].to_numpy(), 20) - 1)
    later = DAYS - 1 + after - end
    room = (later > 0) & town.quiet_days(
        bills.loc[chosen, "person"].to_numpy(), end + 1, end + later
    )
    chosen, after, later = chosen[room], after[room], later[room]
    town.change(
        chosen, begin=bills.loc[chosen, "begin"].to_numpy() + later, end=DAYS - 1, dscg_way=9
    )
    rest = town.add_bills(
        **columns_of(town, chosen, "person", "place", "disease", "care", "doctor", "clock", "bed", "adm_way", "med_type"),
        begin=DAYS, end=DAYS - 1 + after, dscg_way=1, visit=chosen,
    )  # fmt: skip
    both = np.concatenate([chosen, rest])
    town.tell(
        UNIT.name, both, readmitted(nearest_gap(town, both)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
