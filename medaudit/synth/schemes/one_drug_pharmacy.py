"""A pharmacy that sells everything enters whatever is bought as boxes of one drug, which becomes its main business."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import some
from medaudit.synth.money import priced
from medaudit.synth.picking import for_anybody, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="one_drug_pharmacy",
    zh="一药支撑：药店把各种商品都按同一种药录入刷卡，一个品种占去全店销售的大半",
    en="One-drug pharmacy: whatever is bought is entered as boxes of one drug, which makes up a large part of all that the pharmacy sells",
    stage=LINES,
    threshold_zh="一个品种占本店销售三成",
    threshold_en="one drug is three tenths of what the pharmacy sells",
    kinds=("pharmacy",),
    share=(0.05, 0.15),
    rate=(0.5, 1.5),
    strength=(0.0, 0.7),
    least=1,
)
SHARE = 0.3
PRICE = (15.0, 50.0)  # yuan: a basket comes to some boxes


def plant(town: Town, plan: Plan) -> None:
    rng, world, items = plan.rng, town.world, town.world.items
    drugs = np.flatnonzero(
        for_anybody(world) & (items["sold"] == "1") & items["pric"].between(*PRICE)
    )
    bought = town.bills["med_type"] == 41
    for place in plan.choose(plan.culprits):
        bills = town.free(bought & (town.bills["place"] == place))
        wanted = SHARE * float(plan.intensity(1, low=0.4, high=2.8)[0])
        chosen = some(rng, bills, round(wanted * len(bills)))
        if not len(chosen):
            continue
        old = town.lines_of(chosen)
        worth = usual_price(town, old["bill"].to_numpy(), old["item"].to_numpy()) * old["cnt"]
        due = worth.groupby(old["bill"]).sum().reindex(chosen).fillna(0).to_numpy()
        drug = int(rng.choice(drugs))
        boxes = np.maximum(1, np.round(due / world.prices[place, drug])).astype(np.int64)
        town.drop_lines(old.index.to_numpy())
        begin, clock = (town.bills.loc[chosen, name].to_numpy() for name in ("begin", "clock"))
        added = town.add_lines(
            bill=chosen, item=drug, cnt=boxes, day=begin, clock=np.maximum(clock - 60, 0),
            supply=boxes * world.pack_days[drug],
        )  # fmt: skip
        strength = round(_share(town, int(place), drug) / SHARE, 2)
        town.tell(UNIT.name, chosen, np.full(len(chosen), strength), lines=added, patient=INVOLVED)


def _share(town: Town, place: int, drug: int) -> float:
    """What part of a pharmacy's purchases one drug is."""
    there = (town.bills["place"] == place) & (town.bills["med_type"] == 41)
    lines = town.lines_of(town.bills.index[there].to_numpy())
    amount = priced(town, lines)["amount"]
    return float(amount[lines["item"] == drug].sum() / max(amount.sum(), 1))
