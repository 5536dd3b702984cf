"""Dear chronic drugs month after month for people never ill with it, registered for the purpose or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.admitting import call
from medaudit.synth.chance import Numbers
from medaudit.synth.extras import fees
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, RESPONSIBLE, Town

UNIT = Unit(
    name="chronic_registration_abuse",
    zh="慢特病滥用：没有相应病史的人被认定慢特病，或根本未认定，每月领取最贵的药",
    en="Chronic-registration abuse: people without any fitting history, registered or not at all, fetch the dearest drugs of a chronic disease month after month",
    stage=LINES,
    threshold_zh="领药 3 个月",
    threshold_en="three months of drugs",
    kinds=("township", "county", "tcm", "private"),
    strength=(-0.2, 0.6),
    rate=(0.002, 0.007),
)
MONTHS = 3.0
KINDS = 3  # of drugs at most each time


def plant(town: Town, plan: Plan) -> None:
    rng, people, world = plan.rng, town.people, town.world
    registered_share = rng.uniform(0.3, 0.75)
    drugs = _dearest(town)
    ill = town.bills.loc[town.is_stay(), "person"].unique()
    well = (people["chronic"] < 0) & (people["died"] > 364) & (people["age"] >= 35)
    able = np.setdiff1d(np.flatnonzero(well), ill)
    if not len(able) or not len(plan.culprits) or not len(drugs):
        return
    chosen = plan.choose(able)
    place = rng.choice(plan.culprits, len(chosen))
    age = people["age"].to_numpy()[chosen]
    level = world.places["hosp_lv"].to_numpy()[place]
    # A disease whose drugs the place has, and that the age allows.
    diseases = np.sort(drugs["disease"].unique())
    table = world.diseases.iloc[diseases]
    fits = (age[:, None] >= table["age_min"].to_numpy()) & (
        age[:, None] <= table["age_max"].to_numpy()
    )
    fits &= table["least_lv"].to_numpy() <= level[:, None]
    keys = rng.random(fits.shape) * fits
    ok = keys.max(axis=1) > 0
    chosen, place, disease = chosen[ok], place[ok], diseases[keys.argmax(axis=1)[ok]]
    registered = rng.random(len(chosen)) < registered_share
    months = np.clip(np.round(MONTHS * plan.intensity(len(chosen))), 1, 11).astype(int)
    who = np.repeat(np.arange(len(chosen)), months)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(months) - months, months)
    begin = np.floor(rng.random(len(chosen)) * (340 - 31 * (months - 1))).astype(int)
    day = begin[who] + turn * 31 - rng.integers(0, 2, len(who))
    free = town.quiet_days(chosen[who], day, day) & (day >= 0)
    who, day = who[free], day[free]
    care = world.diseases["care"].to_numpy()[disease[who]]
    more = {"disease": disease[who], "care": care, "med_type": 14}
    bills = call(town, rng, chosen[who], place[who], day, **more)
    _charge(town, bills, drugs)
    fees(town, rng, bills)
    town.people.loc[chosen[registered], "chronic"] = disease[registered]
    strength = np.round(np.bincount(who, minlength=len(chosen))[who] / MONTHS, 2)
    by_card = registered[who]
    # Who had himself registered fetches himself; a card billed without registration may lie at the place.
    town.tell(UNIT.name, bills[by_card], strength[by_card], doctor=RESPONSIBLE, patient=RESPONSIBLE)
    town.tell(UNIT.name, bills[~by_card], strength[~by_card], doctor=RESPONSIBLE, patient=INVOLVED)


def _dearest(town: Town) -> pd.DataFrame:
    """Drugs of each chronic disease's care that anybody may have, the dearest month first at each level: disease, level, item, cnt."""
    world = town.world
    chronic = (
        world.diseases[world.diseases["setting"] == "chronic"].rename_axis("disease").reset_index()
    )
    rows = chronic[["disease", "care"]].merge(world.care[["care", "item", "cnt_max"]], on="care")
    items = world.items.iloc[rows["item"]].reset_index(drop=True)
    drug = items["med_chrgitm_type"].isin(["09", "11"]) & (items["pack_days"].fillna(0) > 0)
    drug &= (
        (items["lmt_gend"] == "")
        & items["lmt_age_min"].isin(["", "18"])
        & (items["generic_code"] != "")
    )
    rows["month"] = items["pric"] * rows["cnt_max"]
    rows["least_lv"] = items["least_lv"]
    rows = rows[drug.to_numpy()].drop_duplicates(["disease", "item"])
    levels = pd.concat([rows[rows["least_lv"] <= level].assign(level=level) for level in (1, 2, 3)])
    levels = levels.sort_values(
        ["disease", "level", "month"], ascending=[True, True, False], kind="stable"
    )
    return levels.groupby(["disease", "level"]).head(KINDS).reset_index(drop=True)


def _charge(town: Town, bills: Numbers, drugs: pd.DataFrame) -> None:
    world, at = town.world, town.bills.loc[bills]
    asked = pd.DataFrame({
        "bill": bills, "disease": at["disease"], "level": world.places["hosp_lv"].to_numpy()[at["place"]],
        "day": at["begin"], "clock": at["clock"],
    })  # fmt: skip
    rows = asked.merge(drugs, on=["disease", "level"])
    pack = world.items["pack_days"].to_numpy()[rows["item"]]
    cnt = rows["cnt_max"].to_numpy().astype(int)
    town.add_lines(
        bill=rows["bill"], item=rows["item"], day=rows["day"], clock=rows["clock"] - 120,
        cnt=cnt, supply=(pack * cnt).astype(int),
    )  # fmt: skip
