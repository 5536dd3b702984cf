"""An infusion the fund pays for two weeks is given on, week after week, on the fund's account."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import SERVICES, bills_of, new_orders
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="over_course",
    zh="超疗程用药：目录限支付疗程的注射剂用满后继续用，仍进医保",
    en="Beyond the payable course: an infusion payable for a limited number of days is given on and still settled",
    stage=LINES,
    threshold_zh="目录规定的支付疗程",
    threshold_en="the course the catalogue pays",
    kinds=SERVICES,
    rate=(0.1, 0.4),
    least=2,
)


def plant(town: Town, plan: Plan) -> None:
    rng, items, bills = plan.rng, town.world.items, town.bills
    course = pd.to_numeric(items["course_max_days"], errors="coerce")
    infused = items["med_chrgitm_type"].isin(("09", "11"))
    # What is for one illness only would be wrong for the others from the first day.
    drugs = np.flatnonzero(course.notna() & infused & (items["lmt_indication"] == ""))
    shortest = int(course.iloc[drugs].min())
    wards = (
        town.world.diseases["dept"].isin(("神经内科", "康复科", "心内科", "内分泌科")).to_numpy()
    )
    # No ward of a small hospital has them.
    enough = (
        town.world.places["hosp_lv"].to_numpy()[bills["place"]]
        >= items["least_lv"].to_numpy()[drugs].min()
    )
    long = town.is_stay() & (town.nights() > shortest) & wards[bills["disease"].to_numpy()]
    able = bills_of(town, plan, long & enough & (bills["med_type"] == 21))
    chosen = plan.choose(able)
    rest = some(rng, np.setdiff1d(able, chosen), len(chosen))
    for stays, name, role in (
        (chosen, UNIT.name, RESPONSIBLE),
        (rest, UNIT.name + "_at_limit", LOOKALIKE),
    ):
        drug = _drug(town, plan, stays, drugs)
        payable = course.to_numpy()[drug].astype(np.int64)
        nights = town.nights().to_numpy()[stays]
        days = np.round(payable * plan.intensity(len(stays), low=1.05)).astype(np.int64)
        days = (
            np.clip(days, payable + 1, nights)
            if role == RESPONSIBLE
            else np.minimum(payable, nights)
        )
        added = _give(town, plan, stays, drug, days)
        at, turn = repeated(days)
        town.tell(
            name, stays, np.round(days / payable, 2)[at], role=role, lines=added, doctor=RESPONSIBLE,
            part=(turn >= payable[at]).astype(float),
        )  # fmt: skip


def _drug(town: Town, plan: Plan, stays: Numbers, drugs: Numbers) -> Numbers:
    """A drug for each stay that its hospital may have."""
    able = town.world.items["least_lv"].to_numpy()[drugs][None, :] <= town.level_of(stays)[:, None]
    return drugs[(plan.rng.random(able.shape) * able).argmax(axis=1)] if len(stays) else stays


def _give(town: Town, plan: Plan, stays: Numbers, drug: Numbers, days: Numbers) -> Numbers:
    """Give each stay its drug on its first days, instead of whatever of it was given before; the lines."""
    lines = town.lines_of(stays)
    asked = pd.Series(drug, index=stays).reindex(lines["bill"]).to_numpy()
    town.drop_lines(lines.index[lines["item"].to_numpy() == asked].to_numpy())
    at, turn = repeated(days)
    return town.add_lines(
        bill=stays[at], item=drug[at], day=town.bills["begin"].to_numpy()[stays[at]] + turn,
        clock=9 * 3600 + plan.rng.integers(0, 3600, len(at)), order=new_orders(town, at >= 0),
    )  # fmt: skip
