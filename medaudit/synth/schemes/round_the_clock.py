"""Monitoring and oxygen are charged for all 24 hours of every date, those of admission and discharge too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.picking import SERVICES, lines_at, new_orders, one_item, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="round_the_clock",
    zh="按小时项目整天计费：心电监测、吸氧等每个日期都收满，连入院、出院两天也按整天",
    en="Round the clock: hourly items such as monitoring and oxygen charged for whole days, those of admission and discharge too",
    stage=LINES,
    threshold_zh="入院、出院两天各 12 小时",
    threshold_en="12 hours on each of the days of admission and discharge",
    kinds=SERVICES,
    rate=(0.03, 0.1),
    strength=(0.2, 0.8),
)
ITEMS = ("monitor", "oxygen", "spo2", "telemon")
HALF, WHOLE = 12, 24  # hours


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    hourly = np.isin(np.arange(len(town.world.items)), [town.world.item[key] for key in ITEMS])
    stays = town.is_stay() & (town.nights() >= 1) & (bills["dscg_way"] == 1)
    # Elsewhere it is begun for a few hours after an operation; here it never ends.
    lines = one_item(rng, lines_at(town, plan, hourly, stays))
    wrong, fair = split(plan, lines, 0.5)
    for rows, name, role in (
        (wrong, UNIT.name, RESPONSIBLE),
        (fair, UNIT.name + "_at_limit", LOOKALIKE),
    ):
        source = rows.drop_duplicates("bill").sort_values("bill")
        stay = source["bill"].to_numpy()
        hours = np.clip(np.round(HALF * plan.intensity(len(stay), low=1.1)), HALF + 1, WHOLE)
        if role == LOOKALIKE:
            hours = rng.integers(2, 9, len(stay))
        begin, end, clock = (bills[name].to_numpy()[stay] for name in ("begin", "end", "clock"))
        town.drop_lines(rows.index.to_numpy())
        at, turn = repeated(end - begin + 1)
        day = begin[at] + turn
        outer = (day == begin[at]) | (day == end[at])
        came = town.lines_of(stay).groupby("bill")["clock"].min().reindex(stay).fillna(36_000)
        ward = np.where(day == begin[at], came.to_numpy()[at], 8 * 3600)
        added = town.add_lines(
            bill=stay[at], item=source["item"].to_numpy()[at], day=day, doctor=source["doctor"].to_numpy()[at],
            cnt=np.where(outer, hours[at], WHOLE).astype(np.int64), order=new_orders(town, at >= 0),
            clock=np.where(day == end[at], np.minimum(clock[at], 86_000), ward),
        )  # fmt: skip
        strength = pd.Series(hours / HALF, index=stay).loc[stay[at]].to_numpy()
        over = np.where(outer, np.maximum(hours[at] - HALF, 0) / np.maximum(hours[at], 1), 0.0)
        town.tell(name, stay, strength.round(2), role=role, lines=added, part=over)
