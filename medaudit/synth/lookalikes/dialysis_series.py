"""The same people at the same machines, three times a week, all year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.lookalikes._ways import at_home, ring_like, treated
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import FIRST_WEEKDAY
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="dialysis_series",
    zh="血液透析班次：同一批人每周三次在同一时段结算，像聚敛社保卡",
    en="Dialysis shifts: the same people settle together three times a week, like a ring of cards",
    innocent=True,
    stage=LINES,
    threshold_zh="10 分钟内 4 张卡、3 天以上",
    threshold_en="4 cards within 10 minutes on 3 days",
    rate=(0.0002, 0.0006),
)
SHIFTS = (11.2, 16.0, 20.5)  # hours at which a shift pays


def plant(town: Town, plan: Plan) -> None:
    world, rng, people = town.world, plan.rng, town.people
    sick = int(
        np.flatnonzero(
            (world.diseases["setting"] == "chronic") & world.diseases["icd"].str.startswith("N18")
        )[0]
    )
    busy = town.bills.loc[town.bills["taken"], "person"].unique()
    grown = people["age"].between(28, 84) & (people["second"] < 0) & ~people.index.isin(busy)
    registered = np.flatnonzero((people["chronic"] == sick) & grown)
    others = np.flatnonzero((people["chronic"] < 0) & grown)
    them = np.union1d(registered, plan.choose(others))
    if not len(them):
        return
    people.loc[them, "chronic"] = sick
    monthly = town.free((town.bills["med_type"] == 14) & town.bills["person"].isin(them))
    town.drop_lines(town.lines.index[town.lines["bill"].isin(monthly)].to_numpy())
    town.drop_bills(monthly)
    # A group shares a hospital, its days and its shift.
    them = rng.permutation(np.array(them))
    group = np.arange(len(them)) // int(rng.integers(3, 9))
    groups = int(group[-1]) + 1
    place = rng.choice(world.serving(town.number, "county"), groups)[group]
    late, shift = rng.integers(0, 2, groups)[group], rng.integers(0, len(SHIFTS), groups)[group]
    since = np.where(rng.random(len(them)) < 0.3, rng.integers(0, 200, len(them)), 0)
    who, day = (
        grid.ravel() for grid in np.meshgrid(np.arange(len(them)), np.arange(DAYS), indexing="ij")
    )
    weekday = (day + FIRST_WEEKDAY) % 7
    comes = (
        np.isin(weekday - late[who], [0, 2, 4])
        & (day >= since[who])
        & (rng.random(len(day)) < 0.97)
    )
    comes &= at_home(town, them[who], day, day)
    who, day = who[comes], day[comes]
    clock = np.array(SHIFTS)[shift[who]] * 3600 + rng.integers(0, 420, len(who))
    sessions = town.add_bills(
        person=them[who], place=place[who], disease=sick, care=world.diseases["care"][sick], med_type=14,
        begin=day, clock=clock.astype(np.int64), burst=True,
    )  # fmt: skip
    lines = treated(town, sessions)
    # What is swallowed at home is given for a month, at every fourteenth session.
    town.drop_lines(lines[(town.lines.loc[lines, "supply"] > 0).to_numpy()])
    turn = pd.Series(day).groupby(who).cumcount().to_numpy()
    given = (turn % 14 == who % 14) & (who % 3 > 0)
    binder = world.item["calac"]
    supply = 2 * int(world.items["pack_days"].iloc[binder])
    town.add_lines(
        bill=sessions[given],
        item=binder,
        day=day[given],
        clock=clock[given] - 300,
        cnt=2,
        supply=supply,
    )
    town.tell(
        UNIT.name, sessions, ring_like(group[who], group[who] * 1000 + day, clock),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE, ring=group[who],
    )  # fmt: skip
