"""More of what a hospital earns by: drugs, tests, scans, materials or physiotherapy added to stays until they are worth so much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated
from medaudit.synth.picking import new_orders, usual_price
from medaudit.synth.town import Town
from medaudit.synth.world import table_of

WAYS = {
    "drugs": ("xuesai", "danhong", "reduning", "lipoic", "glycyr", "panto", "ambro", "citi", "mecobinj", "theoph"),
    "tests": ("cea", "afp", "ca199", "ca125", "hba1c", "dimer", "troponin", "cystc", "infect", "bnp", "rf", "pct"),
    "sound": ("echo", "belly", "vascular", "limbves", "surface", "urosono", "bone", "eeg"),
    "ct": ("ct", "ctchest", "ctbelly", "ctspine"),
    "mr": ("mri", "mrspine", "mrbelly"),
    "materials": ("gauze", "cannula", "nebkit", "dresskit", "cathkit", "clip", "syringe"),
    "physio": ("neb", "lowtemp", "infrared", "midfreq", "moxa", "dressbig", "traction"),
}  # fmt: skip
DAILY = ("drugs", "materials", "physio")  # again and again; of the others each once


def more(
    town: Town, rng: np.random.Generator, stays: Numbers, ways: Numbers, part: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Add things of these `ways` to stays, worth about this part of what stands there.

    The lines; per line the position of its stay in `stays` (rising); per stay what part of the due was added.
    """
    world = town.world
    keys = [(world.item[key], way in DAILY) for way in ways for key in WAYS[way]]
    level = int(world.places["hosp_lv"].iloc[town.bills["place"].iloc[stays[0]]])
    keys = [one for one in keys if world.items["least_lv"].iloc[one[0]] <= level]
    none = np.zeros(0, dtype=np.int64)
    if not keys:
        return none, none, np.zeros(len(stays))
    item, daily = (np.array(column) for column in zip(*keys, strict=True))
    lines = town.lines_of(stays)
    there = np.zeros((len(stays), len(item)), dtype=bool)
    at = np.searchsorted(stays, lines["bill"])
    for column, one in enumerate(item):
        there[at[lines["item"].to_numpy() == one], column] = True
    # Nor what is excluded by something that stands there, or excludes it: this is another thing.
    pairs = table_of("conflicts")[["paid", "denied"]].apply(lambda keys: keys.map(world.item))
    both = pd.concat([pairs, pairs.set_axis(["denied", "paid"], axis=1)])
    met = pd.DataFrame({"at": at, "paid": lines["item"].to_numpy()}).merge(both, on="paid")
    for column, one in enumerate(item):
        there[met["at"].to_numpy()[met["denied"].to_numpy() == one], column] = True
    prices = usual_price(town, lines["bill"].to_numpy(), lines["item"].to_numpy())
    due = np.bincount(at, weights=prices * lines["cnt"].to_numpy(), minlength=len(stays))
    goal = np.maximum(due * part * np.exp(rng.normal(0, 0.3, len(stays))), 1.0)
    # What is not there yet, in an order of its own for each stay, until it is worth so much.
    order = rng.random(there.shape).argsort(axis=1)
    nights = town.nights().to_numpy()[stays]
    often = np.where(daily[None, :], np.maximum(nights[:, None] - 1, 1), 1) * ~there
    price = np.stack([usual_price(town, stays, np.full(len(stays), one)) for one in item], axis=1)
    worth = np.take_along_axis(often * price, order, axis=1)
    before = np.cumsum(worth, axis=1) - worth
    # The last one is not given to the end.
    given = np.clip((goal[:, None] - before) / np.maximum(worth, 1), 0.0, 1.0)
    number = np.ceil(np.take_along_axis(often, order, axis=1) * given).astype(np.int64)
    row, turn = repeated(number.ravel())
    stay, kind = row // len(item), order.ravel()[row]
    day = town.bills["begin"].to_numpy()[stays[stay]] + np.where(
        daily[kind], 1 + turn, rng.integers(0, 1 + np.minimum(nights[stay] - 1, 3))
    )
    added = town.add_lines(
        bill=stays[stay], item=item[kind], day=np.minimum(day, town.bills["end"].to_numpy()[stays[stay]]),
        clock=9 * 3600 + rng.integers(0, 7200, len(row)), order=new_orders(town, row >= 0),
    )  # fmt: skip
    worth_added = np.bincount(stay, weights=price[stay, kind], minlength=len(stays))
    return added, stay, worth_added / np.maximum(due, 1)
