"""Once a month the nurse of an old people's home fetches what its residents need, with their cards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.lookalikes._ways import at_home, baskets, ring_like
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks

UNIT = Unit(
    name="care_home_run",
    zh="养老院代购：护理员每月在同一药店刷 10–30 位老人的卡，像聚敛社保卡",
    en="A care home's run: the nurse swipes 10-30 residents' cards at one pharmacy every month, like a ring",
    innocent=True,
    stage=BILLS,
    threshold_zh="10 分钟内 4 张卡、3 天以上",
    threshold_en="4 cards within 10 minutes on 3 days",
    rate=(0.4, 0.9),
    least=1,
)


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    old = people[people["care_home"] != ""]
    homes = plan.choose(np.sort(old["care_home"].unique()))
    rows = old.loc[old["care_home"].isin(homes), ["care_home"]].rename_axis("person").reset_index()
    rows = rows.iloc[rng.permutation(len(rows))]
    rows = rows[
        rows.groupby("care_home").cumcount() < 30
    ]  # the others have relatives who see to it
    months = int(rng.integers(3, 13))
    runs = pd.DataFrame(
        [(home, month) for home in homes for month in range(months)], columns=["care_home", "month"]
    )
    runs["day"] = runs["month"] * 30 + rng.integers(0, 5, len(runs)) + int(rng.integers(0, 4))
    runs["start"] = np.minimum(clocks(rng, len(runs), "shop"), 19 * 3600)
    runs["session"] = np.arange(len(runs))
    shop = dict(
        zip(homes, rng.choice(town.world.serving(town.number, "pharmacy"), len(homes)), strict=True)
    )
    rows = runs.merge(rows, on="care_home")
    there = (rng.random(len(rows)) < 0.85) & (rows["day"] < 365).to_numpy()
    there &= at_home(
        town, rows["person"].to_numpy(), rows["day"].to_numpy(), rows["day"].to_numpy()
    )
    rows = rows[there]
    pace = int(rng.integers(20, 70))
    turn = rows.groupby("session").cumcount().to_numpy()
    clock = rows["start"].to_numpy() + turn * pace + rng.integers(0, 15, len(rows))
    group = rows["care_home"].map({home: n for n, home in enumerate(homes)}).to_numpy()
    bought = town.add_bills(
        person=rows["person"], place=rows["care_home"].map(shop), med_type=41, begin=rows["day"], clock=clock,
        burst=True, care=rng.choice(baskets(town.world), len(rows)), doctor=-1,
    )  # fmt: skip
    strength = ring_like(group, rows["session"].to_numpy(), clock)
    town.tell(UNIT.name, bought, strength, role=LOOKALIKE, patient=LOOKALIKE, ring=group)
