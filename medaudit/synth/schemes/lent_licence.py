"""A doctor lends his licence to a clinic, which enters its patients under his name while he works elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.plan import BILLS, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="lent_licence",
    zh="医师挂证：把执业证借给诊所或民营医院，本人在医院上班，那边用他的名字接诊开方",
    en="Lent licence: a doctor lends his name to a clinic or private hospital that treats under it while he works elsewhere",
    stage=BILLS,
    threshold_zh="20 天里两处都有他的病人",
    threshold_en="patients of his at both places on 20 days",
    kinds=("clinic", "private"),
    share=(0.15, 0.35),
    rate=(0.3, 0.9),
    least=2,
)
DAYS = 20
HALF_AN_HOUR = 1800


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    visit = bills["med_type"].isin((11, 14)) & ~town.is_stay() & (bills["doctor"] >= 0)
    free = town.free(visit & bills["place"].isin(plan.culprits))
    borrowers = plan.choose(np.unique(bills.loc[free, "place"].to_numpy()))
    # Those who lend see patients themselves, at a public hospital, and are not the same for two places.
    seen = bills[visit & town.at("county", "tcm", "township", "tertiary")]
    busy = seen.groupby("doctor")["begin"].nunique().sort_values(ascending=False, kind="stable")
    lenders = rng.permutation(np.array(busy.index[: max(4 * len(borrowers), len(busy) // 3)]))
    pairs = list(zip(borrowers, lenders, strict=False))
    strengths = plan.intensity(len(pairs))
    for (place, lender), wanted in zip(pairs, strengths, strict=True):
        days = seen.loc[seen["doctor"] == lender, "begin"].unique()
        # His name is there whether he works that day or not; the clinic has him in its books for some months.
        their = free[bills.loc[free, "place"].to_numpy() == place]
        their = their[np.isin(bills.loc[their, "begin"], days) | (rng.random(len(their)) < 0.4)]
        day = bills.loc[their, "begin"].to_numpy()
        met = np.unique(day[np.isin(day, days)])
        if not len(met):
            continue
        chosen = rng.permutation(met)[: max(1, round(DAYS * wanted))]
        until = np.isin(day, chosen) | ((~np.isin(day, days)) & (rng.random(len(day)) < 0.5))
        under = their[until & (rng.random(len(their)) < 0.8)]
        if not len(under):
            continue
        town.change(under, doctor=lender)
        real = np.intersect1d(bills.loc[under, "begin"], days).size / DAYS
        strength = round(max(real, 0.05), 2)
        town.tell(UNIT.name, under, strength, doctor=RESPONSIBLE, patient=INVOLVED)
        own = town.free(_meanwhile(town, lender, under))
        town.tell(UNIT.name, own, strength, role=INVOLVED, institution=None)


def _meanwhile(town: Town, lender: int, under: Numbers) -> pd.Series:
    """Per bill: whether he saw that patient himself while somebody was treated under his name elsewhere."""
    bills = town.bills
    own = bills.loc[bills["doctor"] == lender, ["begin", "clock"]].rename_axis("own").reset_index()
    own = own[~own["own"].isin(under)]
    met = own.merge(bills.loc[under, ["begin", "clock"]], on="begin", suffixes=("", "_other"))
    met = met[(met["clock"] - met["clock_other"]).abs() < HALF_AN_HOUR]
    return pd.Series(bills.index.isin(met["own"]), index=bills.index)
