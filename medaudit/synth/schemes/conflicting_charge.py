"""Two items that must not be charged together, on one day or in one visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, some
from medaudit.synth.picking import SERVICES, copied, lines_at, new_orders, paired, some_of_each
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="conflicting_charge",
    zh="互斥项目同收：同日（或同次就诊）收取不得同时收费的两个项目",
    en="Conflicting charges: two items that exclude each other charged on one day or in one visit",
    stage=LINES,
    threshold_zh="只收一个项目（每多收一次加 1）",
    threshold_en="one of the two only (one more each time both are charged)",
    kinds=(*SERVICES, "clinic"),
    rate=(0.02, 0.06),
)


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    rows = _pairs(town, plan)
    eligible = np.sort(rows["bill"].unique())
    chosen = plan.choose(eligible)
    wrong = rows[rows["bill"].isin(chosen)]
    # One pair a bill, each as likely, on some of its days or once in the visit.
    pair = wrong[["bill", "paid", "denied"]].drop_duplicates()
    pair = pair.iloc[rng.permutation(len(pair))].drop_duplicates("bill")
    wrong = wrong.merge(pair, on=["bill", "paid", "denied"]).sort_values(
        ["bill", "day"], ignore_index=True
    )
    wrong = wrong.drop_duplicates(["bill", "day"])
    wrong = some_of_each(rng, wrong, 0.1, 0.9)
    wrong = wrong[(wrong["scope"] == "day") | ~wrong.duplicated("bill")]
    added = _charge(town, plan, wrong)
    number = wrong.groupby("bill")["day"].transform("size").to_numpy()
    town.tell(UNIT.name, added, 1.0 + number, lines=added)
    # The same two on different days of a stay.
    rest = some(rng, np.setdiff1d(eligible, chosen), len(chosen))
    fair = rows[rows["bill"].isin(rest) & (rows["scope"] == "day")]
    fair = fair[town.nights().to_numpy()[fair["bill"]] >= 3]
    fair = fair.iloc[rng.permutation(len(fair))].drop_duplicates("bill").sort_values("bill")
    fair = fair.assign(day=fair["day"] + 1)
    inside = fair["day"].to_numpy() <= town.bills["end"].to_numpy()[fair["bill"]]
    fair = fair[inside & ~_excluded(town, fair)]
    added = _charge(town, plan, fair)
    town.tell(UNIT.name + "_at_limit", added, 1.0, role=LOOKALIKE, lines=added)


def _table(town: Town) -> pd.DataFrame:
    table = table_of("conflicts")
    return table.assign(**{name: table[name].map(town.world.item) for name in ("paid", "denied")})


def _pairs(town: Town, plan: Plan) -> pd.DataFrame:
    """A row for each line and each item it excludes that the place can do and the bill has not."""
    items, table = town.world.items, _table(town)[["paid", "denied", "scope"]]
    involved = np.isin(np.arange(len(items)), table[["paid", "denied"]])
    lines = lines_at(town, plan, involved)
    rows = lines.merge(table, left_on="item", right_on="paid")
    denied, bill = rows["denied"].to_numpy(), rows["bill"].to_numpy()
    level = town.level_of(bill)
    able = (items["least_lv"].to_numpy()[denied] <= level) & (items["lmt_gend"] == "").to_numpy()[
        denied
    ]
    able &= ~np.isin(paired(rows["bill"], rows["denied"]), paired(lines["bill"], lines["item"]))
    return rows[able]


def _excluded(town: Town, rows: pd.DataFrame) -> Numbers:
    """Per row: whether something that excludes its denied item stands on that day, or in that visit."""
    there = town.lines_of(rows["bill"].unique()).merge(
        _table(town), left_on="item", right_on="paid"
    )
    by_day = pd.MultiIndex.from_frame(there.loc[there["scope"] == "day", ["bill", "denied", "day"]])
    by_visit = pd.MultiIndex.from_frame(there.loc[there["scope"] == "visit", ["bill", "denied"]])
    return np.asarray(
        pd.MultiIndex.from_frame(rows[["bill", "denied", "day"]]).isin(by_day)
        | pd.MultiIndex.from_frame(rows[["bill", "denied"]]).isin(by_visit)
    )


def _charge(town: Town, plan: Plan, rows: pd.DataFrame) -> Numbers:
    """Charge the denied item of each row on its day."""
    denied = rows["denied"].to_numpy()
    hourly = town.world.items["day_max_cnt"].to_numpy()[denied] == 24
    count = np.where(hourly, plan.rng.integers(4, 13, len(rows)), 1)
    stay = town.is_stay().to_numpy()[rows["bill"]]
    return town.add_lines(
        **copied(rows, item=denied, cnt=count, price=-1, supply=0, order=new_orders(town, stay))
    )
