"""The network was down: everything a place did in those days is settled in one second when it is back."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import CARDS
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="outage_batch",
    zh="断网补结算：网络恢复后，一家机构几天的账在同一秒结算，像同时刷多张卡",
    en="Outage batch: when the network is back a place settles its bills in one second, like many cards at once",
    innocent=True,
    stage=BILLS,
    threshold_zh="同一秒 4 张卡",
    threshold_en="4 cards in one second",
    rate=(0.002, 0.006),
)


def plant(town: Town, plan: Plan) -> None:
    bills, rng = town.bills, plan.rng
    small = (
        town.at("clinic", "township", "pharmacy")
        & (bills["dscg_way"] == 0)
        & (bills["settled"] == bills["begin"])
    )
    free = bills.loc[town.free(small), ["place", "begin"]]
    # An outage lasts two days; places are down in spans of their own.
    span = free["begin"] // 2
    key = (free["place"] * 400 + span).to_numpy()
    outages, number = np.unique(key, return_counts=True)
    down = plan.choose(outages[number >= 2])[:12]
    chosen = free.index.to_numpy()[np.isin(key, down)]
    outage, many = np.unique(key[np.isin(key, down)], return_inverse=True)
    back = np.minimum((outage % 400) * 2 + 1, 364)[many]
    second = rng.integers(8 * 3600, 18 * 3600, len(outage))[many]
    late = town.bills.loc[chosen, "clock"].to_numpy()
    # Who was served on the second day later than that is settled as usual.
    early = (town.bills.loc[chosen, "begin"].to_numpy() < back) | (late <= second)
    chosen, many, back, second = (x[early] for x in (chosen, many, back, second))
    town.change(chosen, settled=back, clock=second, burst=True)
    strength = np.round(np.bincount(many, minlength=1)[many] / CARDS, 2)
    town.tell(UNIT.name, chosen, strength, role=LOOKALIKE, patient=LOOKALIKE)
