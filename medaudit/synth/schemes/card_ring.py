"""Cards of people who have nothing to do with one another, swiped one after another at a pharmacy, again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import DRUGS
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="card_ring",
    zh="聚敛社保卡：互不相干的一批人的卡在一两家药店几分钟内连续刷，反复多日",
    en="Card ring: the cards of unrelated people swiped one after another at one or two pharmacies, on many days",
    stage=BILLS,
    threshold_zh="十分钟内四张以上同批卡，共 3 天",
    threshold_en="four or more of the cards within ten minutes on 3 days",
    kinds=("pharmacy",),
    share=(0.15, 0.35),
    rate=(0.15, 0.4),
    least=2,
)
DAYS, CARDS = 3, 4


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    here = town.world.serving(town.number, "pharmacy")
    shops = plan.culprits if len(plan.culprits) else here[: plan.least]
    rings = plan.number(len(here)) if len(shops) else 0
    cards = _members(town, plan, rings)
    # Sessions: from 5 to 24 days of a ring, at one of its one or two pharmacies.
    number = rng.integers(5, 25, rings)
    ring = np.repeat(np.arange(rings), number)
    own = (
        shops[rng.integers(0, len(shops), (rings, 2))]
        if rings
        else np.zeros((0, 2), dtype=np.int64)
    )
    place = own[ring, (rng.random(len(ring)) < 0.3).astype(np.int64)]
    first = rng.integers(0, 200, rings)
    day = first[ring] + np.floor(
        rng.random(len(ring)) * np.minimum(362 - first, 40 + number * 8)[ring]
    ).astype(np.int64)
    start = rng.integers(8 * 3600, 19 * 3600, len(ring))
    present = rng.uniform(0.4, 0.9, rings)
    sessions = pd.DataFrame({"ring": ring, "place": place, "day": day, "start": start})
    sessions = sessions.drop_duplicates(["ring", "day"])
    rows = sessions.merge(cards, on="ring")
    rows = rows[rng.random(len(rows)) < present[rows["ring"]]]
    rows = rows[
        town.quiet_days(rows["person"].to_numpy(), rows["day"].to_numpy(), rows["day"].to_numpy())
    ]
    rows = rows.iloc[rng.permutation(len(rows))].sort_values(
        ["ring", "day"], kind="stable", ignore_index=True
    )
    # The cards in no order, 20 to 90 seconds apart.
    wait = rng.integers(20, 91, len(rows))
    clock = (
        rows["start"].to_numpy()
        + pd.Series(wait).groupby([rows["ring"], rows["day"]]).cumsum().to_numpy()
    )
    baskets = _baskets(town)
    bills = town.add_bills(
        person=rows["person"], place=rows["place"], begin=rows["day"], clock=clock, med_type=41, burst=True,
        care=baskets[rng.integers(0, len(baskets), len(rows))],
    )  # fmt: skip
    together = rows.groupby(["ring", "day"]).size().reset_index(name="cards")
    met = (
        together[together["cards"] >= CARDS]
        .groupby("ring")
        .size()
        .reindex(range(rings), fill_value=0)
    )
    strength = met.to_numpy()[rows["ring"]] / DAYS
    # Some sold the use of their card; the others do not know where it is.
    for role, them in (
        (RESPONSIBLE, rows["knows"].to_numpy()),
        (INVOLVED, ~rows["knows"].to_numpy()),
    ):
        town.tell(
            UNIT.name, bills[them], strength[them], patient=role, ring=rows["ring"].to_numpy()[them]
        )


def _members(town: Town, plan: Plan, rings: int) -> pd.DataFrame:
    """The cards of each ring, nobody in two of them and no two of one household: ring, person, knows."""
    rng, people = plan.rng, town.people
    adults = np.flatnonzero(people["age"] >= 18)
    adults = rng.permutation(np.array(adults))
    adults = adults[~people["household"].iloc[adults].duplicated().to_numpy()]
    size = np.round(np.exp(rng.uniform(np.log(5), np.log(39), rings))).astype(np.int64)
    ring = np.repeat(np.arange(rings), size)[: len(adults) // 2]
    sold = rng.uniform(0.2, 0.8, rings)
    return pd.DataFrame(
        {"ring": ring, "person": adults[: len(ring)], "knows": rng.random(len(ring)) < sold[ring]}
    )


def _baskets(town: Town) -> Numbers:
    """What people buy at a pharmacy that is for everybody."""
    care, items = town.world.care, town.world.items
    anybody = (
        (items["lmt_gend"] == "")
        & (items["lmt_age_min"] == "")
        & items["med_chrgitm_type"].isin(DRUGS)
    )
    sold = care[care["care"].str.startswith("pharmacy")]
    fits = anybody.to_numpy()[sold["item"]]
    return np.array(
        sorted(
            sold["care"][
                pd.Series(fits, sold.index).groupby(sold["care"]).transform("all")
            ].unique()
        ),
        dtype=object,
    )
