"""Two things are done through one incision, and the second is charged as if it had been opened for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import copied, lines_at, new_orders, split, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="second_operation",
    zh="第二项手术不折价：同一切口同时做两项手术，第二项仍按全价收",
    en="Second operation at full price: two operations through one incision, the second charged as if it stood alone",
    stage=LINES,
    threshold_zh="按折价收（七五折）；收得越足强度越高",
    threshold_en="the reduced price (three quarters); the more is charged, the stronger",
    kinds=("tertiary", "county", "tcm", "private"),
    rate=(0.05, 0.2),
    least=2,
)
# What may be done besides, through the same incision.
BESIDE = {
    "biliary": ("append",), "hernia": ("append",), "append": ("hernia",), "gastrect": ("biliary", "append"),
    "colect": ("append", "biliary"), "fixation": ("unplate",), "hip": ("unplate",), "septum": ("tonsil",),
}  # fmt: skip
DISCOUNT = 0.75


def plant(town: Town, plan: Plan) -> None:
    rng, item = plan.rng, town.world.item
    known = {key: others for key, others in BESIDE.items() if key in item}
    main = np.isin(np.arange(len(town.world.items)), [item[key] for key in known])
    lines = lines_at(town, plan, main, town.is_stay()).drop_duplicates("bill")
    wrong, fair = split(plan, lines, 0.8)
    # Most charge the whole price, some half of the reduction.
    share = np.where(rng.random(len(wrong)) < 0.8, 1.0, rng.uniform(0.8, 0.95, len(wrong)))
    _operate(town, plan, wrong, share, UNIT.name, RESPONSIBLE)
    reduced = rng.choice([0.7, 0.75], len(fair))
    _operate(town, plan, fair, reduced, UNIT.name + "_at_limit", LOOKALIKE)


def _operate(
    town: Town, plan: Plan, rows: pd.DataFrame, share: Numbers, name: str, role: str
) -> None:
    """Add a second operation to each row's, at `share` of its price."""
    item, keys = town.world.item, town.world.items["key"].to_numpy()[rows["item"]]
    second = np.array(
        [item[BESIDE[key][plan.rng.integers(0, len(BESIDE[key]))]] for key in keys], dtype=np.int64
    )
    price = np.round(usual_price(town, rows["bill"].to_numpy(), second) * share).astype(np.int64)
    clock = np.minimum(rows["clock"].to_numpy() + plan.rng.integers(0, 3600, len(rows)), 86_000)
    added = town.add_lines(
        **copied(
            rows,
            item=second,
            cnt=1,
            price=price,
            clock=clock,
            supply=0,
            order=new_orders(town, keys != ""),
        )
    )
    town.tell(
        name, rows["bill"].to_numpy(), np.round(share / DISCOUNT, 2), role=role, lines=added,
        part=np.maximum(1 - DISCOUNT / share, 0.0), doctor=RESPONSIBLE,
    )  # fmt: skip
