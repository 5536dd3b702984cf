"""A ward charges a higher grade of nursing beside the one that was ordered, day after day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.picking import SERVICES, copied, lines_at, split
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town

UNIT = Unit(
    name="nursing_grades",
    zh="两级护理同收：已收医嘱的护理级别，又收另一级别，连续多日",
    en="Two grades of nursing: besides the grade that was ordered another is charged, for days in a row",
    stage=LINES,
    threshold_zh="每天只收一个级别（每多一天加 1）",
    threshold_en="one grade a day (one more for each day with two)",
    kinds=SERVICES,
    rate=(0.02, 0.06),
    strength=(0.3, 0.9),
)
GRADES = ("nurse1", "nurse2")


def plant(town: Town, plan: Plan) -> None:
    rng, item = plan.rng, town.world.item
    graded = np.isin(np.arange(len(town.world.items)), [item[key] for key in GRADES])
    lines = lines_at(town, plan, graded, town.is_stay() & (town.nights() >= 2))
    lines = lines.drop_duplicates(["bill", "day"])
    wrong, fair = split(plan, lines, 1.0)
    lower = rng.random(len(town.bills)) < rng.uniform(0.1, 0.4)  # grade III is charged besides
    stays, of = np.unique(wrong["bill"], return_inverse=True)
    # A run of days from some day of the stay on.
    turn = wrong.groupby("bill").cumcount().to_numpy()
    size = wrong.groupby("bill")["day"].transform("size").to_numpy()
    run = np.minimum(np.ceil(plan.intensity(len(stays), high=15.0))[of], size).astype(np.int64)
    first = np.floor(rng.random(len(stays))[of] * (size - run + 1))
    of_run = (turn >= first) & (turn < first + run)
    wrong, run = wrong[of_run], run[of_run]
    first_grade = wrong["item"].to_numpy() == item["nurse1"]
    other = np.where(lower[wrong["bill"]], item["nurse3"], item["nurse1"])
    other = np.where(first_grade, item["nurse2"], other)
    added = town.add_lines(**copied(wrong, item=other, price=-1, cnt=1))
    town.tell(UNIT.name, added, 1.0 + run, lines=added)
    # The patient gets better, or worse: another grade from some day on, one a day.
    since = pd.Series(rng.uniform(0.2, 0.8, fair["bill"].nunique()), index=np.unique(fair["bill"]))
    share = fair.groupby("bill").cumcount() / fair.groupby("bill")["day"].transform("size")
    fair = fair[share.to_numpy() < since.reindex(fair["bill"]).to_numpy()]
    other = np.where(fair["item"] == item["nurse1"], item["nurse2"], item["nurse1"])
    town.change_lines(fair.index.to_numpy(), item=other)
    told = fair.index.to_numpy()
    town.tell(UNIT.name + "_at_limit", told, 1.0, role=LOOKALIKE, lines=told)
