"""A dialysis unit charges dialyser and blood lines beside a session whose price contains them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.picking import copied, lines_at, some_of_each, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="dialysis_parts",
    zh="透析另收耗材：收取血液透析，又收其中已含的透析器、管路",
    en="Dialysis parts: dialyser and blood lines charged beside a session whose price contains them",
    stage=LINES,
    threshold_zh="没有另收（每多一次透析加 1）",
    threshold_en="none charged besides (one more for each session)",
    kinds=("county", "tertiary", "private", "tcm"),
    rate=(0.3, 0.8),
    least=1,  # few are on dialysis in a ward
)


def plant(town: Town, plan: Plan) -> None:
    rng, item = plan.rng, town.world.item
    lines = lines_at(town, plan, np.arange(len(town.world.items)) == item["dialysis"])
    lines = lines[~lines.duplicated(["bill", "day"])]
    wrong, fair = split(plan, lines, 0.5)
    wrong = some_of_each(rng, wrong, 0.3, 1.0)
    number = wrong.groupby("bill")["day"].transform("size").to_numpy()
    # Both by habit, or the dialyser alone.
    both = rng.random(len(town.bills))[wrong["bill"]] < 0.6
    rows = pd.concat(
        [wrong.assign(item=item["dialyzer"]), wrong[both].assign(item=item["dialtube"])]
    )
    added = town.add_lines(**copied(rows, price=-1, cnt=1, supply=0))
    town.tell(UNIT.name, added, 1.0 + np.concatenate([number, number[both]]), lines=added)
    # Needles and dressings are not part of it.
    other = np.where(rng.random(len(fair)) < 0.5, item["cannula"], item["gauze"])
    added = town.add_lines(**copied(fair, item=other, price=-1, cnt=1, supply=0))
    town.tell(UNIT.name + "_at_limit", added, 1.0, role=LOOKALIKE, lines=added)
