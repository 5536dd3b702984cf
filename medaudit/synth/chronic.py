"""What some counties ask of chronic outpatients: few kinds of drugs at a time, and to be seen again once a year.

Such rules are local. In a county that has them the ordinary visits keep to them; in the others nobody does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from medaudit.synth.chance import Numbers, stream
from medaudit.synth.extras import CHECKS
from medaudit.synth.town import Town
from medaudit.synth.world import World

KINDS = (3, 4, 5)  # with one, two or more registered diseases
REVIEW = 151, 243  # from June to August
SEEN = ("03", "04")  # examinations and tests
HAVE = 0.7  # share of the counties that have such rules


def has_rules(world: World) -> bool:
    return bool(stream(world.seed, "chronic rules").random() < HAVE)


def fetches(town: Town) -> pd.Series:
    """Per bill: whether somebody registered fetches drugs for an illness that such rules are about."""
    bills, world = town.bills, town.world
    # What dialysis or chemotherapy needs is no matter of counting, and who has it is seen anyway.
    steady = ~world.diseases["icd"].str.startswith(("N18", "C")).to_numpy()
    disease = bills["disease"].to_numpy()
    fetched = (bills["med_type"] == 14) & (bills["person"] >= 0) & (disease >= 0)
    return fetched & steady[disease] & (town.of("chronic") >= 0)


def most_kinds(town: Town, bills: Numbers) -> Numbers:
    """How many kinds of drugs each of `bills` may have."""
    person = town.bills["person"].to_numpy()[bills]
    registered = (town.people[["chronic", "second"]] >= 0).sum(axis=1).to_numpy()[person]
    return np.array(KINDS)[np.clip(registered, 1, len(KINDS)) - 1]


def keep(town: Town) -> None:
    """Where the county has such rules: leave out the drugs beyond the limit, and look at whoever nobody looked at."""
    if not has_rules(town.world) or not len(town.lines):
        return
    rng = stream(town.world.seed, "chronic", town.number)
    bills = np.flatnonzero(fetches(town))
    drugs = town.lines_of(bills)
    drugs = drugs[drugs["chrgitm"].isin(("09", "11"))]
    kind = drugs[["bill", "item"]].drop_duplicates()
    kind = kind.iloc[rng.permutation(len(kind))].sort_values("bill", kind="stable")
    beyond = kind[kind.groupby("bill").cumcount() >= most_kinds(town, kind["bill"].to_numpy())]
    over = pd.MultiIndex.from_frame(drugs[["bill", "item"]]).isin(pd.MultiIndex.from_frame(beyond))
    town.drop_lines(drugs.index[over].to_numpy())
    _review(town, rng)
    town.lines = town.lines.reset_index(drop=True)


def _review(town: Town, rng: np.random.Generator) -> None:
    """Have tests done at the first fetch of June or later on all who had none all year, whatever they have."""
    at = town.bills[(town.bills["med_type"] == 14) & (town.bills["person"] >= 0)]
    late = at[(at["begin"] >= REVIEW[0]) & ~at["person"].isin(seen(town))]
    first = late.sort_values("begin", kind="stable").drop_duplicates("person")
    tests = np.array([town.world.item[key] for key in CHECKS])
    able = town.world.items["least_lv"].to_numpy()[tests] <= town.level_of(first.index)[:, None]
    keys = rng.random(able.shape) * able
    # A few are forgotten.
    done = (keys.max(axis=1, initial=0) > 0) & (rng.random(len(first)) < 0.98)
    clock = np.maximum(first["clock"].to_numpy() - rng.integers(60, 900, len(first)), 0)
    town.add_lines(
        bill=first.index[done], item=tests[keys.argmax(axis=1)[done]], day=first["begin"].to_numpy()[done], clock=clock[done],
    )  # fmt: skip


def seen(town: Town) -> Numbers:
    """Whoever was in hospital or had a test in the year."""
    bills = town.bills
    tested = np.isin(town.world.items["med_chrgitm_type"].to_numpy()[town.lines["item"]], SEEN)
    there = bills["person"][town.is_stay()]
    return np.union1d(there, bills["person"].to_numpy()[town.lines["bill"][tested]])
