"""Home for a few days, then back by ambulance: the illness came back, nobody planned it."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import come_back
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import Town

UNIT = Unit(
    name="relapse",
    zh="病情复发：出院几天后急诊入院，像分解住院",
    en="Relapse: a genuine emergency readmission a few days later, like a split admission",
    innocent=True,
    stage=BILLS,
    threshold_zh="再入院间隔 15 天（间隔越短越像）",
    threshold_en="15 days between the stays (the fewer, the more alike)",
    rate=(0.005, 0.015),
)


def plant(town: Town, plan: Plan) -> None:
    # What brings people in as emergencies brings them back as such.
    sudden = np.flatnonzero(town.world.diseases["urgent"] >= 0.2)
    come_back(
        town, plan, UNIT.name, town.bills["disease"].isin(sudden), soonest=1, nights=(3, 12),
        keeping=("disease", "care", "clock"), adm_way=1, planned=False,
    )  # fmt: skip
