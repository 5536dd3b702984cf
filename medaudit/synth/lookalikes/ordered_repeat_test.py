"""The same test again some hours later, because the doctor wanted to know: it has an order of its own."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import classes, copies, one_a_bill
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="ordered_repeat_test",
    zh="复查化验：数小时后另开医嘱再查一次，像重复收费",
    en="Ordered repeat: the same test hours later with its own order, like a duplicate charge",
    innocent=True,
    stage=LINES,
    threshold_zh="当天再查一次（次日再查为 0.5）",
    threshold_en="once more on the same day (0.5 on the next)",
    rate=(0.01, 0.03),
)


def plant(town: Town, plan: Plan) -> None:
    rng, lines = plan.rng, town.lines
    stays = town.free(town.is_stay() & (town.nights() >= 3))
    unlimited = town.world.items["day_max_cnt"].isna().to_numpy()[lines["item"]]
    tests = classes(town).eq("04") & unlimited & lines["bill"].isin(stays) & (lines["order"] > 0)
    early = tests & (lines["clock"] < 12 * 3600)
    early &= lines["day"] < town.bills["end"].to_numpy()[lines["bill"]]
    chosen = plan.choose(one_a_bill(rng, town, lines.index[early].to_numpy()))
    first = lines.loc[chosen]
    tomorrow = rng.random(len(chosen)) < 0.2
    again = copies(
        town, chosen, day=first["day"].to_numpy() + tomorrow, order=town.last_order() + 1 + np.arange(len(chosen)),
        clock=first["clock"].to_numpy() + np.where(tomorrow, -1200, rng.integers(2, 10, len(chosen)) * 3600 + 333),
    )  # fmt: skip
    town.tell(
        UNIT.name, first["bill"].to_numpy(), np.where(tomorrow, 0.5, 1.0), lines=again,
        role=LOOKALIKE, doctor=LOOKALIKE,
    )  # fmt: skip
