"""The same thing charged again on the same day, with no order of its own."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import SERVICES, copied, lines_at, some_of_each
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import Town

UNIT = Unit(
    name="duplicate_charge",
    zh="重复收费：同人同日同项目同价同数量再收一次，没有另外的医嘱或处方",
    en="Duplicate charge: the same item, day, price and count charged again without an order of its own",
    stage=LINES,
    threshold_zh="收一次（收两次为 2）",
    threshold_en="charged once (2: charged twice)",
    kinds=SERVICES,
    rate=(0.01, 0.04),
)
CLASSES = ("03", "04", "05", "08", "09")


def plant(town: Town, plan: Plan) -> None:
    items, rng = town.world.items, plan.rng
    # What has a daily maximum or lasts for days would exceed those too.
    plain = (
        items["med_chrgitm_type"].isin(CLASSES)
        & items["day_max_cnt"].isna()
        & items["pack_days"].isna()
    )
    lines = lines_at(town, plan, plain.to_numpy())
    lines = lines[~lines.duplicated(["bill", "item", "day"], keep=False)]
    wrong = lines[lines["bill"].isin(plan.choose(np.sort(lines["bill"].unique())))]
    wrong = some_of_each(rng, wrong, 0.02, rng.uniform(0.1, 0.4))
    times = 1 + (rng.random(len(wrong)) < 0.2)
    wrong = wrong.loc[np.repeat(wrong.index, times)]
    stay = town.is_stay().to_numpy()[wrong["bill"]]
    # Of what is never ordered by itself, only the same minute tells.
    later = np.where(
        stay & (wrong["order"] > 0) & (rng.random(len(wrong)) < 0.5),
        rng.integers(60, 10_800, len(wrong)),
        0,
    )
    added = town.add_lines(**copied(wrong, clock=np.minimum(wrong["clock"] + later, 86_000)))
    town.tell(UNIT.name, added, 1.0 + np.repeat(times, times), lines=added)
