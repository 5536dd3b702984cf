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
    stage=BILLS,
    threshold_zh="医院门诊患者的一成就诊后一小时内到这家药店",
    threshold_en="one in ten of the hospital's outpatients buy there within the hour",
    kinds=("county", "tcm", "township"),
    share=(0.2, 0.4),
    rate=(0.02, 0.06),
)
USUAL = 0.1  # of a hospital's outpatients
MOST = 60  # purchases told of one pharmacy


def plant(town: Town, plan: Plan) -> None:
    world, bills, rng = town.world, town.bills, plan.rng
    shops = world.serving(town.number, "pharmacy")
    gates = shops[world.places["flavour"].to_numpy()[shops] == "gate"]
    gates = gates if len(gates) else shops[:1]
    free = town.free(
        town.at("county", "tcm", "township") & (bills["dscg_way"] == 0) & (bills["clock"] < 66_000)
    )
    hospital = bills.loc[free, "place"].to_numpy()
    if not len(free):
        return
    busiest = np.unique(hospital, return_counts=True)
    near = busiest[0][np.argsort(-busiest[1], kind="stable")][: max(1, len(plan.culprits))]
    parts: list[Numbers] = []
    for gate, inside in zip(gates, np.resize(near, len(gates)), strict=True):
        theirs = free[hospital == inside]
        wanted = round(float(plan.intensity(1)[0]) * USUAL * len(theirs))
        parts.append(rng.permutation(theirs)[: int(np.clip(wanted, plan.least, MOST))])
        free, hospital = (x[~np.isin(free, parts[-1])] for x in (free, hospital))
        _buy(town, plan, gate, parts[-1], max(len(theirs), 1))


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
