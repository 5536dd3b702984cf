"""The county's own caps on beds, pieces, cases and how often: what exceeds them is left to the patient.

Where a bill is `unlimited` nobody kept to them, and all of it was settled.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.town import Town
from medaudit.synth.world import World, table_of

LEVELS = ("0", "1", "2", "3")
APART = "层流|重症|新生儿"  # wards that no limit of ordinary beds is for


def kept(town: Town, lines: pd.DataFrame) -> pd.DataFrame:
    """Priced lines with no more in scope than the caps allow; the rest the patient bears."""
    world, bills = town.world, town.bills
    of, item = lines["bill"].to_numpy(), lines["item"].to_numpy()
    level = town.level_of(of)
    held = ~bills["unlimited"].to_numpy()[of]
    was = lines["scope"].to_numpy()
    scope = np.where(held, np.minimum(was, by_unit(world)[item, level] * lines["cnt"]), was)
    scope[held & _too_often(town, lines)] = 0
    scope = _within_cases(town, lines.assign(scope=scope), held)
    part = np.where(
        scope < was, 1 - scope / np.maximum(lines["amount"], 1), lines["selfpay"].to_numpy()
    )
    return lines.assign(scope=scope.astype(np.int64), selfpay=part)


def by_unit(world: World) -> Numbers:
    """What is in scope of one bed day or piece (fen), one row an item and a column for each level; infinite without a cap."""
    caps = np.full((len(world.items), len(LEVELS)), np.inf)
    bed = (world.items["med_chrgitm_type"] == "01") & ~world.items["med_list_name"].str.contains(
        APART
    )
    for column, level in enumerate(LEVELS):
        rows = table_of("bed_limits")
        rows = rows[rows["hosp_lv"].isin(("", level))].astype({"lmt_pric": float})
        # Of several wards that fit, the one with the highest limit.
        for ward, price in rows.sort_values("lmt_pric")[["ward", "lmt_pric"]].to_numpy():
            caps[bed & world.items["med_list_name"].str.contains(ward), column] = price * 100
    pieces = table_of("case_caps")
    pieces = pieces[pieces["item"] != ""]
    caps[pieces["item"].map(world.item)] = pieces["cap_amt"].to_numpy(float)[:, None] * 100
    return caps


def by_case(world: World, stay: bool) -> Numbers:
    """The cap of a stay, or of an outpatient's bill, by disease and level (fen); infinite without. Last stands no disease."""
    caps = np.full((len(world.diseases) + 1, len(LEVELS)), np.inf)
    table = table_of("case_caps" if stay else "name_caps")
    for row in table.to_dict("records"):
        if stay and not row["icd"]:
            continue
        fits = (world.diseases["setting"] == "stay") == stay
        fits &= (
            world.diseases["icd"].str.startswith(row["icd"])
            if stay
            else world.diseases["name"].str.contains(row["name"])
        )
        caps[np.flatnonzero(fits), int(row["hosp_lv"])] = float(row["cap_amt"]) * 100
    return caps


def cap_of(town: Town) -> Numbers:
    """The cap of each bill's case (fen), infinite where it has none."""
    world, bills = town.world, town.bills
    level = world.places["hosp_lv"].to_numpy()[bills["place"]]
    disease = bills["disease"].to_numpy()
    visit = np.where(bills["med_type"] == 11, by_case(world, False)[disease, level], np.inf)
    return np.where(town.is_stay(), by_case(world, True)[disease, level], visit)


def _within_cases(town: Town, lines: pd.DataFrame, held: Numbers) -> Numbers:
    """The scope of each line, what is charged last left out where all would exceed the cap of the case."""
    of, scope = lines["bill"].to_numpy(), lines["scope"].to_numpy()
    cap = cap_of(town)[of]
    rows = np.flatnonzero(held & np.isfinite(cap))
    # A stay settled in parts is one case.
    visit = np.where(town.bills["visit"] >= 0, town.bills["visit"], town.bills.index)[of[rows]]
    day = lines["day"].to_numpy()
    begin, end = (town.bills[name].to_numpy()[of] for name in ("begin", "end"))
    # A charge dated outside the stay is no part of its course: the cap falls on what came last within.
    within = (day >= begin) & (day <= end)
    order = rows[np.lexsort((lines["clock"].iloc[rows], day[rows], within[rows], visit))]
    case = pd.Series(np.sort(visit))
    mine = pd.Series(scope[order])
    before = (mine.groupby(case).cumsum() - mine).to_numpy()
    scope = scope.copy()
    scope[order] = np.minimum(mine, np.maximum(cap[order] - before, 0))
    return scope


def _too_often(town: Town, lines: pd.DataFrame) -> Numbers:
    """Per line: whether its person had the item more often, or sooner again, than the county pays for."""
    table = table_of("item_limits")
    table = table.assign(item=table["item"].map(town.world.item))
    value, gap = (pd.to_numeric(table[name]) for name in ("value", "min_gap_days"))
    paid = lines[lines["item"].isin(table["item"]) & (lines["scope"] > 0) & ~lines["outside"]]
    paid = paid.assign(person=town.bills["person"].to_numpy()[paid["bill"]])
    days = paid[["person", "item", "day"]].drop_duplicates().sort_values(["person", "item", "day"])
    own = days.groupby(["person", "item"])["day"]
    allowed = days["item"].map(dict(zip(table["item"], value, strict=True))).fillna(np.inf)
    apart = days["item"].map(dict(zip(table["item"], gap, strict=True))).fillna(0)
    often = days[(own.cumcount() >= allowed) | (own.diff() < apart)]
    keys = pd.MultiIndex.from_frame(paid[["person", "item", "day"]])
    found = paid.index[keys.isin(pd.MultiIndex.from_frame(often))]
    return np.asarray(lines.index.isin(found))
