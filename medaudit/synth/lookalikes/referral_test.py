"""A scan the hospital has no machine for is done at another one, during the stay."""

from __future__ import annotations

import numpy as np

from medaudit.synth.extras import fees
from medaudit.synth.lookalikes._ways import inside
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="referral_test",
    zh="外送检查：住院期间到上级医院做本院没有的检查（外检标志），像住院期间另处就医",
    en="Referral test: a scan at a larger hospital during the stay, flagged as such, like being in two places",
    innocent=True,
    stage=LINES,
    threshold_zh="检查日在入院后、出院前一天以上（当天为 0.5）",
    threshold_en="done one day inside the stay (0.5 on its first or last day)",
    rate=(0.01, 0.04),
)
SCANS = ("ct", "ctchest", "ctbelly", "mri", "mrspine", "mra", "echo", "gastro", "holter")


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    stays = plan.choose(
        town.free(town.is_stay() & town.at("township", "private") & (town.nights() >= 3))
    )
    begin, end = (town.bills.loc[stays, name].to_numpy() for name in ("begin", "end"))
    day = begin + np.floor(rng.random(len(stays)) * (end - begin + 1)).astype(np.int64)
    clock = clocks(rng, len(stays))
    scans = np.array([world.item[key] for key in SCANS if key in world.item])
    town.change(stays)
    visits = town.add_bills(
        person=town.bills.loc[stays, "person"], place=rng.choice(world.serving(town.number, "county"), len(stays)),
        disease=town.bills.loc[stays, "disease"], med_type=11, begin=day, clock=clock,
    )  # fmt: skip
    town.add_lines(
        bill=visits, item=rng.choice(scans, len(stays)), day=day, clock=clock - 900, outside=True
    )
    fees(town, rng, visits, outside=True)
    town.tell(UNIT.name, visits, inside(town, stays, day), role=LOOKALIKE, patient=LOOKALIKE)
