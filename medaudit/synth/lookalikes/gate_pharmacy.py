"""A pharmacy at the gate of a hospital: who has been seen inside buys there minutes later."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.lookalikes._ways import baskets, columns_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="gate_pharmacy",
    zh="医院门口药店：看完病几分钟后就近买药，各科医生的患者都有，像医生与药店勾连",
    en="Pharmacy at the gate: patients of every doctor buy there minutes later, like doctors steering them",
    innocent=True,
    stage=BILLS,
    threshold_zh="医院门诊患者的 3% 就诊后一小时内到这家药店",
    threshold_en="3 % of the hospital's outpatients buy there within the hour",
)
USUAL = 0.03  # of a hospital's outpatients
MOST = 120  # purchases told of one pharmacy


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    shops = world.serving(town.number, "pharmacy")
    gates = shops[world.places["flavour"].to_numpy()[shops] == "gate"]
    gates = gates if len(gates) else shops[:1]
    seen = town.at("county", "tcm", "township") & (bills["dscg_way"] == 0)
    free = town.free(seen & (bills["clock"] < 66_000) & (town.of("age") >= 18))
    hospitals, visits = np.unique(bills.loc[free, "place"].to_numpy(), return_counts=True)
    busiest = hospitals[np.argsort(-visits, kind="stable")]
    for gate, hospital in zip(gates, busiest, strict=False):
        theirs = free[bills.loc[free, "place"].to_numpy() == hospital]
        wanted = round(float(plan.intensity(1)[0]) * USUAL * len(theirs))
        chosen = rng.permutation(np.array(theirs))[: int(np.clip(wanted, plan.least, MOST))]
        _buy(town, plan, gate, np.sort(chosen), len(theirs))


def _buy(town: Town, plan: Plan, gate: int, visits: Numbers, patients: int) -> None:
    """The patients of these visits buy at the gate; told with the visits, whose doctors look like steerers."""
    seen = columns_of(town, visits, "person", "begin", "clock")
    size = len(visits)
    bought = town.add_bills(
        person=seen["person"], place=gate, med_type=41, begin=seen["begin"], doctor=-1, burst=True,
        clock=seen["clock"] + plan.rng.integers(240, 2400, size), care=plan.rng.choice(baskets(town.world), size),
    )  # fmt: skip
    strength = round(size / patients / USUAL, 2)
    town.change(visits, burst=True)
    town.tell(UNIT.name, bought, strength, role=LOOKALIKE)
    town.tell(UNIT.name, visits, strength, role=LOOKALIKE, institution=None, doctor=LOOKALIKE)
