"""One person fetching far more of a drug than the days allow, at many places."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import some
from medaudit.synth.picking import fetch, packs, supplied, told_of
from medaudit.synth.plan import LINES, Plan, Unit
from medaudit.synth.town import INVOLVED, LOOKALIKE, RESPONSIBLE, Town

UNIT = Unit(
    name="over_supply",
    zh="超量开药：一人在多家机构反复取同一种药，可用天数远超日历天数",
    en="Over-supply: one person fetching a drug at many places for far more days than there are",
    stage=LINES,
    threshold_zh="可用天数为日历天数的 1.25 倍",
    threshold_en="1.25 days of supply a day",
    rate=(0.02, 0.06),
    least=4,
)
USUAL = 1.25
KINDS = ("county", "tcm", "private", "township", "clinic", "pharmacy")


def plant(town: Town, plan: Plan) -> None:
    rng = plan.rng
    regular = _regular(town)
    chosen = plan.choose(np.arange(len(regular)))
    fair = some(rng, np.setdiff1d(np.arange(len(regular)), chosen), len(chosen) // 3)
    them = regular.iloc[np.concatenate([chosen, fair])].reset_index(drop=True)
    greedy = np.arange(len(them)) < len(chosen)
    wanted = np.where(
        greedy, 1.1 + 0.6 * plan.intensity(len(them)), rng.uniform(0.8, 0.95, len(them))
    )
    length = (them["last"] - them["first"] + 1).to_numpy()
    person, item = them["person"].to_numpy(), them["item"].to_numpy()
    first, last = them["first"].to_numpy(), them["last"].to_numpy()
    lacking = wanted * USUAL * length - supplied(town, person, item, first, last)
    pack = np.maximum(town.world.items["pack_days"].to_numpy()[item], 1).astype(np.int64)
    month = np.maximum(30 // pack, 1) * pack * 1.08
    number = np.maximum(np.ceil(lacking / month), 0).astype(np.int64)
    at = np.repeat(np.arange(len(them)), number)
    places = town.world.serving(town.number, *KINDS)
    day = first[at] + np.floor(rng.random(len(at)) * length[at]).astype(np.int64)
    lines, their = fetch(
        town, rng, person[at], day, places[rng.integers(0, len(places), len(at))], item[at],
        packs(rng, pack[at]),
    )  # fmt: skip
    had = supplied(town, person, item, first, last) / length / USUAL
    who = pd.Series(np.arange(len(them)), index=person)
    of = who.loc[their].to_numpy()
    real = np.round(had[of], 2)
    over = real > 1
    town.tell(
        UNIT.name, lines, real[over], lines=lines[over], institution=INVOLVED, patient=RESPONSIBLE
    )
    town.tell(
        UNIT.name + "_at_limit",
        lines,
        real[~over],
        role=LOOKALIKE,
        lines=lines[~over],
        patient=LOOKALIKE,
    )


def _regular(town: Town) -> pd.DataFrame:
    """People who fetch a drug regularly: person, item, and a window of half a year (first, last day)."""
    lines = town.lines[town.lines["supply"] > 0]
    bill = lines["bill"].to_numpy()
    chronic = (town.bills["med_type"].to_numpy()[bill] == 14) & ~town.bills["taken"].to_numpy()[
        bill
    ]
    lines = lines[chronic]
    rows = lines.assign(person=town.bills["person"].to_numpy()[lines["bill"]])
    found = rows.groupby(["person", "item"], as_index=False)["day"].agg(["min", "count"])
    found = found[(found["count"] >= 2) & (found["min"] < 210)]
    found = found[~found["person"].isin(told_of(town))]
    # The drug he fetches most often, the dearer of two.
    dear = town.world.items["pric"].to_numpy()[found["item"]]
    found = found.assign(dear=dear).sort_values(
        ["person", "count", "dear"], ascending=[True, False, False]
    )
    found = found.drop_duplicates("person")
    died = town.people["died"].to_numpy()[found["person"]]
    last = np.minimum(found["min"].to_numpy() + 179, np.minimum(363, died - 1))
    frame = pd.DataFrame(
        {"person": found["person"], "item": found["item"], "first": found["min"], "last": last}
    )
    return frame[frame["last"] - frame["first"] >= 90].reset_index(drop=True)
