"""On the day of a transfer both hospitals charge the bed: each had it occupied."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import classes, columns_of, copies, operations, treated
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="transfer_day_beds",
    zh="转院当日床位：转出、转入两家都收当天床位，像床位天数超过住院天数",
    en="Beds on the day of transfer: both hospitals charge the day, like more bed days than nights",
    innocent=True,
    stage=LINES,
    threshold_zh="转出医院所收床位天数与住院天数之比",
    threshold_en="bed days charged by the first hospital, per night",
    rate=(0.01, 0.03),
)


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    single = ~world.places["both_days"].to_numpy()[bills["place"]]
    left = (
        town.is_stay()
        & town.at("township", "private", "county")
        & (bills["dscg_way"] == 1)
        & single
    )
    left = (
        left
        & ~bills["care"].isin(operations(world))
        & (town.nights() >= 2)
        & ~bills["planned"]
        & (bills["med_type"] == 21)
    )
    chosen = plan.choose(town.free(left))
    day = bills.loc[chosen, "end"].to_numpy()
    end = day + rng.integers(3, 10, len(chosen))
    room = (end < 364) & town.quiet_days(bills.loc[chosen, "person"].to_numpy(), day + 1, end)
    chosen, day, end = chosen[room], day[room], end[room]
    # The last bed of each stay once more, on the day it ends.
    beds = town.lines.loc[classes(town).eq("01") & town.lines["bill"].isin(chosen)]
    last = beds.sort_values(["bill", "day"], kind="stable").drop_duplicates("bill", keep="last")
    kept = np.isin(chosen, last["bill"])
    chosen, day, end = chosen[kept], day[kept], end[kept]
    town.change(chosen, dscg_way=2)
    extra = copies(town, last.index.to_numpy(), day=day)
    arrived = town.add_bills(
        **columns_of(town, chosen, "person", "disease", "care", "clock"), med_type=21, begin=day, end=end,
        place=rng.choice(world.serving(town.number, "tertiary"), len(chosen)), dscg_way=1, adm_way=3,
        bed=rng.integers(1, 61, len(chosen)),
    )  # fmt: skip
    treated(town, arrived)
    nights = town.nights().loc[chosen].to_numpy()
    town.tell(UNIT.name, chosen, np.round((nights + 1) / nights, 2), lines=extra, role=LOOKALIKE)
    town.tell(UNIT.name, arrived, 1.0, role=LOOKALIKE, patient=LOOKALIKE)
