"""Both sides in one session: the same operation twice on one day, each with an order of its own."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import copies, one_a_bill
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="bilateral_operation",
    zh="双侧手术：一次做两侧，同一项目收两次、各有医嘱，像重复收费",
    en="Both sides at once: the same operation twice on a day, each with its order, like a duplicate charge",
    innocent=True,
    stage=LINES,
    threshold_zh="第二侧与第一侧同价（第二侧打折时小于 1）",
    threshold_en="the second side at the price of the first (less than 1 when it is reduced)",
    rate=(0.05, 0.15),
)
PAIRED = ("hernia", "varix", "phaco", "wrist", "pteryg", "stone", "knee", "jointinj")


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    paired = [world.item[key] for key in PAIRED if key in world.item]
    stays = town.free(town.is_stay())
    first = (
        town.lines["item"].isin(paired) & town.lines["bill"].isin(stays) & (town.lines["order"] > 0)
    )
    lines = plan.choose(one_a_bill(rng, town, town.lines.index[first].to_numpy()))
    done = town.lines.loc[lines]
    price = world.prices[town.bills["place"].to_numpy()[done["bill"]], done["item"]]
    # Some places charge the second side in full, others a part of it.
    share = rng.choice([1.0, 1.0, 0.8, 0.7], len(lines))
    town.change_lines(lines, price=price)
    second = copies(
        town, lines, price=np.round(price * share).astype(np.int64), order=town.last_order() + 1 + np.arange(len(lines)),
        clock=np.minimum(done["clock"].to_numpy() + rng.integers(1500, 4800, len(lines)), 86_000),
    )  # fmt: skip
    town.tell(
        UNIT.name, done["bill"].to_numpy(), share, lines=second, role=LOOKALIKE, doctor=LOOKALIKE
    )
