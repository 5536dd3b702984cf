"""Drugs for the first days at home, fetched from the ward a day or two after discharge."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import STRONGEST
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="takeaway_drugs",
    zh="出院带药：出院后一两天才记账的带药（带药标志），像出院后收费",
    en="Drugs to take home: charged a day or two after discharge and flagged as such, like charges after the stay",
    innocent=True,
    stage=LINES,
    threshold_zh="晚于出院 1 天（当天为 0.5）",
    threshold_en="one day after discharge (0.5 on the day itself)",
    rate=(0.01, 0.03),
)
DAYS_HOME = 14  # of drugs at most


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    chosen = plan.choose(
        town.free(town.is_stay() & (bills["dscg_way"] == 1) & (bills["end"] < 360))
    )
    end = bills.loc[chosen, "end"].to_numpy()
    after = rng.choice([0, 1, 2, 2, 3], len(chosen))
    alive = town.of("died").loc[chosen].to_numpy() > end + 3
    chosen, end, after = chosen[alive], end[alive], after[alive]
    items = world.items
    free = (
        items["med_chrgitm_type"].isin(["09", "11"])
        & (items["lmt_gend"] == "")
        & (items["sold"] == "1")
    )
    free &= items["pack_days"].between(4, DAYS_HOME) & (items["least_lv"] <= 1)
    for column in ("lmt_age_min", "lmt_age_max", "lmt_med_type", "lmt_hosp_lv"):
        free &= items[column].isna() | (items[column] == "")
    item = rng.choice(np.flatnonzero(free), len(chosen))
    pack = items["pack_days"].to_numpy()[item].astype(np.int64)
    cnt = np.minimum(rng.integers(1, 3, len(chosen)), DAYS_HOME // pack)
    clock = rng.integers(9 * 3600, 11 * 3600, len(chosen))
    town.change(
        chosen, settled=end + after, clock=np.maximum(bills.loc[chosen, "clock"], 11 * 3600 + 600)
    )
    lines = town.add_lines(
        bill=chosen, item=item, day=end + after, clock=clock, cnt=cnt, supply=cnt * pack, takeaway=True,
        order=town.last_order() + 1 + np.arange(len(chosen)),
    )  # fmt: skip
    town.tell(UNIT.name, chosen, np.clip(after, 0.5, STRONGEST), lines=lines, role=LOOKALIKE)
