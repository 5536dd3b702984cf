"""What is done on a bill: its fee lines, from the care of its illness and the ways of its place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, repeated, stream
from medaudit.synth.rows import LINE
from medaudit.synth.town import Town
from medaudit.synth.world import World

HOUSE = ("01", "02", "07")  # charged by the day, whoever is treated
MORNING = 8 * 3600  # the round


def treat(town: Town) -> pd.DataFrame:
    """The lines of all bills, columns of LINE, by bill."""
    world, bills = town.world, town.bills
    rng = stream(world.seed, "care", town.number)
    rows = _templates(world, bills[bills["person"] >= 0])
    stay = rows["dscg_way"].to_numpy() > 0
    nights = (rows["end"] - rows["begin"]).to_numpy()
    number = _occasions(rows, nights, stay)
    # Bed and nursing stand once more where a place charges the days of admission and of discharge.
    house = np.isin(world.items["med_chrgitm_type"].to_numpy()[rows["item"]], HOUSE)
    both = world.places["both_days"].to_numpy()[rows["place"]]
    number = number + (both & house & stay & (nights > 0) & (rows["when"] == "daily").to_numpy())
    at, turn = repeated(number)
    done = rng.random(len(at)) < rows["chance"].to_numpy()[at]
    at, turn = at[done], turn[done]
    day = _days(rows, at, turn, nights)
    times = rows["times"].to_numpy()[at]
    again, dose = repeated(times)
    at, day = at[again], day[again]
    treated = ~_idle(rows, at, day, nights) | house[at]
    at, day, dose = at[treated], day[treated], dose[treated]
    lines = pd.DataFrame({name: np.broadcast_to(value, len(at)) for name, value in LINE.items()})
    lines["bill"] = rows["bill"].to_numpy()[at]
    lines["item"] = rows["item"].to_numpy()[at]
    lines["day"] = day
    least, most = rows["cnt_min"].to_numpy()[at], rows["cnt_max"].to_numpy()[at]
    lines["cnt"] = np.floor(least + rng.random(len(at)) * (most - least + 1)).astype(np.int64)
    lines["clock"] = _clocks(rng, rows, at, dose, stay)
    lines["doctor"] = rows["doctor"].to_numpy()[at]
    pack = world.pack_days[lines["item"]]
    lines["supply"] = np.where(stay[at], 0, pack * lines["cnt"])
    classes = world.items["med_chrgitm_type"].to_numpy()[lines["item"]]
    ordered = stay[at] & np.isin(classes, ["03", "04", "05", "06", "09", "11"])
    lines["order"] = np.where(ordered, np.arange(1, len(lines) + 1), 0)
    return lines.sort_values(["bill", "day", "clock", "item"], kind="stable", ignore_index=True)


def _templates(world: World, bills: pd.DataFrame) -> pd.DataFrame:
    """Bills with every row of their own care and of their illness's ward that their place can do and their patient may have."""
    them = bills[
        [
            "care",
            "disease",
            "place",
            "person",
            "begin",
            "end",
            "clock",
            "doctor",
            "dscg_way",
            "idle",
        ]
    ]
    them = them.rename_axis("bill").reset_index()
    base = them[(them["disease"] >= 0) & (them["dscg_way"] > 0)]
    base = base.assign(care=world.diseases["ward"].to_numpy()[base["disease"]])
    rows = pd.concat([them, base]).merge(world.care, on="care", sort=False)
    level = world.places["hosp_lv"].to_numpy()[rows["place"]]
    shop = world.places["kind"].to_numpy()[rows["place"]] == "pharmacy"
    least = world.items["least_lv"].to_numpy()[rows["item"]]
    most = world.items["most_lv"].to_numpy()[rows["item"]]
    able = shop | ((least <= level) & (level <= most))
    return rows[able].sort_values(["bill", "item"], kind="stable", ignore_index=True)


def _occasions(rows: pd.DataFrame, nights: Numbers, stay: Numbers) -> Numbers:
    """How often each row comes: once, or on so many days of the stay."""
    days = np.maximum(nights, 1)
    by = {
        "daily": days, "inner": np.maximum(nights - 1, 0), "early": (days + 1) // 2, "odd": (days + 1) // 2,
    }  # fmt: skip
    number = np.ones(len(rows), dtype=np.int64)
    for when, count in by.items():
        them = (rows["when"] == when).to_numpy() & stay
        number[them] = count[them]
    return number


def _days(rows: pd.DataFrame, at: Numbers, turn: Numbers, nights: Numbers) -> Numbers:
    when = rows["when"].to_numpy()[at]
    begin, end = rows["begin"].to_numpy()[at], rows["end"].to_numpy()[at]
    day = begin + turn
    day = np.where(when == "odd", begin + 2 * turn, day)
    day = np.where((when == "inner") | (when == "op"), begin + 1 + turn, day)
    day = np.where(when == "last", end, day)
    return np.minimum(day, end)


def _idle(rows: pd.DataFrame, at: Numbers, day: Numbers, nights: Numbers) -> Numbers:
    """Whether a day is one of those its patient is not treated: away, though in the ward's books."""
    idle, begin = rows["idle"].to_numpy()[at], rows["begin"].to_numpy()[at]
    first = begin + np.where(idle > nights[at], 0, np.maximum(1, (nights[at] - idle) // 3))
    return np.asarray((day >= first) & (day < first + idle))


def _clocks(
    rng: np.random.Generator, rows: pd.DataFrame, at: Numbers, dose: Numbers, stay: Numbers
) -> Numbers:
    """In a ward by the round and the item's own hour; to outpatients in the minutes before they pay."""
    item = rows["item"].to_numpy()[at]
    ward = MORNING + (item * 577) % 10_800 + dose * 8 * 3600 + rng.integers(0, 900, len(at))
    paid = rows["clock"].to_numpy()[at]
    return np.where(
        stay[at], np.minimum(ward, 86_000), np.maximum(paid - rng.integers(20, 600, len(at)), 0)
    )
