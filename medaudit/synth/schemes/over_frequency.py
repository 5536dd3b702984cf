"""A test the county pays for once a year, or not before some weeks have passed, is done again and settled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth import caps
from medaudit.synth.chance import some
from medaudit.synth.picking import SERVICES, new_orders
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, RESPONSIBLE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="over_frequency",
    zh="超频次收费：限一年一次、限间隔的检查化验，同一人在同一机构未到期又做，仍由医保支付",
    en="Over frequency: a test that is paid once a year, or after some weeks, done again on a person too soon and settled",
    stage=LINES,
    threshold_zh="限定的次数；限定的间隔与实际间隔之比",
    threshold_en="the number allowed; the interval wanted over the one there was",
    kinds=SERVICES,
    rate=(0.01, 0.05),
)


def plant(town: Town, plan: Plan) -> None:
    rng, bills = plan.rng, town.bills
    for row in table_of("item_limits").to_dict("records"):
        item = town.world.item[row["item"]]
        pairs, least = _pairs(town, item), int(row["min_gap_days"] or 365)
        apart = (pairs["day"] - pairs["before"]).to_numpy()
        soon, late = (apart >= 2) & (apart < least), (apart >= least) & (apart < 3 * least)
        for places in plan.widening():
            here = np.flatnonzero(soon & pairs["place"].isin(places))
            if len(here) >= 2 * plan.least:
                break
        wrong = plan.choose(here)
        # After the interval, or paid by the patient where the year is not over.
        rest = np.flatnonzero(late if late.any() else soon)
        fair = some(rng, np.setdiff1d(rest, wrong), (len(wrong) + 1) // 2)
        for them, role in ((wrong, RESPONSIBLE), (fair, LOOKALIKE)):
            both = pairs[["first", "second"]].iloc[them].to_numpy().ravel()
            stay = town.is_stay().to_numpy()[both]
            begin, clock = (bills[name].to_numpy()[both] for name in ("begin", "clock"))
            lines = town.add_lines(
                bill=both, item=item, day=begin, clock=np.where(stay, 36_000, np.maximum(clock - 300, 0)),
                order=new_orders(town, stay),
            )  # fmt: skip
            town.change(both)
            second = both[1::2]
            town.change(second, unlimited=role == RESPONSIBLE)
            strength = least / apart[them] if row["min_gap_days"] else np.full(len(them), 2.0)
            town.tell(
                UNIT.name + ("" if role == RESPONSIBLE else "_at_limit"), second, strength.round(2), role=role,
                lines=lines[1::2],
            )  # fmt: skip


def _pairs(town: Town, item: int) -> pd.DataFrame:
    """Each two bills, one after the other, of a person at a hospital that has the test, who had it nowhere.

    first, second, the days they began (before, day), person, place.
    """
    bills, world = town.bills, town.world
    had = bills["person"].to_numpy()[town.lines.loc[town.lines["item"] == item, "bill"]]
    level = world.places["hosp_lv"].to_numpy()[bills["place"]]
    wanted = bills["med_type"].isin((11, 21)) & (level >= world.items["least_lv"].iloc[item])
    wanted &= (town.of("age") >= 18) & ~bills["person"].isin(had) & (bills["visit"] < 0)
    wanted &= np.isinf(caps.cap_of(town))  # which the test would exceed
    rows = bills.loc[town.free(wanted), ["person", "place", "begin"]]
    rows = rows.sort_values(["person", "place", "begin"]).rename_axis("second").reset_index()
    before = rows.shift()
    same = (rows["person"] == before["person"]) & (rows["place"] == before["place"])
    rows = rows.rename(columns={"begin": "day"})
    pairs = rows.assign(first=before["second"], before=before["begin"])[same]
    return pairs.drop_duplicates("person").astype(np.int64)
