"""A pharmacy that keeps the costly drugs hospitals do not: a few patients come from anywhere, every month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import at_home
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="specialty_pharmacy",
    zh="双通道药店：高价药按月供给少数患者，患者来自各处，像倒卖药品",
    en="Specialty pharmacy: costly drugs to a few patients from anywhere every month, like resale",
    innocent=True,
    stage=LINES,
    threshold_zh="单笔为普通药店销售（60 元）的十倍",
    threshold_en="one sale is ten times a usual pharmacy sale (60 yuan)",
    rate=(0.0003, 0.001),
)
COSTLY = 300.0  # yuan for a month
USUAL = 600.0  # yuan
MONTH = 28  # days


def plant(town: Town, plan: Plan) -> None:
    world, rng, people = town.world, plan.rng, town.people
    shops = world.serving(town.number, "pharmacy")
    special = shops[world.places["flavour"].to_numpy()[shops] == "specialty"]
    shop = int(rng.choice(special if len(special) else shops))
    drugs = _drugs(town)
    # They are registered for their illness but fetch nothing anywhere else.
    busy = town.bills.loc[town.bills["taken"], "person"].unique()
    able = (people["chronic"] < 0) & (people["second"] < 0) & people["age"].between(35, 80)
    them = plan.choose(np.setdiff1d(np.flatnonzero(able), busy))
    which = rng.integers(0, len(drugs), len(them))
    people.loc[them, "chronic"] = drugs["disease"].to_numpy()[which]
    months = rng.integers(1, 3, len(them))
    at, turn = repeated(rng.integers(4, 12, len(them)) // months)
    day = rng.integers(0, 60, len(them))[at] + turn * (MONTH * months[at] + 1)
    room = (day < DAYS) & at_home(town, them[at], day, day)
    at, day = at[room], day[room]
    clock = clocks(rng, len(at), "shop")
    disease, item, pack = (
        drugs[name].to_numpy(dtype=np.int64)[which[at]] for name in ("disease", "item", "pack")
    )
    bought = town.add_bills(
        person=them[at], place=shop, disease=disease, med_type=14, begin=day, clock=clock, doctor=-1
    )
    cnt = np.maximum(1, MONTH // pack) * months[at]
    town.add_lines(bill=bought, item=item, day=day, clock=clock - 60, cnt=cnt, supply=cnt * pack)
    cost = world.prices[shop, item] * cnt / 100
    strength = np.round(cost / USUAL, 2)
    town.tell(UNIT.name, bought, strength, role=LOOKALIKE, patient=LOOKALIKE)


def _drugs(town: Town) -> pd.DataFrame:
    """Of each registered illness what it is treated with that costs most: disease, item and pack (days)."""
    world = town.world
    ill = (
        world.diseases[world.diseases["setting"] == "chronic"].rename_axis("disease").reset_index()
    )
    drugs = world.care.merge(ill[["disease", "care"]], on="care")
    items = world.items.loc[drugs["item"], ["pric", "pack_days", "lmt_gend"]].reset_index(drop=True)
    drugs["pack"], drugs["month"] = (
        items["pack_days"],
        items["pric"] * (MONTH // items["pack_days"]),
    )
    drugs = drugs[(drugs["month"] >= COSTLY) & (items["lmt_gend"] == "")]
    return drugs.sort_values("month", kind="stable").drop_duplicates("disease", keep="last")
