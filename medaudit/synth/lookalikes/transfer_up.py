"""A township hospital sends a patient on: one stay ends where another begins, the same day."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import columns_of, nearest_gap, operations
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="transfer_up",
    zh="向上转院：从卫生院转到县级或三级医院，当天出、当天入，像重叠或分解住院",
    en="Transfer up: from the township to a larger hospital, out and in on one day, like an overlap or a split",
    innocent=True,
    stage=BILLS,
    threshold_zh="同一天在两家医院（次日才入院为 0.5）",
    threshold_en="one day in two hospitals (0.5 when admitted the day after)",
    rate=(0.04, 0.1),
)


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    whole = town.is_stay() & town.at("township") & (town.nights() >= 4) & (bills["dscg_way"] == 1)
    whole = whole & ~bills["care"].isin(operations(world)) & ~bills["planned"]
    chosen = plan.choose(town.free(whole))
    begin, end = bills.loc[chosen, "begin"].to_numpy(), bills.loc[chosen, "end"].to_numpy()
    leaves = begin + rng.integers(1, 3, len(chosen))
    higher = world.serving(town.number, "county", "county", "tertiary")
    town.change(chosen, end=leaves, dscg_way=2)
    arrives = leaves + (rng.random(len(chosen)) < 0.15)
    later = town.add_bills(
        **columns_of(town, chosen, "person", "disease", "care", "clock"), med_type=21, begin=arrives, end=end,
        place=rng.choice(higher, len(chosen)), dscg_way=1, adm_way=3, bed=rng.integers(1, 61, len(chosen)),
    )  # fmt: skip
    both = np.concatenate([chosen, later])
    town.tell(
        UNIT.name, both, np.where(nearest_gap(town, both) > 0, 0.5, 1.0),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
