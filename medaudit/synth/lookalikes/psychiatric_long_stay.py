"""Months in a psychiatric hospital, settled monthly and paid by the day: little is done on most days."""

from __future__ import annotations

import numpy as np

from medaudit.synth.care import HOUSE
from medaudit.synth.chance import repeated
from medaudit.synth.lookalikes._ways import classes, treated
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.when import clocks
from medaudit.synth.world import DAYS

UNIT = Unit(
    name="psychiatric_long_stay",
    zh="精神科长期住院：住几个月、按月结算、按床日付费，治疗项目少，像挂床",
    en="Psychiatric long stay: months paid by the day and settled monthly with few treatments, like a phantom stay",
    innocent=True,
    stage=LINES,
    threshold_zh="连续 3 天无治疗",
    threshold_en="3 days in a row without treatment",
    rate=(0.0003, 0.001),
)
IDLE = 3.0
MONTH = 30
TREATMENT = ("03", "04", "05", "06", "08", "09", "10", "11", "14")


def plant(town: Town, plan: Plan) -> None:
    world, rng = town.world, plan.rng
    ill = int(
        np.flatnonzero(
            (world.diseases["setting"] == "stay") & world.diseases["icd"].str.startswith("F20")
        )[0]
    )
    able = np.flatnonzero(town.people["age"].between(18, 70))
    length = rng.integers(75, 300, len(able))
    begin = np.floor(rng.random(len(able)) * (DAYS - 1 - length)).astype(np.int64)
    chosen = plan.choose(np.flatnonzero(town.quiet_days(able, begin, begin + length)))
    able, length, begin = able[chosen], length[chosen], begin[chosen]
    wards = world.serving(town.number, "psychiatric")
    place, bed = rng.choice(wards, len(able)), rng.integers(1, 61, len(able))
    every = np.maximum(1, np.round(IDLE * plan.intensity(len(able), high=2.4))).astype(np.int64) + 1
    at, turn = repeated(-(-length // MONTH))
    first = begin[at] + turn * MONTH
    last = np.minimum(first + MONTH, begin[at] + length[at])
    final = last == begin[at] + length[at]
    number = len(town.bills) + np.flatnonzero(turn == 0)[at] if len(at) else at
    months = town.add_bills(
        person=able[at], place=place[at], disease=ill, care=world.diseases["care"][ill], med_type=21, begin=first,
        end=last, dscg_way=np.where(final, 1, 9), adm_way=2, bed=bed[at],
        clock=clocks(rng, len(at)), visit=np.where(turn > 0, number, -1),
    )  # fmt: skip
    lines = treated(town, months)
    # The day between two months is charged by one of them.
    house = lines[classes(town).loc[lines].isin(HOUSE).to_numpy()]
    of = np.searchsorted(months, town.lines.loc[house, "bill"])
    twice = (town.lines.loc[house, "day"].to_numpy() == last[of]) & ~final[of]
    town.drop_lines(house[twice])
    lines = np.setdiff1d(lines, house[twice])
    busy = lines[classes(town).loc[lines].isin(TREATMENT).to_numpy()]
    of = np.searchsorted(months, town.lines.loc[busy, "bill"])
    off = (town.lines.loc[busy, "day"].to_numpy() - begin[at[of]]) % every[at[of]] != 0
    activity = world.item["worksong"]
    town.drop_lines(busy[off | (town.lines.loc[busy, "item"] == activity).to_numpy()])
    # What is left of therapy comes at its own rhythm, and always with the group's activity.
    row, day = repeated(last - first)
    day = first[row] + day
    kept = (day - begin[at[row]]) % every[at[row]] == 0
    town.add_lines(bill=months[row[kept]], item=activity, day=day[kept], clock=int(9.5 * 3600))
    strength = np.round((every[at] - 1) / IDLE, 2)
    town.tell(UNIT.name, months, strength, role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE)
