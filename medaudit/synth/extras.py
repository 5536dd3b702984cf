"""What else stands on the bill of an outpatient a scheme invents: the fee of the visit, and other cheap things."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.town import Town

# What a fetch of chronic drugs is a good occasion for.
CHECKS = ("glucose", "kidney", "liver", "ecg")


def fees(town: Town, rng: np.random.Generator, bills: Numbers, **more: Any) -> None:
    """Charge outpatients what a visit costs, as often as the care of ordinary visits and fetches does."""
    at = town.bills.loc[bills]
    hospital = (town.world.places["fixmedins_type"] == "1").to_numpy()[at["place"]]
    higher = town.level_of(bills) >= 2
    usual = np.where(at["med_type"] == 14, 0.6, 0.93)
    item = np.where(higher, town.world.item["visit"], town.world.item["general"])
    seen = hospital & (rng.random(len(bills)) < usual)
    _beside(town, rng, bills[seen], item[seen], **more)
    enrolled = (
        hospital & higher & (at["med_type"] != 14).to_numpy() & (rng.random(len(bills)) < 0.3)
    )
    _beside(
        town, rng, bills[enrolled], np.full(enrolled.sum(), town.world.item["register"]), **more
    )


def sundries(
    town: Town, rng: np.random.Generator, bills: Numbers, share: tuple[float, ...], but: Numbers
) -> None:
    """Add 0, 1, … (by their `share`) cheap drugs that anybody may have, none of them the one in `but`.

    Who fetches chronic drugs has something looked at instead, now and then.
    """
    world, items = town.world, town.world.items
    rows = world.care[world.care["care"].str.startswith("pharmacy_")]
    cheap = np.setdiff1d(rows["item"], np.unique(but))
    number = rng.choice(len(share), len(bills), p=share)
    checked = (town.bills.loc[bills, "med_type"] == 14).to_numpy()
    number = np.where(checked, rng.random(len(bills)) < 0.3, number)
    of = np.repeat(np.arange(len(bills)), number)
    tests = np.array([world.item[key] for key in CHECKS])
    item = np.where(
        checked[of],
        tests[rng.integers(0, len(tests), len(of))],
        cheap[rng.integers(0, len(cheap), len(of))],
    )
    shop = (world.places["fixmedins_type"] == "2").to_numpy()[
        town.bills["place"].to_numpy()[bills[of]]
    ]
    able = shop | (items["least_lv"].to_numpy()[item] <= town.level_of(bills[of]))
    able &= ~pd.DataFrame({"of": of, "item": item}).duplicated().to_numpy()
    of, item = of[able], item[able]
    pack = world.pack_days[item]
    _beside(town, rng, bills[of], item, supply=pack)


def _beside(
    town: Town, rng: np.random.Generator, bills: Numbers, item: Numbers, **more: Any
) -> None:
    begin, clock = (town.bills.loc[bills, name].to_numpy() for name in ("begin", "clock"))
    before = np.maximum(clock - rng.integers(20, 600, len(bills)), 0)
    town.add_lines(bill=bills, item=item, day=begin, clock=before, **more)
