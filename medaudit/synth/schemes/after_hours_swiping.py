"""A pharmacy keeps its customers' cards and swipes the pile, card after card, when the shutters are down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import baskets
from medaudit.synth.picking import told_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, Town

UNIT = Unit(
    name="after_hours_swiping",
    zh="夜间刷留存卡：药店留存一叠参保人的卡，打烊后由一人连续刷完",
    en="After-hours swiping: a pharmacy keeps a pile of cards and one of its people swipes them all after closing time",
    stage=BILLS,
    threshold_zh="3 个夜晚各刷三张以上",
    threshold_en="three cards or more on each of 3 nights",
    kinds=("pharmacy",),
    share=(0.15, 0.35),
    rate=(0.2, 0.6),
    least=2,
)
NIGHTS, CARDS = 3, 3


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    here = town.world.serving(town.number, "pharmacy")
    able = plan.culprits if len(plan.culprits) else here[: plan.least]
    shops = np.sort(rng.permutation(able)[: plan.number(len(here))]) if len(able) else able
    number = len(shops)
    grown = rng.permutation(np.setdiff1d(np.flatnonzero(people["age"] >= 18), told_of(town)))
    pile = np.round(np.exp(rng.uniform(np.log(8), np.log(60), number))).astype(np.int64)
    owner = np.repeat(np.arange(number), pile)[: len(grown) // 2]
    cards = pd.DataFrame({"shop": owner, "person": grown[: len(owner)]})
    nights = np.maximum(1, np.round(NIGHTS * 2 * plan.intensity(number))).astype(np.int64)
    shop, _ = repeated(nights)
    # Some close at eight, some wait until nobody is about; they keep to their hour.
    usual = rng.uniform(20.5, 25.5, number)
    hour = usual[shop] + rng.normal(0, 0.6, len(shop))
    sessions = pd.DataFrame({
        "shop": shop, "day": rng.integers(10, 360, len(shop)) + (hour >= 24), "hour": hour % 24,
        "speed": rng.uniform(12, 60, number)[shop], "part": rng.uniform(0.3, 0.95, len(shop)),
    }).drop_duplicates(["shop", "day"])  # fmt: skip
    rows = sessions.merge(cards, on="shop")
    rows = rows[rng.random(len(rows)) < rows["part"]]
    day, person = rows["day"].to_numpy(), rows["person"].to_numpy()
    rows = rows[town.quiet_days(person, day, day)]
    rows = rows.iloc[rng.permutation(len(rows))].sort_values(["shop", "day"], kind="stable")
    wait = (rows["speed"] * rng.uniform(0.6, 1.6, len(rows))).round()
    clock = rows["hour"] * 3600 + wait.groupby([rows["shop"], rows["day"]]).cumsum()
    rows = rows.assign(clock=clock.astype(np.int64))
    rows = rows[rows["clock"] < 86_390]
    if rows.empty:
        return
    known = baskets(town.world)
    bills = town.add_bills(
        person=rows["person"], place=shops[rows["shop"]], begin=rows["day"], clock=rows["clock"],
        med_type=41, burst=True, care=known[rng.integers(0, len(known), len(rows))],
    )  # fmt: skip
    met = rows.groupby(["shop", "day"]).size()
    met = met[met >= CARDS].groupby("shop").size().reindex(range(number), fill_value=0)
    real = np.round(np.maximum(met.to_numpy()[rows["shop"]], 0.5) / NIGHTS, 2)
    town.tell(UNIT.name, bills, real, patient=INVOLVED)
