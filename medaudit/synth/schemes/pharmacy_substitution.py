"""Goods of a pharmacy sold as decoction pieces or covered drugs: the same baskets, in round amounts."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="pharmacy_substitution",
    zh="药店串换：保健品、日用品按中药饮片或医保药品结算，金额整、组合雷同",
    en="Pharmacy substitution: other goods sold as decoction pieces or covered drugs, the same baskets in round amounts",
    stage=LINES,
    threshold_zh="一次购药中这类商品 100 元",
    threshold_en="100 yuan of them in one purchase",
    kinds=("pharmacy",),
    share=(0.15, 0.35),
    rate=(0.015, 0.06),
)
BASKETS = 3  # of each pharmacy
STEPS = np.array([5, 10, 20, 25, 50])  # fen a gram that make round amounts


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    chosen = plan.choose(bills_of(town, plan, town.bills["med_type"] == 41))
    shops, at = np.unique(town.bills["place"].to_numpy()[chosen], return_inverse=True)
    size = len(shops) * BASKETS
    total = np.maximum(3000, np.round(plan.intensity(size) * 10) * 1000).astype(np.int64)
    herbs = rng.random(size) < 0.7
    item, count, price = _basket(town, plan, shops, total, herbs)
    real = (count * price).sum(axis=1) / 10_000
    basket = at * BASKETS + rng.integers(0, BASKETS, len(chosen))
    old = town.lines_of(chosen)
    # Some things on the bill are what was sold.
    kept = rng.random(len(town.bills)) < 0.35
    town.drop_lines(old.index.to_numpy()[~kept[old["bill"]] | old.duplicated("bill").to_numpy()])
    bill = np.repeat(chosen, 2)
    basket = np.repeat(basket, 2)
    part = np.tile([0, 1], len(chosen))
    pack = town.world.pack_days
    added = town.add_lines(
        bill=bill, item=item[basket, part], cnt=count[basket, part], price=price[basket, part],
        day=town.bills["begin"].to_numpy()[bill], supply=(count * pack[item])[basket, part],
        clock=np.maximum(town.bills["clock"].to_numpy()[bill] - rng.integers(20, 300, len(bill)), 0),
    )  # fmt: skip
    town.tell(UNIT.name, chosen, np.round(real[basket], 2), lines=added, patient=INVOLVED)


def _basket(
    town: Town, plan: Plan, shops: Numbers, total: Numbers, herbs: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Two things of each basket: their items, counts and prices (fen), never above the limit."""
    items, limits, rng = town.world.items, town.world.limits[:, 0], plan.rng
    piece = (items["med_chrgitm_type"] == "10").to_numpy()
    common = (
        (items["sold"] == "1")
        & (items["lmt_gend"] == "")
        & (items["lmt_age_min"] == "")
        & (limits >= 3000)
    )
    drug = (common & ~piece & (limits < 8000) & (items["med_chrgitm_type"] == "11")).to_numpy()
    pieces, drugs = np.flatnonzero(piece), np.flatnonzero(drug)
    first = np.where(
        herbs,
        pieces[rng.integers(0, len(pieces), len(total))],
        drugs[rng.integers(0, len(drugs), len(total))],
    )
    # The second is another of the same group.
    group = np.where(herbs, len(pieces), len(drugs))
    start = np.where(herbs, pieces.searchsorted(first), drugs.searchsorted(first))
    next_one = (start + 1 + np.floor(rng.random(len(total)) * (group - 1)).astype(np.int64)) % group
    second = np.where(herbs, pieces[next_one % len(pieces)], drugs[next_one % len(drugs)])
    item = np.stack([first, second], axis=1)
    gram = STEPS[np.maximum(STEPS.searchsorted(limits[item], side="right") - 1, 0)]
    price = np.where(herbs[:, None], gram, limits[item] // 500 * 500)
    share = rng.uniform(0.3, 0.7, len(total))
    unit = np.where(herbs, 100, 1)  # a hundred grams of anything come to whole five yuan
    one = np.maximum(1, np.round(total * share / price[:, 0] / unit)).astype(np.int64) * unit
    rest = np.maximum(total - one * price[:, 0], price[:, 1] * unit)
    other = np.maximum(1, np.round(rest / price[:, 1] / unit)).astype(np.int64) * unit
    return item, np.stack([one, other], axis=1), price
