"""On market days the bus brings a village to the township: its people are seen the same mornings."""

from __future__ import annotations

import numpy as np

from medaudit.synth.lookalikes._ways import at_home, ring_like
from medaudit.synth.people import draw_disease
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="village_bus_day",
    zh="赶集日班车：同村的人在集日上午到同一家医院看病，像聚集就医",
    en="Market-day bus: a village's people at one hospital the same mornings, like a group brought in",
    innocent=True,
    stage=BILLS,
    threshold_zh="10 分钟内 4 张卡、3 天以上",
    threshold_en="4 cards within 10 minutes on 3 days",
    rate=(0.03, 0.08),
    least=1,
)


def plant(town: Town, plan: Plan) -> None:
    world, rng, people = town.world, plan.rng, town.people
    villages = plan.choose(np.unique(people["village"].to_numpy()))
    able = people["village"].isin(villages) & (people["age"] >= 18) & (people["care_home"] == "")
    mixed = people[able].iloc[rng.permutation(int(able.sum()))]
    seats = int(rng.integers(10, 31))
    regulars = np.sort(mixed.index[mixed.groupby("village").cumcount() < seats].to_numpy())
    every = int(rng.choice([10, 15, 30]))
    market = np.arange(int(rng.integers(0, 10)), DAYS, every)
    who, day = (grid.ravel() for grid in np.meshgrid(regulars, market, indexing="ij"))
    comes = (rng.random(len(who)) < rng.uniform(0.12, 0.3)) & at_home(town, who, day, day)
    who, day = who[comes], day[comes]
    disease = draw_disease(
        rng, world, "visit", people["age"].to_numpy()[who], people["sex"].to_numpy()[who]
    )
    village = people["village"].to_numpy()[who]
    stops = rng.choice(world.serving(town.number, "township"), len(villages))
    place = stops[np.searchsorted(villages, village)]
    fits = (disease >= 0) & (world.diseases["least_lv"].to_numpy()[disease] <= 1)
    who, day, disease, village, place = (x[fits] for x in (who, day, disease, village, place))
    arrives = rng.integers(8 * 3600, 9 * 3600, DAYS)[day]
    clock = arrives + rng.integers(0, rng.integers(1200, 4000), len(who))
    seen = town.add_bills(
        person=who, place=place, disease=disease, care=world.diseases["care"].to_numpy()[disease],
        med_type=world.diseases["med_type"].to_numpy()[disease], begin=day, clock=clock,
    )  # fmt: skip
    town.tell(
        UNIT.name, seen, ring_like(village, village * 1000 + day, clock),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE, ring=village,
    )  # fmt: skip
