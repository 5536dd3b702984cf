"""A hospital's items are matched to the catalogue so that what the patient should bear counts as covered."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import SERVICES, lines_at, some_of_each, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="wrong_scope",
    zh="自付变报销：乙类项目不扣先行自付部分，目录不予支付的项目列入医保范围",
    en="Wrong scope: the patient's first share is not taken off class B items, and items the catalogue does not pay are put in scope",
    stage=LINES,
    threshold_zh="没有（每多一条明细加 1）",
    threshold_en="none (one more for each line)",
    kinds=SERVICES,
    rate=(0.1, 0.4),
)


def plant(town: Town, plan: Plan) -> None:
    rng, grade = plan.rng, town.world.items["chrgitm_lv"].to_numpy()
    lines = lines_at(town, plan, grade != "01")
    # Each hospital has a few items that are matched wrongly, from some day on.
    place = town.bills["place"].to_numpy()[lines["bill"]]
    few = rng.uniform(0.02, 0.15)
    matched = rng.random((len(town.world.places), len(grade))) < few
    unpaid = rng.random(len(town.world.places)) < 0.5
    matched |= unpaid[:, None] & (grade == "03")[None, :]
    since = rng.integers(-200, 250, len(town.world.places))
    wrong = matched[place, lines["item"].to_numpy()] & (lines["day"].to_numpy() >= since[place])
    lines = lines[wrong & ~lines["own"].to_numpy()]
    wrong, _ = split(plan, lines)
    wrong = some_of_each(rng, wrong, 0.6, 1.0)
    number = wrong.groupby("bill")["item"].transform("size").to_numpy()
    town.change_lines(wrong.index.to_numpy(), full=True)
    town.tell(
        UNIT.name, wrong.index.to_numpy(), 1.0 + number, lines=wrong.index.to_numpy(),
        part=_share(town, wrong["item"].to_numpy()),
    )  # fmt: skip
    # The destitute are spared their first share by the county, on the whole bill.
    spared = lines_at(town, plan, grade == "02", town.of("identity") != "")
    spared, _ = split(plan, spared)
    town.change_lines(spared.index.to_numpy(), full=True)
    town.tell(
        UNIT.name + "_at_limit",
        spared.index.to_numpy(),
        1.0,
        role=LOOKALIKE,
        lines=spared.index.to_numpy(),
    )


def _share(town: Town, item: Numbers) -> Numbers:
    """What part of each item the patient should have borne."""
    items = town.world.items
    part = items["selfpay_prop"].fillna(0.1).to_numpy()[item]
    return np.where(items["chrgitm_lv"].to_numpy()[item] == "03", 1.0, part)
