"""A pharmacy buys some drugs no more and goes on billing them: what it hands over is something else, or nothing."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import DRUGS, places_with
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="sold_beyond_stock",
    zh="进销不符：药店结算的药多于购进的，多出的部分是别的商品或根本没有卖",
    en="Sold beyond stock: a pharmacy bills more of a drug than it bought, and what was handed over is something else or nothing",
    stage=LINES,
    threshold_zh="比购进多一成",
    threshold_en="a tenth more than was bought",
    kinds=("pharmacy",),
    share=(0.1, 0.25),
    rate=(0.3, 0.9),
    least=1,
)
TENTH = 0.1
OFTEN = 12  # a year that a drug is sold, to be worth it


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wanted = bills["med_type"] == 41
    for place in plan.choose(places_with(town, plan, wanted)):
        there = np.asarray(bills.index[wanted & (bills["place"] == place)])
        sold = town.lines_of(there)
        sold = sold[sold["chrgitm"].isin(DRUGS) & ~sold["unbought"]]
        total = sold.groupby("item")["cnt"].agg(["sum", "size"])
        often = np.array(total.index[total["size"] >= OFTEN])
        drugs = rng.permutation(often)[: rng.integers(2, 8)]
        free = sold[~bills["taken"].to_numpy()[sold["bill"]]]
        for drug, times in zip(drugs, plan.intensity(len(drugs), high=8.0), strict=True):
            # The last of the year, until they are so many more than were bought.
            last = free[free["item"] == drug].sort_values(["day", "clock"], ascending=False)
            beyond = total["sum"][drug] * TENTH * times / (1 + TENTH * times)
            last = last[last["cnt"].cumsum() - last["cnt"] < beyond]
            wrong = np.sort(last.index.to_numpy())
            # A basket has two of the drugs now and then.
            wrong = wrong[~town.bills["taken"].to_numpy()[town.lines.loc[wrong, "bill"]]]
            if not len(wrong):
                continue
            excess = town.lines.loc[wrong, "cnt"].sum()
            strength = excess / max(total["sum"][drug] - excess, 1) / TENTH
            town.change_lines(wrong, unbought=True)
            town.tell(
                UNIT.name,
                wrong,
                np.full(len(wrong), round(strength, 2)),
                lines=wrong,
                patient=INVOLVED,
            )
