"""A doctor earns by what is ordered: for whole months drugs the patients pay alone, or scans, for nearly all own in-patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, some
from medaudit.synth.picking import new_orders, usual_price
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="steering_doctor",
    zh="医师诱导：医师收病人多，连续几个月给几乎所有住院患者开自费药、贵重药或加做大型检查，从中得利",
    en="Steering doctor: for months a doctor with many patients has nearly all of them take drugs they pay alone or undergo scans, and earns by it",
    stage=LINES,
    threshold_zh="加开的相当于应有费用的一半",
    threshold_en="what is added is worth half of what was due",
    kinds=("county", "private", "tertiary"),
    share=(0.2, 0.5),
    strength=(0.8, 1.1),
    early=True,
)
HALF = 0.5
BUSY = 40  # stays of a month that one doctor can have
MONTHS = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])  # where each ends
SEASON = 2  # months
# What scans exclude is not done where none is due.
SCANS = ("ct", "ctchest", "ctbelly", "ctspine", "mri", "mrspine")
MACHINES, USUAL = "CT|磁共振", 0.2
DRUGS = ("albumin", "fatemu", "amino", "parecox", "octreo", "pipera", "cefope")


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    wanted = town.is_stay() & (bills["med_type"] == 21) & (bills["doctor"] >= 0)
    wanted &= (town.of("age") >= 18) & (town.nights() >= 3) & (bills["dscg_way"] == 1)
    crowd = bills.loc[town.free(wanted), "place"].value_counts().reindex(plan.ladder).fillna(0)
    enough = crowd[crowd >= 3 * BUSY] if plan.rate else crowd[:0]
    if enough.empty:
        return
    # The largest of the county's own; the city's where those are too small. Scans first: fewer can be sold one.
    level = town.world.places["hosp_lv"].to_numpy()[enough.index]
    there = wanted & (bills["place"] == enough[level == level.min()].idxmax())
    size = len(town.world.doctors)
    month = np.searchsorted(MONTHS, bills["end"].to_numpy(), side="right")
    heads: list[int] = []
    for scans in (True, False):
        doctor = bills["doctor"].to_numpy()
        stays = town.free(there & ~np.isin(doctor, heads))
        # A scan is sold to whom none is due; a drug to anybody.
        stays = stays[~_calls_for_scans(town, stays)] if scans else stays
        # The months that follow one another with the most patients.
        number = np.bincount(month[stays], minlength=len(MONTHS))[: len(MONTHS)]
        first = int(np.convolve(number, np.ones(SEASON), "valid").argmax())
        now = (month >= first) & (month < first + SEASON)
        season = stays[now[stays]]
        if len(season) < BUSY // 2:
            continue
        # Who heads a department, and has hardly any other patients, has those of the others written to the own name.
        every = doctor[now & town.is_stay().to_numpy() & (doctor >= 0)]
        sold, all_own = (np.bincount(x, minlength=size) for x in (doctor[season], every))
        head = int((2 * sold - all_own).argmax())
        turn = pd.Series(rng.random(len(season)) + (doctor[season] != head))
        own = season[(turn.groupby(month[season]).rank() <= BUSY).to_numpy()]
        _under(town, own, head)
        chosen = own[rng.random(len(own)) < rng.uniform(0.93, 1)]
        _order(town, plan, chosen, scans, plan.intensity(len(chosen), high=3.0), RESPONSIBLE)
        heads.append(head)
    # A colleague's patients ask for a better drug now and then, and pay for it.
    others = some(rng, town.free(there & ~bills["doctor"].isin(heads)), BUSY // 2)
    _order(town, plan, others, False, np.full(BUSY // 2, 0.2), LOOKALIKE)


def _under(town: Town, stays: Numbers, doctor: int) -> None:
    lines = town.lines_of(stays)
    town.change_lines(lines.index[(lines["doctor"] >= 0).to_numpy()].to_numpy(), doctor=doctor)
    town.bills.loc[stays, "doctor"] = doctor


def _calls_for_scans(town: Town, stays: Numbers) -> Numbers:
    """Per stay: whether scans are nothing rare in the care of its illness."""
    world = town.world
    machine = world.items["med_list_name"].str.contains(MACHINES).to_numpy()
    usual = machine[world.care["item"]] & (world.care["chance"] >= USUAL)
    cares = world.care.loc[usual, "care"].unique()
    return town.bills["care"].isin(cares).to_numpy()[stays]


def _order(
    town: Town, plan: Plan, stays: Numbers, scans: bool, intensity: Numbers, role: str
) -> None:
    """Order scans, or drugs that the patient pays, worth so many halves of what was due, and tell it."""
    rng, world = plan.rng, town.world
    if not len(stays):
        return
    level = int(town.level_of(stays)[0])
    good = np.array([world.item[key] for key in (SCANS if scans else DRUGS)])
    good = good[world.items["least_lv"].to_numpy()[good] <= level]
    lines = town.lines_of(stays)
    at = np.searchsorted(stays, lines["bill"])
    paid = usual_price(town, lines["bill"].to_numpy(), lines["item"].to_numpy())
    due = np.bincount(at, weights=paid * lines["cnt"].to_numpy(), minlength=len(stays))
    there = np.zeros((len(stays), len(good)), dtype=bool)
    for column, one in enumerate(good):
        there[at[lines["item"].to_numpy() == one], column] = True
    price = np.stack([usual_price(town, stays, np.full(len(stays), one)) for one in good], axis=1)
    nights = town.nights().to_numpy()[stays]
    # A scan once, a drug on as many days as the money lasts for, in an order of its own for each stay.
    most = np.where(there, 0, 1 if scans else nights[:, None] - 1)
    order = rng.random(there.shape).argsort(axis=1)
    worth = np.take_along_axis(most * price, order, axis=1)
    goal = due * HALF * intensity[: len(stays)]
    before = np.cumsum(worth, axis=1) - worth
    part = np.clip((goal[:, None] - before) / np.maximum(worth, 1), 0.0, 1.0)
    number = np.ceil(np.take_along_axis(most, order, axis=1) * part).astype(np.int64)
    row, turn = repeated(number.ravel())
    of, which = row // len(good), order.ravel()[row]
    begin = town.bills["begin"].to_numpy()[stays[of]]
    day = begin + 1 + (rng.integers(0, 2, len(row)) if scans else turn)
    added = town.add_lines(
        bill=stays[of], item=good[which], day=np.minimum(day, begin + nights[of]),
        clock=9 * 3600 + rng.integers(0, 7200, len(row)), order=new_orders(town, row >= 0), own=not scans,
    )  # fmt: skip
    spent = np.bincount(of, weights=price[of, which], minlength=len(stays))
    strength = np.round(spent / np.maximum(due, 1) / HALF, 2)
    town.tell(
        UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), stays, strength[of], role=role, lines=added,
        institution=None, doctor=role, patient=INVOLVED,
    )  # fmt: skip
