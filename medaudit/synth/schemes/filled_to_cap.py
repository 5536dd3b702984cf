"""Where the mean cost of a stay is capped, cheap stays are filled up to just below the cap and dear ones cut down to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.money import priced
from medaudit.synth.picking import new_orders, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="filled_to_cap",
    zh="冲限额：住院次均费用限额以下的住院，用药和治疗加到贴近限额，略超的压到限额以下",
    en="Filled to the cap: drugs and treatment added to stays until they cost just less than the cap on a stay, dearer ones cut down to it",
    stage=LINES,
    threshold_zh="一家机构有 30 次住院贴着限额",
    threshold_en="30 stays of a hospital just below the cap",
    kinds=("township", "private", "tcm", "county"),
    share=(0.05, 0.15),
    strength=(0.3, 0.8),
)
STAYS = 30
NEAR = (0.955, 0.998)  # of the cap
# Given again and again whatever the illness, each at a few yuan.
FILLING = ("citi", "mecobinj", "infrared", "oxytube", "dresskit")


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    if not plan.rate:
        return
    table = table_of("case_caps")
    table = table[table["scope"] == "stay"]
    cap = dict(zip(table["hosp_lv"].astype(int), table["cap_amt"].astype(float) * 100, strict=True))
    level = pd.Series(town.world.places["hosp_lv"].to_numpy()[bills["place"]], index=bills.index)
    cost = priced(town, town.lines).groupby("bill")["amount"].sum().reindex(bills.index).fillna(0)
    share = cost / level.map(cap)
    wanted = (
        town.is_stay() & (bills["med_type"] == 21) & (town.nights() >= 3) & (bills["visit"] < 0)
    )
    low, high = wanted & share.between(0.6, 0.94), wanted & share.between(1.0001, 1.06)
    # It shows only where there are many such stays, so the first places that have them do it.
    crowd = bills.loc[town.free(low), "place"].value_counts().reindex(plan.ladder).fillna(0)
    for place in crowd.index[crowd >= 1.3 * STAYS][: len(plan.culprits)]:
        cheap = town.free(low & (bills["place"] == place))
        wish = int(np.ceil(STAYS * plan.intensity(1, low=0.7, high=2.5)[0]))
        cheap = some(rng, cheap, wish)
        goal = rng.uniform(*NEAR, len(cheap)) * cap[int(level[cheap[0]])]
        added = _fill(town, plan, cheap, goal - cost.to_numpy()[cheap])
        dear = town.free(high & (bills["place"] == place))
        _cut(town, dear, cost.to_numpy()[dear] - NEAR[1] * cap[int(level[cheap[0]])])
        strength = round((len(cheap) + len(dear)) / STAYS, 2)
        town.tell(UNIT.name, cheap, strength, lines=added, patient=INVOLVED)


def _fill(town: Town, plan: Plan, stays: Numbers, short: Numbers) -> Numbers:
    """Add of each thing as many as make up what stays are short of (fen), on their days in turn; the lines."""
    world, rng = town.world, plan.rng
    keys = [key for key in FILLING if world.items["least_lv"].iloc[world.item[key]] <= 1]
    item = np.array([world.item[key] for key in keys])
    price = np.stack([usual_price(town, stays, np.full(len(stays), one)) for one in item], axis=1)
    # Mostly of one, what is left of the money of the next.
    number = np.zeros(price.shape, dtype=np.int64)
    left = np.array(short, dtype=float)
    for column in np.argsort(-price.mean(axis=0)):
        number[:, column] = np.maximum(left // price[:, column], 0)
        left -= number[:, column] * price[:, column]
    nights = town.nights().to_numpy()[stays]
    at, turn = repeated(np.minimum(nights, 10))
    days = np.minimum(nights, 10)[at]
    each = number[at] // days[:, None] + (turn[:, None] < number[at] % days[:, None])
    row, kind = np.nonzero(each)
    return town.add_lines(
        bill=stays[at[row]], item=item[kind], cnt=each[row, kind], order=new_orders(town, row >= 0),
        day=town.bills["begin"].to_numpy()[stays[at[row]]] + turn[row], clock=9 * 3600 + rng.integers(0, 7200, len(row)),
    )  # fmt: skip


def _cut(town: Town, stays: Numbers, over: Numbers) -> None:
    """Leave out the last drugs and treatments of stays that are worth what is over (fen)."""
    lines = town.lines_of(stays)
    lines = lines[lines["chrgitm"].isin(("04", "05", "08", "09", "11"))]
    lines = lines.assign(worth=priced(town, lines)["amount"])[::-1]
    before = lines.groupby("bill")["worth"].cumsum() - lines["worth"]
    goal = pd.Series(over, index=stays).reindex(lines["bill"]).to_numpy()
    town.drop_lines(np.sort(lines.index[before.to_numpy() < goal].to_numpy()))
    town.change(stays)
