"""A hospital has patients who come in every few weeks or months for the same complaint, well or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import admit
from medaudit.synth.chance import repeated, some
from medaudit.synth.picking import bills_of
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="standing_guests",
    zh="常客住院：同一批患者每隔一两个月以同一病种再住一次，人次远多于人头",
    en="Standing guests: the same patients are admitted for the same illness every month or two, many more stays than people",
    stage=BILLS,
    threshold_zh="一年里同一病种多住 2 次",
    threshold_en="two more stays of the year for the same illness",
    kinds=("private", "county"),
    share=(0.1, 0.2),
    rate=(0.5, 1.5),
    strength=(-0.2, 0.6),
    least=4,
)
MORE = 2.0
TRIES = 12  # how often the hospital calls a guest, who may be elsewhere
ILLS = (
    "copd", "sequela", "rehab", "dizzy", "chd", "hyper", "sugar", "gastri", "disc", "neck", "knee", "anemia",
    "rheum", "failure", "angina", "tia",
)  # fmt: skip


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wanted = town.is_stay() & (bills["dscg_way"] == 1)
    wanted &= bills["disease"].isin([town.world.disease[key] for key in ILLS])
    able = bills_of(town, plan, wanted)
    able = able[~bills.loc[able, "person"].duplicated().to_numpy()]
    chosen = some(rng, able, plan.number(len(able)))
    times = np.maximum(np.round(MORE * plan.intensity(len(chosen), high=4.0)), 1)
    at, turn = repeated(np.full(len(chosen), TRIES))
    first = bills.loc[chosen[at]]
    usual = (first["end"] - first["begin"]).to_numpy()
    nights = np.maximum(np.round(usual * rng.uniform(0.7, 1.2, len(at))), 2).astype(np.int64)
    # After the stay that was due and before it, a month or three apart: none touches the next.
    longest = np.ceil(usual * 1.2).astype(np.int64)
    every = np.maximum(rng.integers(34, 100, len(chosen))[at], longest + 12)
    step = np.where(turn % 2 == 0, turn // 2 + 1, -(turn // 2 + 1))
    begin = first["begin"].to_numpy() + step * every + rng.integers(-4, 5, len(at))
    person = first["person"].to_numpy()
    comes = (begin >= 4) & (begin + nights < 362)
    comes &= town.quiet_days(person, begin - 2, begin + nights + 2)
    comes[comes] = pd.Series(at[comes]).groupby(at[comes]).cumcount() < times[at[comes]]
    at, begin, nights, of = at[comes], begin[comes], nights[comes], first[comes]
    same = {
        name: of[name].to_numpy() for name in ("person", "place", "disease", "doctor", "adm_way")
    }
    stays = admit(town, rng, begin=begin, nights=nights, **same)
    strength = np.round(np.bincount(at, minlength=len(chosen))[at] / MORE, 2)
    town.tell(UNIT.name, stays, strength, doctor=RESPONSIBLE, patient=INVOLVED)
    town.tell(UNIT.name, np.unique(chosen[at]), 0.5, role=INVOLVED, institution=None)
