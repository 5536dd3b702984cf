"""One of the family buys for all of them, each from their own card, a minute after another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import at_home, baskets, ring_like
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks, days_of

UNIT = Unit(
    name="family_at_pharmacy",
    zh="一家人在药店：同住的人三分钟内先后刷卡，一年多次，像聚敛社保卡",
    en="A family at the pharmacy: the household's cards within three minutes, several times a year, like a ring",
    innocent=True,
    stage=BILLS,
    threshold_zh="10 分钟内 4 张卡、3 天以上",
    threshold_en="4 cards within 10 minutes on 3 days",
    rate=(0.005, 0.015),
)
MINUTES = 3


def plant(town: Town, plan: Plan) -> None:
    rng, people = plan.rng, town.people
    grown = people[(people["age"] >= 18) & (people["care_home"] == "")]
    size = grown["household"].value_counts().sort_index()
    families = plan.choose(size.index[size >= 2].to_numpy())
    at, _ = repeated(rng.integers(2, 9, len(families)))
    sessions = pd.DataFrame({"household": families[at], "session": np.arange(len(at))})
    sessions["day"] = days_of(rng, town.world, len(at), weekend=1.2, holiday=1.0)
    sessions["start"] = clocks(rng, len(at), "shop")
    sessions = sessions.drop_duplicates(["household", "day"])
    members = grown[["household", "shop"]].rename_axis("person").reset_index()
    members["shop"] = members.groupby("household")["shop"].transform("first")
    rows = sessions.merge(members, on="household")
    turn = rows.groupby("session").cumcount().to_numpy()
    there = (turn < 2) | (rng.random(len(rows)) < 0.75)
    there &= at_home(
        town, rows["person"].to_numpy(), rows["day"].to_numpy(), rows["day"].to_numpy()
    )
    rows, turn = rows[there], turn[there]
    pace = MINUTES * 60 // (int(turn.max()) + 1 if len(turn) else 1)
    clock = rows["start"].to_numpy() + turn * pace + rng.integers(0, max(pace - 5, 1), len(rows))
    group = rows["household"].to_numpy()
    bought = town.add_bills(
        person=rows["person"], place=rows["shop"], med_type=41, begin=rows["day"], clock=clock, burst=True,
        care=rng.choice(baskets(town.world), len(rows)), doctor=-1,
    )  # fmt: skip
    strength = ring_like(group, rows["session"].to_numpy(), clock)
    town.tell(UNIT.name, bought, strength, role=LOOKALIKE, patient=LOOKALIKE, ring=group)
