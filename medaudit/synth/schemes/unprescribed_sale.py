"""Prescription drugs handed to whoever asks for them and charged to the fund without any prescription."""

from __future__ import annotations

import numpy as np

from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="unprescribed_sale",
    zh="无方售药：药店、诊所不凭处方卖处方药并按医保结算",
    en="Sold without a prescription: pharmacies and clinics hand out prescription drugs without one and charge the fund",
    stage=LINES,
    threshold_zh="本机构处方药结算的 5% 没有处方",
    threshold_en="no prescription for 5 % of a place's sales of prescription drugs",
    kinds=("pharmacy", "clinic"),
    rate=(0.1, 0.4),
    least=6,
)
USUAL = 0.05


def plant(town: Town, plan: Plan) -> None:
    rng, world = plan.rng, town.world
    bills = bills_of(town, plan, town.bills["med_type"].isin((11, 41)))
    lines = town.lines_of(bills)
    listed = (world.items["rx_flag"] == "1").to_numpy()[lines["item"]]
    bills = np.unique(lines.loc[listed & lines["chrgitm"].isin(("09", "11")), "bill"])
    place = town.bills["place"].to_numpy()[bills]
    # Each place as often as it dares.
    share = np.minimum(plan.rate * plan.intensity(len(world.places)), 0.8)
    chance = rng.random(len(bills))
    without = chance < share[place]
    without[np.argsort(chance)[: plan.least]] = True
    gone = lines.loc[lines["bill"].isin(bills[without]) & lines["chrgitm"].isin(("09", "10", "11"))]
    if gone.empty:
        return
    town.change_lines(gone.index.to_numpy(), rx=-1)
    blank = np.bincount(place[without], minlength=len(world.places))
    real = blank / np.maximum(np.bincount(place, minlength=len(world.places)), 1) / USUAL
    told = gone[(world.items["rx_flag"] == "1").to_numpy()[gone["item"]]]
    told = told[told["chrgitm"].isin(("09", "11"))]
    of = town.bills["place"].to_numpy()[told["bill"]]
    town.tell(
        UNIT.name, told["bill"].to_numpy(), np.round(real[of], 2), lines=told.index.to_numpy(), patient=INVOLVED
    )  # fmt: skip
