"""A pharmacy that keeps the costly drugs hospitals do not: a few patients come from anywhere, every month."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import at_home, repeated
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="specialty_pharmacy",
    zh="双通道药店：高价药按月供给少数患者，患者来自各处，像倒卖药品",
    en="Specialty pharmacy: costly drugs to a few patients from anywhere every month, like resale",
    stage=LINES,
    threshold_zh="单笔为普通药店销售（60 元）的十倍",
    threshold_en="one sale is ten times a usual pharmacy sale (60 yuan)",
    rate=(0.02, 0.06),
)
COSTLY = 60.0  # yuan a pack
USUAL = 600.0  # yuan
SUPPLY = 28  # days


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    shops = world.serving(town.number, "pharmacy")
    special = shops[world.places["flavour"].to_numpy()[shops] == "specialty"]
    shop = int(rng.choice(special if len(special) else shops))
    # What a registered illness is treated with and costs most a pack.
    drugs = world.care.merge(
        world.diseases[world.diseases["setting"] == "chronic"].reset_index(), on="care"
    )
    drugs = drugs.assign(
        pric=world.items["pric"].to_numpy()[drugs["item"]],
        pack=world.items["pack_days"].to_numpy()[drugs["item"]],
    )
    drugs["sex"] = world.items["lmt_gend"].to_numpy()[drugs["item"]]
    drugs = drugs[
        (drugs["pric"] >= COSTLY)
        & (drugs["pack"] > 0)
        & (drugs["sex"] == "")
        & (drugs["gend"] == "")
    ]
    drugs = (
        drugs.sort_values("pric", kind="stable")
        .drop_duplicates("index", keep="last")
        .set_index("index")
    )
    known = town.people["chronic"].isin(drugs.index)
    busy = town.bills.loc[town.bills["taken"], "person"].unique()
    them = plan.choose(np.setdiff1d(np.flatnonzero(known), busy))
    illness = town.people["chronic"].to_numpy()[them]
    item, pack = (drugs.loc[illness, name].to_numpy(dtype=np.int64) for name in ("item", "pack"))
    # From now on they have this drug from here, no longer from the hospital.
    theirs = town.lines["bill"].isin(
        town.bills.index[town.bills["person"].isin(them) & (town.bills["med_type"] == 14)]
    )
    same = theirs & town.lines["item"].isin(item)
    town.change(np.unique(town.lines.loc[theirs, "bill"].to_numpy()))
    town.drop_lines(town.lines.index[same].to_numpy())
    at, turn = repeated(rng.integers(4, 12, len(them)))
    day = rng.integers(0, 60, len(them))[at] + turn * (SUPPLY + 1) + rng.integers(0, 2, len(at))
    room = (day < DAYS) & at_home(town, them[at], day, day)
    at, day = at[room], day[room]
    clock = clocks(rng, len(at), "shop")
    bought = town.add_bills(
        person=them[at], place=shop, disease=illness[at], med_type=14, begin=day, clock=clock, doctor=-1,
    )  # fmt: skip
    packs = np.maximum(1, SUPPLY // pack[at])
    town.add_lines(
        bill=bought, item=item[at], day=day, clock=clock - 60, cnt=packs, supply=packs * pack[at]
    )
    cost = world.prices[shop, item[at]] * packs / 100
    town.tell(UNIT.name, bought, np.round(cost / USUAL, 2), role=LOOKALIKE, patient=LOOKALIKE)
