"""Prices above the official limit of the place's level."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import DRUGS, SERVICES, lines_at, one_item, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="over_price",
    zh="超标准收费：单价高于本级别机构的最高限价",
    en="Over-price: a unit price above the limit of the place's level",
    stage=LINES,
    threshold_zh="本级别最高限价",
    threshold_en="the limit of the level",
    kinds=(*SERVICES, "clinic", "pharmacy"),
    rate=(0.008, 0.03),
)


def plant(town: Town, plan: Plan) -> None:
    items, limits, rng = town.world.items, town.world.limits, plan.rng
    limited = (items["price_capped"] == "1") | items["med_chrgitm_type"].isin(DRUGS)
    wrong, fair = split(plan, lines_at(town, plan, limited.to_numpy()))
    wrong, fair = one_item(rng, wrong), one_item(rng, fair)
    limit = limits[wrong["item"], town.level_of(wrong["bill"].to_numpy())]
    # A place has one wrong price for a thing.
    pairs = np.stack([town.bills["place"].to_numpy()[wrong["bill"]], wrong["item"].to_numpy()])
    kinds, of = np.unique(pairs, axis=1, return_inverse=True)
    scale = rng.uniform(0.06, 0.2)
    excess = 1 + scale * plan.intensity(kinds.shape[1])[of.reshape(-1)]
    price = np.maximum(np.ceil(limit * excess).astype(np.int64), limit + 2)  # a fen is rounding
    town.change_lines(wrong.index.to_numpy(), price=price)
    town.tell(
        UNIT.name, wrong["bill"].to_numpy(), price / limit,
        lines=wrong.index.to_numpy(), part=(price - limit) / price,
    )  # fmt: skip
    limit = limits[fair["item"], town.level_of(fair["bill"].to_numpy())]
    town.change_lines(fair.index.to_numpy(), price=limit)
    town.tell(
        UNIT.name + "_at_limit", fair["bill"].to_numpy(), 1.0,
        role=LOOKALIKE, lines=fair.index.to_numpy(),
    )  # fmt: skip
