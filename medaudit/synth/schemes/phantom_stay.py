"""Stays of people who are not there: days with nothing but bed and nursing, some with a visit elsewhere meanwhile."""

from __future__ import annotations

import numpy as np

from medaudit.synth.admitting import call
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="phantom_stay",
    zh="挂床住院：人不在院，连续几天只有床位、护理、诊察费，有的整段住院没有任何诊疗，有的期间在外购药看病",
    en="Phantom stay: the patient is away; for days only bed, nursing and rounds are charged, for some the whole stay; some are seen elsewhere meanwhile",
    stage=BILLS,
    threshold_zh="连续 3 天没有诊疗（首尾两天不计）",
    threshold_en="3 days in a row without treatment (first and last day set aside)",
    kinds=("private", "township", "tcm", "county"),
    share=(0.15, 0.35),
    rate=(0.06, 0.2),
    strength=(0.0, 0.6),
)
IDLE = 3.0  # days


def plant(town: Town, plan: Plan) -> None:
    bills, rng, diseases = town.bills, plan.rng, town.world.diseases
    empty_share, out_share = rng.uniform(0.05, 0.3), rng.uniform(0.1, 0.4)
    plain = ((diseases["ward"] == "ward") & (diseases["op_key"] == "")).to_numpy()
    open_ward = plain[bills["disease"].to_numpy()] & (bills["disease"] >= 0)
    longer = town.is_stay() & (town.nights() >= 4) & (bills["dscg_way"] == 1) & ~bills["planned"]
    chosen = plan.choose(town.free(longer & open_ward & bills["place"].isin(plan.culprits)))
    if not len(chosen):
        return
    nights = town.nights().loc[chosen].to_numpy()
    idle = np.round(IDLE * plan.intensity(len(chosen), low=0.34)).astype(int)
    idle = np.clip(idle, 1, nights - 1)
    empty = rng.random(len(chosen)) < empty_share
    town.change(chosen, idle=np.where(empty, nights + 1, idle))
    run = np.where(empty, nights - 1, idle)
    town.tell(UNIT.name, chosen, np.round(run / IDLE, 2), doctor=RESPONSIBLE, patient=INVOLVED)
    # What the patient does outside is real, and shows where he was.
    out = np.flatnonzero((rng.random(len(chosen)) < out_share) & (run >= 2))
    person = bills.loc[chosen[out], "person"].to_numpy()
    first = bills.loc[chosen[out], "begin"].to_numpy() + np.maximum(1, (nights - run)[out] // 3)
    day = first + np.floor(rng.random(len(out)) * run[out]).astype(int)
    usual = town.people[["shop", "clinic"]].to_numpy()[person, rng.integers(0, 2, len(out))]
    outside = call(town, rng, person, usual, day)
    town.tell(UNIT.name, outside, role=INVOLVED, institution=None)
