"""A hospital that lives by its machines, drugs or materials adds more of them to whatever its patients need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import new_orders, places_with, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="overtreatment",
    zh="过度检查、过度用药：机构为创收，在多数住院里加做检查化验、加用辅助药、耗材或理疗",
    en="Overtreatment: to earn by it a hospital adds examinations, tests, adjuvant drugs, materials or physiotherapy to most of its stays",
    stage=LINES,
    threshold_zh="多做的相当于应有费用的四分之一",
    threshold_en="what is added is worth a quarter of what was due",
    kinds=("private", "tcm", "county", "township"),
    share=(0.08, 0.2),
    rate=(2.0, 4.0),
    strength=(0.0, 0.7),
)
QUARTER = 0.25
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


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    # Its patients are those of all others; days, newborns and births have other care.
    wanted = (
        town.is_stay() & (town.nights() >= 2) & (bills["med_type"] == 21) & (town.of("age") >= 15)
    )
    ways = list(WAYS)
    for place in places_with(town, plan, wanted):
        stays = town.free(wanted & (bills["place"] == place))
        # Not every doctor goes along with it.
        chosen = some(rng, stays, plan.number(int(len(stays) * 0.95)))
        mean = float(plan.intensity(1)[0])
        liked = rng.choice(ways, int(rng.integers(1, 3)), replace=False)
        _add(town, plan, chosen, liked, mean, UNIT.name, RESPONSIBLE)
    # A hospital that has one thing others send their patients away for does more of it too.
    honest = plan.ladder[len(plan.ladder) // 2 :]
    honest = honest[: 1 if plan.rate > 0 else 0]
    for place in honest:
        stays = town.free(wanted & (bills["place"] == place))
        chosen = some(rng, stays, min(len(stays) // 3, 30))
        liked = rng.choice(["sound", "ct", "mr", "physio"], 1)
        _add(town, plan, chosen, liked, 0.3, UNIT.name + "_at_limit", LOOKALIKE)


def _add(
    town: Town, plan: Plan, stays: Numbers, ways: Numbers, mean: float, name: str, role: str
) -> None:
    """Add things of these `ways` to stays, worth `mean` quarters of what stands there, and tell it."""
    rng, world = plan.rng, town.world
    if not len(stays):
        return
    keys = [(world.item[key], way in DAILY) for way in ways for key in WAYS[way]]
    level = int(world.places["hosp_lv"].iloc[town.bills["place"].iloc[stays[0]]])
    keys = [one for one in keys if world.items["least_lv"].iloc[one[0]] <= level]
    if not keys:
        return
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
    goal = np.maximum(due * QUARTER * mean * np.exp(rng.normal(0, 0.3, len(stays))), 1.0)
    # What is not there yet, in an order of its own for each stay, until it is worth so much.
    order = rng.random(there.shape).argsort(axis=1)
    nights = town.nights().to_numpy()[stays]
    often = np.where(daily[None, :], np.maximum(nights[:, None] - 1, 1), 1) * ~there
    price = np.stack([usual_price(town, stays, np.full(len(stays), one)) for one in item], axis=1)
    worth = np.take_along_axis(often * price, order, axis=1)
    before = np.cumsum(worth, axis=1) - worth
    # The last one is not given to the end.
    part = np.clip((goal[:, None] - before) / np.maximum(worth, 1), 0.0, 1.0)
    number = np.ceil(np.take_along_axis(often, order, axis=1) * part).astype(np.int64)
    row, turn = repeated(number.ravel())
    stay, kind = row // len(item), order.ravel()[row]
    day = town.bills["begin"].to_numpy()[stays[stay]] + np.where(
        daily[kind], 1 + turn, rng.integers(0, 1 + np.minimum(nights[stay] - 1, 3))
    )
    added = town.add_lines(
        bill=stays[stay], item=item[kind], day=np.minimum(day, town.bills["end"].to_numpy()[stays[stay]]),
        clock=9 * 3600 + rng.integers(0, 7200, len(row)), order=new_orders(town, row >= 0),
    )  # fmt: skip
    added_worth = np.bincount(stay, weights=price[stay, kind], minlength=len(stays))
    strength = np.round(added_worth / np.maximum(due, 1) / QUARTER, 2)
    town.tell(
        name, stays, strength[stay], role=role, lines=added, doctor=INVOLVED if role == RESPONSIBLE else None,
        patient=INVOLVED,
    )  # fmt: skip
