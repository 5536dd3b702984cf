"""A hospital that is paid by the stay has chronic patients come back within the month, again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import admit
from medaudit.synth.chance import repeated, some
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.schemes.standing_guests import ILLS
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="called_back",
    zh="召回住院：出院二三十天内叫慢性病人回来再住，一年几轮，再住院率远高于同类医院",
    en="Called back: a hospital has chronic patients return within the month, several rounds of it, and many more come back to it than to its peers",
    stage=BILLS,
    threshold_zh="31 天内再入院（间隔越短强度越高）",
    threshold_en="back within 31 days (the sooner, the stronger)",
    kinds=("private", "county"),
    share=(0.1, 0.2),
    rate=(2.0, 4.0),
    strength=(0.2, 0.6),
)
DAYS = 31.0
ROUNDS = 4
MOST = 0.1  # patients to one of its stays
STAYS = 100  # of a hospital that has patients to call


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wanted = town.is_stay() & (bills["dscg_way"] == 1) & (town.nights() >= 3)
    wanted &= bills["disease"].isin([town.world.disease[key] for key in ILLS])
    crowd = bills.loc[town.is_stay(), "place"].value_counts().reindex(plan.ladder).fillna(0)
    # It shows only where there are many; a hospital does it or not.
    places = crowd.index[crowd >= STAYS][: max(1, len(plan.culprits))] if plan.rate else []
    able = town.free(wanted & bills["place"].isin(places))
    able = able[~bills.loc[able, "person"].duplicated().to_numpy()]
    most = int(MOST * crowd.reindex(places).sum())
    chosen = some(rng, able, min(plan.number(len(able)), most))
    if not len(chosen):
        return
    at, turn = repeated(np.full(len(chosen), ROUNDS))
    first = bills.loc[chosen[at]]
    usual = (first["end"] - first["begin"]).to_numpy()
    nights = np.maximum(np.round(usual * rng.uniform(0.7, 1.1, len(at))), 2).astype(np.int64)
    gap = np.clip(np.round(DAYS / plan.intensity(len(at), low=0.8, high=4.0)), 7, 38)
    gap = gap.astype(np.int64)
    # One round after the other, up to the stay that was due or on from it.
    before = (rng.random(len(chosen)) < 0.5)[at]
    far = pd.Series(gap + nights).groupby(at).cumsum().to_numpy()
    begin = np.where(before, first["begin"] - far, first["end"] + far - nights)
    person = first["person"].to_numpy()
    comes = (
        (begin >= 4)
        & (begin + nights < 362)
        & (turn < rng.integers(1, ROUNDS + 1, len(chosen))[at])
    )
    comes &= town.quiet_days(person, begin - 2, begin + nights + 2)
    # Who is elsewhere once is not called again.
    comes = pd.Series(comes).groupby(at).cummin().to_numpy(dtype=bool)
    at, begin, nights, gap, of = at[comes], begin[comes], nights[comes], gap[comes], first[comes]
    same = {
        name: of[name].to_numpy() for name in ("person", "place", "disease", "doctor", "adm_way")
    }
    stays = admit(town, rng, begin=begin, nights=nights, **same)
    strength = np.round(DAYS / gap, 2)
    town.tell(UNIT.name, stays, strength, doctor=RESPONSIBLE, patient=INVOLVED)
    town.tell(UNIT.name, np.unique(chosen[at]), 0.5, role=INVOLVED, institution=None)
