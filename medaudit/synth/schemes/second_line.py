"""A drug the fund pays for after another has failed is given first."""

from __future__ import annotations

import numpy as np

from medaudit.synth.chance import some
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="second_line",
    zh="越线用药：限二线使用的药，没有用过一线药就直接开",
    en="Second line first: a drug limited to the second line given without any of the first",
    stage=LINES,
    threshold_zh="没有用过一线药",
    threshold_en="none of the first line before",
    kinds=("county", "tcm", "private", "tertiary"),
    rate=(0.002, 0.008),
    least=4,
)
KNOWN = 185  # days a person has been seen before


def plant(town: Town, plan: Plan) -> None:
    rng, world, bills = plan.rng, town.world, town.bills
    for key, firsts in table_of("drug_lines").groupby("second")["first"]:
        second = world.item[str(key)]
        person = bills["person"].to_numpy()
        drugs = [second, *firsts.map(world.item)]
        taken = town.lines[town.lines["item"].isin(drugs)]
        had = person[taken["bill"]]
        since = bills["begin"] - bills.groupby("person")["begin"].transform("min")
        level = world.places["hosp_lv"].to_numpy()[bills["place"]]
        enough = level >= world.items["least_lv"].iloc[second]
        wanted = (bills["med_type"] == 11) & (since >= KNOWN) & enough & ~np.isin(person, had)
        wrong = plan.choose(bills_of(town, plan, wanted & (town.of("age") >= 18)))
        # Who had the first line for months is given the second instead of it.
        fetched = bills.loc[taken["bill"].unique()].sort_values("begin")
        later = fetched[(fetched["med_type"] == 14) & (fetched.groupby("person").cumcount() >= 3)]
        able = later.index[~later["taken"] & enough[later.index]].to_numpy()
        able = able[~bills["person"].loc[able].duplicated().to_numpy()]
        fair = some(rng, able, (len(wrong) + 1) // 2)
        town.drop_lines(taken.index[taken["bill"].isin(fair)].to_numpy())
        for them, role in ((wrong, RESPONSIBLE), (fair, LOOKALIKE)):
            begin, clock = (bills[name].to_numpy()[them] for name in ("begin", "clock"))
            lines = town.add_lines(
                bill=them, item=second, day=begin, clock=np.maximum(clock - 120, 0),
                supply=world.pack_days[second],
            )  # fmt: skip
            town.tell(
                UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), them, 1.0, role=role, lines=lines,
                doctor=RESPONSIBLE, patient=INVOLVED,
            )  # fmt: skip
