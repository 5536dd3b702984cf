"""The bill of somebody who has died is settled weeks later; everything on it was done before."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import STRONGEST
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="death_late_settlement",
    zh="死亡后补结算：服务在生前，结算在死后，像死亡后报销",
    en="Settled after death: the service was before it, like billing the dead",
    innocent=True,
    stage=BILLS,
    threshold_zh="结算晚于死亡 1 天（当天为 0.5）",
    threshold_en="settled one day after death (0.5 on the day itself)",
    rate=(0.2, 0.5),
)


def plant(town: Town, plan: Plan) -> None:
    died = town.of("died")
    last = town.bills[(died < 340) & (town.bills["person"] >= 0)].sort_values(
        ["person", "end"], kind="stable"
    )
    last = last[~last["person"].duplicated(keep="last")]
    chosen = plan.choose(town.free(town.bills.index.isin(last.index)))
    day = died.loc[chosen].to_numpy()
    after = plan.rng.integers(0, 40, len(chosen)) * (plan.rng.random(len(chosen)) < 0.9)
    settled = np.minimum(day + after, 364)
    town.change(chosen, settled=settled, by_hand=plan.rng.random(len(chosen)) < 0.5)
    town.tell(
        UNIT.name, chosen, np.clip(settled - day, 0.5, STRONGEST),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip
