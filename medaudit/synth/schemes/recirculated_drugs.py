"""Boxes bought back from card holders are sold a second time, and the code of one box covers sales that never were."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import repeated
from medaudit.synth.picking import for_anybody, told_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="recirculated_drugs",
    zh="回流药：回收他人医保配出的药再卖一次，或一盒药反复扫码，同一追溯码结算多次",
    en="Recirculated drugs: boxes bought back from card holders are sold again, or one box is scanned over and over: a trace code settled several times",
    stage=LINES,
    threshold_zh="一盒药多结算一次",
    threshold_en="a box settled once more",
    kinds=("pharmacy", "clinic"),
    share=(0.15, 0.35),
    rate=(0.004, 0.015),
    strength=(-0.1, 0.7),
)
DEAR = 25  # yuan a box at least: nobody buys back cheaper ones
SCANS = 8


def plant(town: Town, plan: Plan) -> None:
    rng, world, people = plan.rng, town.world, town.people
    items, places = world.items, world.places
    here = np.intersect1d(plan.culprits, world.serving(town.number, *UNIT.kinds))
    dear = for_anybody(world) & (items["pric"] >= DEAR) & (items["sold"] == "1")
    lines = town.lines[dear.to_numpy()[town.lines["item"]]]
    bill = lines["bill"].to_numpy()
    free = ~town.bills["taken"].to_numpy() & (town.bills["dscg_way"] == 0).to_numpy()
    sold = lines[free[bill] & (lines["day"] < 330).to_numpy() & (lines["cnt"] <= 3).to_numpy()]
    sold = sold.drop_duplicates("bill")
    if sold.empty or not len(here):
        return
    box = sold.loc[plan.choose(sold.index.to_numpy())]
    size = len(box)
    # Half is bought back and sold at a shop, half never left the shop that scans it again.
    shop = here[rng.integers(0, len(here), size)]
    first = town.bills["place"].to_numpy()[box["bill"]]
    stays = np.isin(first, here) & (rng.random(size) < 0.6)
    shop = np.where(stays, first, shop)
    is_shop = (places["fixmedins_type"] == "2").to_numpy()[shop]
    item = box["item"].to_numpy()
    enough = items["least_lv"].to_numpy()[item] <= places["hosp_lv"].to_numpy()[shop]
    again = np.clip(np.round(plan.intensity(size, low=1.0)), 1, SCANS).astype(np.int64)
    again = np.where(is_shop | enough, np.where(stays, again, 1), 0)
    at, _ = repeated(again)
    grown = np.setdiff1d(np.flatnonzero(people["age"] >= 30), told_of(town))
    if not len(grown) or not len(at):
        return
    person = grown[rng.integers(0, len(grown), len(at))]
    # A box that was bought back rests for weeks; one that is scanned again may be so on the same day.
    wait = np.where(stays[at], rng.integers(0, 30, len(at)), rng.integers(7, 90, len(at)))
    day = np.minimum(box["day"].to_numpy()[at] + wait, 363)
    free_days = town.quiet_days(person, day, day)
    at, person, day = at[free_days], person[free_days], day[free_days]
    single = np.unique(np.stack([person, day]), axis=1, return_index=True)[1]
    at, person, day = (x[np.sort(single)] for x in (at, person, day))
    at_shop = is_shop[at]
    clock = np.where(at_shop, clocks(rng, len(at), "shop"), clocks(rng, len(at)))
    bills = town.add_bills(
        person=person, place=shop[at], begin=day, clock=clock, med_type=np.where(at_shop, 41, 11)
    )
    number = int(town.lines["trace"].max()) + 1 + np.arange(size)
    pack = world.pack_days
    added = town.add_lines(
        bill=bills, item=item[at], day=day, clock=np.maximum(clock - 60, 0), trace=number[at],
        supply=pack[item[at]],
    )  # fmt: skip
    kept = np.isin(np.arange(size), at)
    town.change_lines(box.index.to_numpy()[kept], trace=number[kept])
    count = np.bincount(at, minlength=size).astype(float)
    town.tell(UNIT.name, bills, count[at], lines=added, patient=INVOLVED)
    # Whoever got the box first may have sold it, or knows of nothing.
    first_sale = box["bill"].to_numpy()[kept]
    town.tell(UNIT.name, first_sale, count[kept], role=INVOLVED, institution=None)
