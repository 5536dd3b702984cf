"""The paperwork of real life: missing diagnoses and doctors, clocks that are none, late bills, refunds, re-uploads.

None of it changes what was done or paid: after refunds are netted and copies dropped the county is as it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, stream
from medaudit.synth.town import Town

FILLERS = ["9999999", "未知", "D000000"]  # how places write nobody
FILLER = -2  # a doctor of -2 stands for the first of them, -3 for the next
BATCH = 17 * 3600 + 30 * 60  # when such a place sends its whole day


def blot(town: Town) -> None:
    """What clerks leave out or write later, on bills without lines' money being touched."""
    world, bills, lines = town.world, town.bills, town.lines
    rng = stream(world.seed, "clerks", town.number)
    habits, size = world.habits, len(bills)
    stay = (bills["dscg_way"] > 0).to_numpy()
    # Where the doctor is what tells the scheme, he stays.
    told = [
        rows["bill"].to_numpy() for rows in town.told if (rows["subject_type"] == "doctor").any()
    ]
    plain = ~np.isin(np.arange(size), np.concatenate([*told, np.zeros(0, dtype=np.int64)]))
    # What has a cap of its own, or a limit by the disease, is claimed as that disease.
    told_by = (bills["med_type"] == 14).to_numpy() | bills["unlimited"].to_numpy()
    told_by |= bills["named"].to_numpy()
    bills["undiagnosed"] = ~stay & ~told_by & (rng.random(size) < habits["undiagnosed"])
    chance = rng.random(size)
    nobody = plain & ~stay & (chance < habits["doctorless"])
    filler = plain & ~stay & ~nobody & (chance < habits["doctorless"] + habits["fillers"])
    # A place has a filler of its own.
    code = FILLER - bills["place"].to_numpy() % len(FILLERS)
    for them, doctor in ((nobody, np.full(size, -1)), (filler, code)):
        bills.loc[them, "doctor"] = doctor[them]
        at = them[lines["bill"].to_numpy()]
        lines.loc[at, "doctor"] = doctor[lines["bill"].to_numpy()[at]]
    free = ~(bills["burst"] | bills["by_hand"] | bills["taken"]).to_numpy()
    late = free & (rng.random(size) < np.where(stay, habits["late"], 0.004))
    bills["settled"] += late * np.where(stay, rng.integers(3, 41, size), rng.integers(1, 4, size))
    way = world.places["clock"].to_numpy()[bills["place"]]
    loose = ~bills["burst"].to_numpy() & ~stay
    for name, second in (("date", 0), ("batch", BATCH)):
        them = loose & (way == name)
        bills.loc[them, "clock"] = second
        lines.loc[them[lines["bill"].to_numpy()], "clock"] = second


def undo_some(town: Town) -> None:
    """Bills that were first settled wrongly: a twin, and a negative bill that takes the twin back."""
    rng = stream(town.world.seed, "refunds", town.number)
    bills, lines = town.bills, town.lines
    bills["sign"], bills["undoes"] = 1, -1
    lines["undoes"] = -1
    able = np.flatnonzero(
        (bills["person"] >= 0)
        & (bills["visit"] < 0)
        & (bills["invoice"] < 0)
        & (bills["clock"] > 1000)
        & ~bills["burst"]
        & ~bills["by_hand"]
    )
    chosen = able[rng.random(len(able)) < town.world.habits["refunds"]]
    free = int(lines.index.max()) + 1 if len(lines) else 0  # lines that were dropped left gaps
    twins, twin_lines = _copies(bills, lines, chosen, len(bills), free)
    backs, back_lines = _copies(
        bills, lines, chosen, len(bills) + len(twins), free + len(twin_lines)
    )
    for copies, theirs, before in ((twins, twin_lines, 420), (backs, back_lines, 200)):
        copies["clock"] -= before
        theirs["clock"] = np.maximum(theirs["clock"] - before, 0)
    backs["sign"], backs["undoes"] = -1, twins.index.to_numpy()
    back_lines["undoes"] = twin_lines.index.to_numpy()
    town.bills = pd.concat([bills, twins, backs])
    town.lines = pd.concat([lines, twin_lines, back_lines])


def _copies(
    bills: pd.DataFrame, lines: pd.DataFrame, chosen: Numbers, first: int, first_line: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Copies of bills and their lines under new numbers, of the same visit."""
    copies = bills.loc[chosen].copy()
    copies["visit"] = chosen
    copies.index = pd.RangeIndex(first, first + len(copies))
    number = pd.Series(copies.index, index=chosen)
    theirs = lines[lines["bill"].isin(chosen)].copy()
    theirs["bill"] = number.loc[theirs["bill"]].to_numpy()
    theirs.index = pd.RangeIndex(first_line, first_line + len(theirs))
    return copies, theirs


def upload_again(rng: np.random.Generator, share: float, size: int) -> tuple[Numbers, Numbers]:
    """Rows to write a second time word for word, and rows of which an older, wrong version stands before them."""
    chance = rng.random(size)
    return np.flatnonzero(chance < share), np.flatnonzero(
        (chance >= share) & (chance < 1.5 * share)
    )
