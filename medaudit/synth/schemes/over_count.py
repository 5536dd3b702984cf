"""More of a thing in a day than a day has room for, and more bed days than the stay has."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import SERVICES, lines_at, one_item, some_of_each, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="over_count",
    zh="超量计费：床位、护理、诊查一日两三次，按小时项目一日超过 24 小时，床位日超过住院天数",
    en="Over-count: bed, nursing or consultation twice a day, over 24 hours of an hourly item, more bed days than the stay",
    stage=LINES,
    threshold_zh="项目的每日最大数量",
    threshold_en="the item's daily maximum",
    kinds=SERVICES,
    rate=(0.03, 0.1),
)
HOURS = 24


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    most = town.world.items["day_max_cnt"].to_numpy()
    # Mother and child have a bed each: at a birth two are no wrong count.
    lines = lines_at(town, plan, ~np.isnan(most), among=town.bills["med_type"] != 52)
    lines = lines[~lines.duplicated(["bill", "item", "day"], keep=False)]
    wrong, fair = split(plan, lines, 1.0)
    # A ward counts one thing wrongly, on some days or on all; at discharge, too many days of bed at once.
    wrong = some_of_each(rng, one_item(rng, wrong), 0.1, 1.0)
    limit = most[wrong["item"].to_numpy()].astype(np.int64)
    bill, of = np.unique(wrong["bill"].to_numpy(), return_inverse=True)
    excess = 1 + 0.4 * plan.intensity(len(bill))[of]
    count = np.maximum(np.round(limit * excess).astype(np.int64), limit + 1)
    bed = (wrong["chrgitm"] == "01").to_numpy() & ~wrong.duplicated("bill", keep="last").to_numpy()
    lump = bed & (rng.random(len(wrong)) < 0.3)
    count = count + np.where(lump, rng.integers(1, 4, len(wrong)), 0)
    town.change_lines(wrong.index.to_numpy(), cnt=count)
    town.tell(
        UNIT.name, bill, count / limit, lines=wrong.index.to_numpy(), part=(count - limit) / count
    )
    # Round the clock is 24 hours and no more.
    fair = fair[most[fair["item"]] == HOURS]
    fair = some_of_each(rng, one_item(rng, fair), 0.1, 0.6)
    limit = most[fair["item"].to_numpy()].astype(np.int64)
    town.change_lines(fair.index.to_numpy(), cnt=limit)
    town.tell(UNIT.name + "_at_limit", bill, 1.0, role=LOOKALIKE, lines=fair.index.to_numpy())
