"""The single tests of a panel charged instead of it, or besides it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers
from medaudit.synth.picking import (
    SERVICES,
    copied,
    lines_at,
    new_orders,
    one_item,
    paired,
    some_of_each,
    split,
    usual_price,
)
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.world import table_of

UNIT = Unit(
    name="unbundled_charge",
    zh="分解收费：组合项目拆成单项收费，或收了组合又收单项",
    en="Unbundled charge: the single tests of a panel charged instead of the panel or besides it",
    stage=LINES,
    threshold_zh="组合项目的价格",
    threshold_en="the price of the panel",
    kinds=SERVICES,
    rate=(0.02, 0.06),
)


def plant(town: Town, plan: Plan) -> None:
    rng, parts = plan.rng, _parts(town)
    whole = np.isin(np.arange(len(town.world.items)), parts["whole"].unique())
    lines = lines_at(town, plan, whole)
    wrong, fair = split(plan, lines[~_has_parts(town, lines, parts)])
    wrong = wrong[~wrong.duplicated(["bill", "item", "day"])]
    wrong = some_of_each(rng, one_item(rng, wrong), 0.3, 1.0)
    rows = _expand(town, wrong, parts)
    panel = usual_price(town, rows["bill"].to_numpy(), rows["whole"].to_numpy())
    total = rows.groupby("line")["fen"].transform("sum").to_numpy()
    place = town.bills["place"].to_numpy()[rows["bill"]]
    # A place has its way; where the tests cost less than the panel it charges both.
    way = rng.random(len(town.world.places)) < 0.5
    instead = way[place] & (total > panel)
    kept = instead | (rng.random(len(rows)) < 0.6) | ~rows.duplicated("line").to_numpy()
    rows, panel, instead = rows[kept], panel[kept], instead[kept]
    total = rows.groupby("line")["fen"].transform("sum").to_numpy()
    ratio = np.where(instead, total, total + panel) / panel
    added = _charge(town, rows)
    town.drop_lines(rows["line"][instead].unique())
    town.tell(
        UNIT.name, added, ratio, lines=added, part=np.where(instead, (total - panel) / total, 1.0)
    )
    # One or two tests of a panel were all that was asked for.
    rows = _expand(town, one_item(rng, fair).drop_duplicates("bill"), parts)
    rows = (
        rows.sample(frac=1, random_state=rng)
        .groupby("line", sort=False)
        .head(2)
        .sort_values(["line", "item"])
    )
    panel = usual_price(town, rows["bill"].to_numpy(), rows["whole"].to_numpy())
    ratio = rows.groupby("line")["fen"].transform("sum").to_numpy() / panel
    rows, ratio = rows[ratio < 1], ratio[ratio < 1]
    added = _charge(town, rows)
    town.drop_lines(rows["line"].unique())
    town.tell(UNIT.name + "_at_limit", added, ratio, role=LOOKALIKE, lines=added)


def _parts(town: Town) -> pd.DataFrame:
    table = table_of("bundles")
    return pd.DataFrame({name: table[name].map(town.world.item) for name in ("whole", "part")})


def _has_parts(town: Town, lines: pd.DataFrame, parts: pd.DataFrame) -> Numbers:
    """Per line: whether a part of that panel stands on the bill already."""
    there = town.lines.loc[town.lines["item"].isin(parts["part"]), ["bill", "item"]]
    there = there.merge(parts, left_on="item", right_on="part")
    return np.isin(paired(lines["bill"], lines["item"]), paired(there["bill"], there["whole"]))


def _expand(town: Town, lines: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """A row for each part of each panel that the place can do; fen: its price, line: the panel's line."""
    rows = lines.rename_axis("line").reset_index().merge(parts, left_on="item", right_on="whole")
    least = town.world.items["least_lv"].to_numpy()[rows["part"]]
    rows = rows[least <= town.level_of(rows["bill"].to_numpy())].sort_values(["line", "part"])
    rows["item"] = rows["part"]
    return rows.assign(fen=usual_price(town, rows["bill"].to_numpy(), rows["part"].to_numpy()))


def _charge(town: Town, rows: pd.DataFrame) -> Numbers:
    stay = town.is_stay().to_numpy()[rows["bill"]]
    return town.add_lines(**copied(rows, order=new_orders(town, stay)))
