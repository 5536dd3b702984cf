"""Operated in the morning, home the same evening or the next day."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import columns_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="day_surgery",
    zh="日间手术：当天或次日出院，像低标准入院或空住院",
    en="Day surgery: home the same day or the next, like a stay that need not have been",
    innocent=True,
    stage=BILLS,
    threshold_zh="住一夜（当天出院为 2）",
    threshold_en="one night (2 when home the same day)",
    rate=(0.3, 0.6),
)


def plant(town: Town, plan: Plan) -> None:
    diseases = town.world.diseases
    ambulant = (diseases["setting"] == "stay") & (diseases["med_type"] == 28)
    of_day = {icd: row for row, icd in diseases["icd"][ambulant].items()}
    able = np.flatnonzero((diseases["setting"] == "stay") & diseases["icd"].isin(of_day))
    chosen = plan.choose(town.free(town.is_stay() & town.bills["disease"].isin(able)))
    begin, had, disease, clock = columns_of(
        town, chosen, "begin", "end", "disease", "clock"
    ).values()
    nights = np.minimum(plan.rng.integers(0, 2, len(chosen)), had - begin)
    disease = diseases["icd"].map(of_day).to_numpy()[disease].astype(np.int64)
    clock = np.where(nights == 0, plan.rng.integers(15 * 3600, 18 * 3600, len(chosen)), clock)
    town.change(
        chosen, med_type=28, end=begin + nights, disease=disease, clock=clock,
        care=diseases["care"].to_numpy()[disease], dscg_way=1,
    )  # fmt: skip
    town.tell(UNIT.name, chosen, 2.0 / (nights + 1), role=LOOKALIKE, doctor=LOOKALIKE)
