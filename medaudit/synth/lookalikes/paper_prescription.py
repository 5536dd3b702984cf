"""While electronic prescriptions are down they are written on paper, whose numbers nobody enters."""

from __future__ import annotations

import numpy as np

from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="paper_prescription",
    zh="纸质处方：电子处方中断的几天改用纸质处方，处方号没有录入，像无方售药",
    en="Paper prescriptions: for the days electronic ones are down their numbers are not entered, as if nobody had prescribed",
    innocent=True,
    stage=LINES,
    threshold_zh="一处 10 笔没有处方号",
    threshold_en="10 bills of a place without a number",
    kinds=("pharmacy", "clinic", "township"),
    rate=(0.1, 0.3),
    least=2,
)
BILLS = 10


def plant(town: Town, plan: Plan) -> None:
    rng, bills, world = plan.rng, town.bills, town.world
    drug = world.items["med_chrgitm_type"].isin(("09", "10", "11")).to_numpy()[town.lines["item"]]
    given = np.bincount(town.lines["bill"].to_numpy()[drug], minlength=len(bills)) > 0
    seen = bills["med_type"].isin((11, 41)) & given & town.at(*UNIT.kinds)
    free = town.free(seen)
    places = plan.choose(np.unique(bills.loc[free, "place"].to_numpy()))
    first = rng.integers(10, 330, len(world.places))
    length = np.round(4 * plan.intensity(len(world.places))).astype(np.int64)
    place, day = (bills.loc[free, name].to_numpy() for name in ("place", "begin"))
    down = np.isin(place, places) & (day >= first[place]) & (day <= first[place] + length[place])
    chosen, place = free[down], place[down]
    town.change_lines(town.lines.index[drug & town.lines["bill"].isin(chosen)].to_numpy(), rx=-1)
    real = np.round(np.bincount(place, minlength=1)[place] / BILLS, 2)
    town.tell(UNIT.name, chosen, real, role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE)
