"""What several lookalikes need: who is at home, what lies between stays, who pays within minutes of whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from medaudit.synth.care import treat
from medaudit.synth.chance import Numbers
from medaudit.synth.plan import Plan
from medaudit.synth.rows import LINE, empty
from medaudit.synth.town import LOOKALIKE, Town
from medaudit.synth.world import World

TEN_MINUTES = 600
CARDS, TIMES = 4, 3  # cards within ten minutes, on so many days: then a group looks like a ring
SPLIT = 15.0  # days between two stays
STRONGEST = 6.0


def columns_of(town: Town, bills: Numbers, *names: str) -> dict[str, Numbers]:
    """These columns of the bills, as add_bills takes them."""
    return {name: town.bills.loc[bills, name].to_numpy() for name in names}


def at_home(town: Town, person: Numbers, first: Numbers, last: Numbers) -> Numbers:
    """Per row: whether that person lives and is in no hospital from day `first` to `last`."""
    return town.quiet_days(person, first, last, town.bills[town.is_stay()])


def nearest_gap(town: Town, bills: Numbers) -> Numbers:
    """Days between each of these stays and the nearest other stay of its person."""
    people = town.bills.loc[bills, "person"].unique()
    stays = town.bills[town.is_stay() & town.bills["person"].isin(people)]
    stays = stays.sort_values(["person", "begin", "end"], kind="stable")
    before = stays["begin"] - stays.groupby("person")["end"].shift()
    after = stays.groupby("person")["begin"].shift(-1) - stays["end"]
    gap = pd.Series(np.fmin(before.to_numpy(), after.to_numpy()), index=stays.index).fillna(365)
    return np.asarray(gap.loc[bills])


def readmitted(gap: Numbers) -> Numbers:
    """How near a return after so many days comes to a split admission."""
    return np.round(np.minimum(SPLIT / np.maximum(gap, 1), SPLIT), 2)


def come_back(
    town: Town, plan: Plan, name: str, first: pd.Series, *, soonest: int, nights: tuple[int, int],
    keeping: tuple[str, ...], adm_way: int, planned: bool,
) -> None:  # fmt: skip
    """Bring people back to the same hospital some days after a stay that satisfies `first`, and tell both stays.

    soonest: days away at least. keeping: columns the second stay has of the first, besides person and place.
    """
    rng, bills = plan.rng, town.bills
    whole = (
        ~bills["planned"] & ~bills["care"].isin(operations(town.world)) & ~town.at("psychiatric")
    )
    chosen = plan.choose(town.free(first & town.is_stay() & (bills["dscg_way"] == 1) & whole))
    gap = np.round(SPLIT / plan.intensity(len(chosen), low=0.5))
    gap = np.clip(gap, soonest, 30).astype(np.int64)
    person, last = (bills.loc[chosen, column].to_numpy() for column in ("person", "end"))
    end = last + gap + rng.integers(*nights, len(chosen))
    room = (end < 364) & town.quiet_days(person, last + 1, end)
    chosen, begin, end = chosen[room], (last + gap)[room], end[room]
    town.change(chosen, **({"planned": True} if planned else {}))
    again = town.add_bills(
        **columns_of(town, chosen, "person", "place", *keeping), med_type=21,
        begin=begin, end=end, dscg_way=1, adm_way=adm_way, bed=rng.integers(1, 61, len(chosen)),
    )  # fmt: skip
    both = np.concatenate([chosen, again])
    town.tell(
        name, both, readmitted(nearest_gap(town, both)),
        role=LOOKALIKE, doctor=LOOKALIKE, patient=LOOKALIKE,
    )  # fmt: skip


def ring_like(group: Numbers, session: Numbers, clock: Numbers) -> Numbers:
    """Per row: how near its group comes to a ring of cards, by cards within ten minutes and by days.

    group, session (a number of its own for every group and day) and clock: one a bill.
    """
    rows = pd.DataFrame({"group": group, "session": session, "clock": clock})
    order = rows.sort_values(["session", "clock"], kind="stable")
    line = order["session"].to_numpy() * 10**6 + order["clock"].to_numpy()
    order["cards"] = np.searchsorted(line, line + TEN_MINUTES, side="right") - np.arange(len(line))
    most = order.groupby(["group", "session"])["cards"].max().groupby("group")
    strength = (most.mean() / CARDS).clip(upper=most.size() / TIMES)
    return np.asarray(strength.loc[rows["group"]].round(2))


def inside(town: Town, stays: Numbers, day: Numbers) -> Numbers:
    """How far a day lies inside a stay: 1 a day from its nearer end, 0.5 on the end itself."""
    begin, end = (town.bills.loc[stays, name].to_numpy() for name in ("begin", "end"))
    return np.clip(np.minimum(day - begin, end - day), 0.5, STRONGEST)


def operations(world: World) -> set[str]:
    """Kinds of care in which something is operated: such a stay is not cut in two."""
    classes = world.items["med_chrgitm_type"].to_numpy()[world.care["item"]]
    return set(world.care["care"][classes == "06"])


def baskets(world: World) -> Numbers:
    """What anybody may buy at a pharmacy (kinds of care)."""
    names = world.care["care"].unique()
    return np.array(sorted(name for name in names if name.startswith("pharmacy")), dtype=object)


def treated(town: Town, bills: Numbers) -> Numbers:
    """Give bills that were added when the others had their lines already theirs; the new lines' index."""
    alone = Town(town.world, town.number, town.people, town.bills.loc[bills], empty(LINE))
    lines = treat(alone)
    lines["order"] = np.where(lines["order"] > 0, town.last_order() + lines["order"], 0)
    names = list(LINE)
    return town.add_lines(**{name: lines[name].to_numpy() for name in names})


def copies(town: Town, lines: Numbers, **changed: Any) -> Numbers:
    """Write lines once more, with some columns changed; the new lines' index."""
    same = {name: town.lines.loc[lines, name].to_numpy() for name in LINE}
    return town.add_lines(**{**same, **changed})


def classes(town: Town) -> pd.Series:
    """Charge class of each line."""
    kinds = town.world.items["med_chrgitm_type"].to_numpy()[town.lines["item"]]
    return pd.Series(kinds, index=town.lines.index)


def of_bill(town: Town, column: str) -> pd.Series:
    """Per line: a column of its bill."""
    return pd.Series(town.bills[column].to_numpy()[town.lines["bill"]], index=town.lines.index)


def one_a_bill(rng: np.random.Generator, town: Town, lines: Numbers) -> Numbers:
    """Of these lines, one of each bill, by chance."""
    mixed = rng.permutation(np.array(lines))
    return np.sort(mixed[~town.lines.loc[mixed, "bill"].duplicated().to_numpy()])
