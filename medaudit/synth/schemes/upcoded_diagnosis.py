"""Stays paid by the case whose main diagnosis is written as a far costlier one; the care stays what it was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import fitting
from medaudit.synth.chance import Numbers
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import RESPONSIBLE, Town

UNIT = Unit(
    name="upcoded_diagnosis",
    zh="高套病种：按病种付费的机构把主诊断写成费用高得多的疾病，实际诊疗仍是轻的",
    en="Up-coded diagnosis: a hospital paid by the case writes a far costlier main diagnosis; the care stays light",
    stage=LINES,
    threshold_zh="费用为所报病种通常费用的一半",
    threshold_en="the bill is half of what is usual for the diagnosis claimed",
    kinds=("tertiary", "county", "tcm", "private"),
    share=(0.3, 0.5),
    rate=(0.03, 0.09),
)
RATIO = 2.0  # usual cost of what is claimed to the bill
COMMON = 3  # stays at least from which a usual cost is known
FAR = 1.3  # so much dearer at least than the bill


def plant(town: Town, plan: Plan) -> None:
    bills, world = town.bills, town.world
    table, places = world.diseases, world.places
    case = (places["payment_way"] == "case").to_numpy()
    where = plan.culprits[case[plan.culprits]]
    where = where if len(where) else np.flatnonzero(case)[:1]
    stay = (town.is_stay() & (bills["med_type"] == 21) & (bills["disease"] >= 0)).to_numpy()
    cost = _costs(town)
    usual = pd.Series(cost[stay]).groupby(bills["disease"].to_numpy()[stay]).agg(["median", "size"])
    # Illnesses of open wards without an operation; those that are rare give nobody a usual cost.
    open_ward = table["ward"].isin(["ward", "ward_grave"]) & (table["op_key"] == "")
    worse = (open_ward & (table["mild"] != 1) & ~table["icd"].str.startswith("Z")).to_numpy()
    claims = np.asarray(usual.index[usual["size"] >= COMMON])
    claims = claims[worse[claims]]
    able = stay & open_ward.to_numpy()[bills["disease"].to_numpy()] & np.isin(bills["place"], where)
    able &= ((town.nights() >= 3) & (bills["dscg_way"] == 1) & ~bills["planned"]).to_numpy() & (
        cost > 0
    )
    light = town.free(able)
    if not len(light) or not len(claims):
        return
    own = bills.loc[light, "disease"].to_numpy()
    worth = usual["median"].loc[claims].to_numpy() / cost[light][:, None]
    # Within the same large department (internal medicine, surgery …), by a hospital that may treat it.
    dept = table["dept"].map(world.words["departments"]).fillna("").str[:3].to_numpy()
    level = places["hosp_lv"].to_numpy()[bills.loc[light, "place"]][:, None]
    fits = fitting(town, bills.loc[light, "person"].to_numpy(), claims) & (worth >= FAR)
    fits &= (dept[claims] == dept[own][:, None]) & (claims != own[:, None])
    fits &= table["least_lv"].to_numpy()[claims] <= level
    wanted = RATIO * plan.intensity(len(light), low=0.65)
    # Of the claims that would pay, one near to what is wanted, not always the nearest.
    off = np.abs(np.log(worth / wanted[:, None])) + plan.rng.uniform(0, 0.3, worth.shape)
    off = np.where(fits, off, np.inf)
    claim = off.argmin(axis=1)
    at = plan.choose(np.flatnonzero(np.isfinite(off.min(axis=1))))
    town.change(light[at], disease=claims[claim[at]])
    strength = np.round(worth[at, claim[at]] / RATIO, 2)
    town.tell(UNIT.name, light[at], strength, doctor=RESPONSIBLE)


def _costs(town: Town) -> Numbers:
    """What each bill comes to, in fen."""
    lines = town.lines
    place, price = town.bills["place"].to_numpy()[lines["bill"]], lines["price"].to_numpy()
    price = np.where(price < 0, town.world.prices[place, lines["item"]], price)
    return np.bincount(lines["bill"], price * lines["cnt"].to_numpy(), len(town.bills))
