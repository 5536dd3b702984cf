"""Chronic drugs for half a year at one visit: the place makes its sales, the holder has boxes to pass on."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="over_long_supply",
    zh="慢特病超长开药：一次开出几个月甚至半年的药，冲销量、供转卖",
    en="Over-long supply: chronic drugs for months or half a year at one visit, for the turnover and for passing on",
    stage=LINES,
    threshold_zh="一次供药 12 周",
    threshold_en="12 weeks' supply at once",
    kinds=("township", "county", "tcm", "private"),
    rate=(0.03, 0.12),
    strength=(0.1, 0.6),
)
MOST = 84  # days
USUAL = 30


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    steady = ~town.world.diseases["icd"].str.startswith(("N18", "C")).to_numpy()
    chronic = (town.bills["med_type"] == 14) & (town.bills["disease"] >= 0)
    bills = bills_of(town, plan, chronic & steady[town.bills["disease"]])
    drugs = town.lines_of(bills)
    pack = town.world.pack_days
    drugs = drugs[drugs["chrgitm"].isin(("09", "11")) & (pack[drugs["item"]] > 0)]
    able = np.unique(drugs["bill"])
    chosen = plan.choose(able)
    if not len(chosen):
        return
    days = np.round(MOST * plan.intensity(len(chosen), low=0.6, high=4.5))
    drugs = drugs[drugs["bill"].isin(chosen)]
    # The dearer of his drugs, most often all of them.
    at = np.searchsorted(chosen, drugs["bill"])
    kept = (rng.random(len(drugs)) < 0.75) | ~drugs["bill"].duplicated().to_numpy()
    drugs, at = drugs[kept], at[kept]
    each = pack[drugs["item"]]
    before = drugs["cnt"].to_numpy()
    cnt = np.maximum(before, np.ceil(days[at] / each)).astype(np.int64)
    town.change_lines(drugs.index.to_numpy(), cnt=cnt, supply=cnt * each)
    due = np.maximum(USUAL, before * each)
    part = np.clip(1 - due / (cnt * each), 0.01, 1)
    town.tell(
        UNIT.name, drugs["bill"].to_numpy(), np.round(cnt * each / MOST, 2), lines=drugs.index.to_numpy(), part=part,
        doctor=RESPONSIBLE, patient=INVOLVED,
    )  # fmt: skip
