"""The treatment is over, the patient is not sent home: bed, nursing and rounds run on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.care import HOUSE
from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import bills_of, copied, new_orders
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="kept_bed",
    zh="压床：治疗已结束仍不办出院，只收床位、护理、诊察费",
    en="Bed kept: treatment is over and nobody is discharged; bed, nursing and rounds go on being charged",
    stage=LINES,
    threshold_zh="治疗结束后又住 5 天",
    threshold_en="5 days in hospital after the last treatment",
    kinds=("private", "township", "tcm", "county"),
    rate=(0.03, 0.1),
    strength=(0.0, 0.6),
)
TAIL = 5.0  # days


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wards = town.world.diseases["ward"].isin(("ward", "ward_grave")).to_numpy()
    wanted = town.is_stay() & (town.nights() >= 5) & (bills["dscg_way"] == 1) & ~bills["planned"]
    able = bills_of(town, plan, wanted & wards[bills["disease"].to_numpy()])
    tail = np.round(TAIL * plan.intensity(len(able), high=4.0)).astype(np.int64)
    end = bills["end"].to_numpy()[able]
    room = (end + tail < 363) & town.quiet_days(
        bills["person"].to_numpy()[able], end + 1, end + tail
    )
    at = plan.choose(np.flatnonzero(room))
    rest = some(rng, np.setdiff1d(np.flatnonzero(room), at), len(at) // 2 + 1)
    for these, name, role in (
        (at, UNIT.name, RESPONSIBLE),
        (rest, UNIT.name + "_at_limit", LOOKALIKE),
    ):
        stays, days, was = able[these], tail[these], end[these]
        added = lengthen(town, stays, was + days)
        if role == LOOKALIKE:
            _recovering(town, plan, stays, was, days)
        strength = pd.Series(days / TAIL, index=stays).reindex(
            town.lines["bill"].loc[added].to_numpy()
        )
        town.tell(
            name, stays, strength.round(2).to_numpy(), role=role, lines=added, doctor=RESPONSIBLE, patient=INVOLVED,
        )  # fmt: skip


def lengthen(town: Town, stays: Numbers, end: Numbers, treated: bool = False) -> Numbers:
    """Let stays end later: bed and nursing (with `treated` everything) as on their last whole day; the new lines."""
    was = town.bills["end"].to_numpy()[stays]
    later = end > was
    stays, was, end = stays[later], was[later], end[later]
    lines = town.lines_of(stays)
    old = pd.Series(was, index=stays).reindex(lines["bill"]).to_numpy()
    new = pd.Series(end, index=stays).reindex(lines["bill"]).to_numpy()
    day = lines["day"].to_numpy()
    daily = lines["chrgitm"].isin(HOUSE).to_numpy()
    if treated:
        daily = daily | lines["chrgitm"].isin(("05", "08", "09", "10", "11")).to_numpy()
    # What belongs to the discharge moves with it.
    leaving = lines.index[day >= old].to_numpy()
    source, missing = lines[(day == old - 1) & daily], (new - old)[(day == old - 1) & daily]
    if len(leaving):
        town.change_lines(leaving, day=new[day >= old])
    at, turn = repeated(missing)
    rows = source.iloc[at]
    first = pd.Series(was, index=stays).reindex(rows["bill"]).to_numpy()
    order = new_orders(town, (rows["order"] > 0).to_numpy())
    town.change(stays, end=end)
    return town.add_lines(**copied(rows, day=first + turn, order=order))


def _recovering(town: Town, plan: Plan, stays: Numbers, was: Numbers, days: Numbers) -> None:
    """Whoever recovers has a dressing changed or blood looked at every second or third day."""
    item = np.array([town.world.item[key] for key in ("dress", "cbc")])
    every = plan.rng.integers(2, 4, len(stays))
    at, turn = repeated(days // every + 1)
    day = was[at] + turn * every[at]
    inside = day < was[at] + days[at]
    at, day = at[inside], day[inside]
    kind = plan.rng.integers(0, 2, len(stays))
    town.add_lines(
        bill=stays[at], item=item[kind[at]], day=day, clock=9 * 3600 + plan.rng.integers(0, 7200, len(at)),
        order=new_orders(town, np.ones(len(at), dtype=bool)),
    )  # fmt: skip
