"""Somebody of the family buys with the shared account while the other lies in hospital."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import baskets, inside
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="family_account_purchase",
    zh="家庭共济购药：本人住院期间，家人用共济账户在药店购药，像住院期间冒名",
    en="Family account: a relative buys at the pharmacy during the stay, like someone in two places",
    innocent=True,
    stage=BILLS,
    threshold_zh="购药日在入院后、出院前一天以上（当天为 0.5）",
    threshold_en="bought one day inside the stay (0.5 on its first or last day)",
    rate=(0.01, 0.03),
)


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    stays = plan.choose(
        town.free(town.is_stay() & (town.nights() >= 3) & (town.of("care_home") == ""))
    )
    begin, end = (town.bills.loc[stays, name].to_numpy() for name in ("begin", "end"))
    day = begin + np.floor(rng.random(len(stays)) * (end - begin + 1)).astype(np.int64)
    person = town.bills.loc[stays, "person"].to_numpy()
    town.change(stays)
    bought = town.add_bills(
        person=person, place=town.people["shop"].to_numpy()[person], med_type=41, begin=day, family=True, doctor=-1,
        clock=clocks(rng, len(stays), "shop"), care=rng.choice(baskets(town.world), len(stays)),
    )  # fmt: skip
    town.tell(UNIT.name, bought, inside(town, stays, day), role=LOOKALIKE, patient=LOOKALIKE)
