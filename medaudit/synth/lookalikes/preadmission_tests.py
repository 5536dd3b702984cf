"""What was tested in the days before a planned admission stands on the bill of the stay."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import classes
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="preadmission_tests",
    zh="入院前检查：入院前 1–3 天的检查化验并入住院费用，像入院前收费",
    en="Tests before admission: done one to three days before and billed with the stay, like charges outside it",
    innocent=True,
    stage=LINES,
    threshold_zh="早于入院 1 天",
    threshold_en="one day before admission",
    rate=(0.02, 0.05),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    planned = town.is_stay() & (bills["adm_way"] == 2) & (bills["begin"] > 3) & (town.nights() >= 2)
    chosen = plan.choose(town.free(planned))
    begin = bills.loc[chosen, "begin"].to_numpy()
    before = rng.integers(1, 4, len(chosen))
    room = town.quiet_days(bills.loc[chosen, "person"].to_numpy(), begin - before, begin - 1)
    chosen, begin, before = chosen[room], begin[room], before[room]
    lead = np.zeros(len(bills), dtype=np.int64)
    lead[chosen] = before
    of = town.lines["bill"].to_numpy()
    tests = classes(town).isin(["03", "04"]).to_numpy() & (lead[of] > 0)
    tests &= town.lines["day"].to_numpy() == bills["begin"].to_numpy()[of]
    tests &= rng.random(len(of)) < 0.6
    lines = town.lines.index[tests].to_numpy()
    days = lead[of[tests]]
    town.change_lines(lines, day=town.lines.loc[lines, "day"].to_numpy() - days)
    town.tell(UNIT.name, of[tests], days.astype(float), lines=lines, role=LOOKALIKE)
