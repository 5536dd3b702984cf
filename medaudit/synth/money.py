"""What bills cost and who pays: integers of fen, so that shares always add up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.town import Town

DEDUCTIBLE = {3: 80_000, 2: 40_000, 1: 15_000, 0: 0}  # fen, once a stay
SHARE = {3: 0.6, 2: 0.72, 1: 0.82, 0: 0.85}  # of what is in scope above it, for residents
EMPLOYEE = 0.1  # more for employees
OUTPATIENT = {11: 0.5, 14: 0.7, 41: 0.0}


def price(town: Town) -> None:
    """Give every line its price, amount and scope (fen)."""
    town.lines = priced(town, town.lines)


def priced(town: Town, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with their price, amount, scope (fen) and the part the patient bears."""
    world = town.world
    item = lines["item"].to_numpy()
    place = town.bills["place"].to_numpy()[lines["bill"]]
    given = lines["price"].to_numpy()
    price = np.where(given < 0, world.prices[place, item], given)
    amount = lines["cnt"].to_numpy() * price
    grade = world.items["chrgitm_lv"].to_numpy()[item]
    part = np.where(grade == "02", world.items["selfpay_prop"].fillna(0.1).to_numpy()[item], 0.0)
    part = np.where(lines["own"] | (grade == "03"), 1.0, part)
    part = np.where(lines["full"], 0.0, part)
    scope = amount - np.round(amount * part).astype(np.int64)
    return lines.assign(price=price, amount=amount, selfpay=part, scope=scope)


def pay(town: Town) -> None:
    """Share every bill between the fund, the personal account (or a relative's) and cash.

    Adds to bills: charge, scope, fund, account, mutual, cash (fen; fund + account + cash = charge, mutual is
    part of account).
    """
    bills, lines = town.bills, town.lines
    for column, source in (("charge", "amount"), ("scope", "scope")):
        bills[column] = np.bincount(
            lines["bill"], weights=lines[source], minlength=len(bills)
        ).astype(np.int64)
    # What stands in the total only is claimed like the rest; what was taken off nobody pays.
    padding = bills["padding"].to_numpy()
    bills["charge"] += padding
    bills["scope"] = np.minimum(bills["scope"] + np.maximum(padding, 0), bills["charge"])
    level = town.world.places["hosp_lv"].to_numpy()[bills["place"]]
    person = bills["person"].to_numpy()
    employee = town.people["insutype"].to_numpy()[person] == 310
    stay = (bills["dscg_way"] > 0).to_numpy()
    # A stay settled in parts pays the deductible once.
    first = (bills["visit"] < 0).to_numpy()
    deductible = np.array([DEDUCTIBLE[n] for n in range(4)])[level] * first
    share = (
        np.array([SHARE[n] for n in range(4)])[level]
        + EMPLOYEE * employee
        + town.world.habits["fund"]
    )
    kind = bills["med_type"].to_numpy()
    visit = np.select([kind == code for code in OUTPATIENT], list(OUTPATIENT.values()), 0.5)
    scope = bills["scope"].to_numpy()
    fund = np.where(stay, np.maximum(0, scope - deductible) * share, scope * visit)
    second = bills["insurer"].to_numpy() > 0  # another scheme pays part of what the first left
    fund = np.floor(np.where(second, (bills["charge"].to_numpy() - fund) * 0.4, fund)).astype(
        np.int64
    )
    fund = _within_the_year(town, fund)
    rest = bills["charge"].to_numpy() - fund
    swiped = ~stay & (employee | (kind == 41)) & ~second
    account = np.where(swiped, rest, 0)
    # Who has no account of their own pays cash at the pharmacy, or from a relative's account.
    relative = bills["family"].to_numpy() | (~employee & (kind == 41))
    bills["fund"], bills["account"] = fund, account
    bills["mutual"] = np.where(relative, account, 0)
    bills["cash"] = bills["charge"] - fund - account


def _within_the_year(town: Town, fund: Numbers) -> Numbers:
    """What the fund pays of each bill (fen), once the yearly limit of a chronic disease is used up nothing more."""
    bills = town.bills.assign(fund=fund)
    bills = bills[(bills["med_type"] == 14) & ~bills["unlimited"]].sort_values(
        ["settled", "clock"], kind="stable"
    )
    before = bills.groupby(["person", "disease"])["fund"].cumsum() - bills["fund"]
    limit = np.append(town.world.diseases["year_lmt_amt"].to_numpy() * 100, np.nan)
    left = np.maximum(limit[bills["disease"]] - before, 0)
    limited = fund.copy()
    limited[bills.index] = np.fmin(bills["fund"], left)
    return limited


def line_share(bills: pd.DataFrame, lines: pd.DataFrame) -> Numbers:
    """Fund money (fund and account) of each line in fen: by its scope, by its amount where a bill has no scope."""
    of = lines["bill"].to_numpy()
    money = (bills["fund"] + bills["account"]).to_numpy()[of]
    scope, charge = bills["scope"].to_numpy()[of], bills["charge"].to_numpy()[of]
    by_scope = lines["scope"].to_numpy() / np.maximum(scope, 1)
    by_amount = lines["amount"].to_numpy() / np.maximum(charge, 1)
    return np.asarray(money * np.where(scope > 0, by_scope, by_amount))
