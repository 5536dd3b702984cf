"""What a way of linking finds: rings, their members, and when they were seen together, as small frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = 3  # of a ring that make a session
HALF = 0.5


@dataclass(frozen=True)
class Found:
    """The three tables of some rings, `ring` (their number, from 0) in place of ring_id."""

    rings: pd.DataFrame
    members: pd.DataFrame
    uses: pd.DataFrame


def runs(uses: pd.DataFrame, same: list[str], moved: pd.Series, far: float) -> pd.Series:
    """Per use the number of its run, from 1: a new one where a column of `same` changes from one use to the next, or `moved` by
    more than `far`."""
    changed = (uses[same] != uses[same].shift()).any(axis=1)
    number: pd.Series = (changed | (moved.diff() > far)).cumsum()
    return number


def day_numbers(days: pd.Series) -> pd.Series:
    """Dates as days, so that they can be subtracted."""
    import pandas as pd

    numbers: pd.Series = (pd.to_datetime(days) - pd.Timestamp(2000, 1, 1)).dt.days
    return numbers


def together(uses: pd.DataFrame) -> pd.DataFrame:
    """The uses in which TOGETHER or more of a ring were seen, numbered by session within the ring.

    uses: ring, fixmedins_code, person_id, day, clock (NaN without), stay_id, and `run`: the same number for what
    came one after another.
    """
    key = ["ring", "run"]
    people = uses.groupby(key)["person_id"].transform("nunique")
    seen = uses[people >= TOGETHER].sort_values(
        ["ring", "day", "clock", "person_id"], kind="stable", ignore_index=True
    )
    first = seen.groupby(key, sort=False).ngroup()
    start = seen["ring"].map(first.groupby(seen["ring"]).min())
    seen["session"] = (first - start + 1).astype("int64")
    seen["after"] = seen["clock"] - seen.groupby(key)["clock"].transform("min")
    return seen


def summed(members: pd.DataFrame, uses: pd.DataFrame, kind: str) -> Found:
    """Rings from their members (ring, person_id, partners, met, expected) and the uses in which they were together."""
    import numpy as np
    import pandas as pd

    size = members.groupby("ring").size()
    session = (
        uses.groupby(["ring", "session"])["person_id"].nunique().rename("people").reset_index()
    )
    session["half"] = session["people"] >= HALF * session["ring"].map(size)
    by_session = session.groupby("ring")
    by_use = uses.groupby("ring")
    waits = uses.sort_values(["ring", "session", "clock"], kind="stable")
    waits = waits.assign(wait=waits.groupby(["ring", "session"])["clock"].diff())
    main = uses.groupby(["ring", "fixmedins_code"]).size().rename("n").reset_index()
    main = main.sort_values(["ring", "n", "fixmedins_code"], ascending=[True, False, True])
    by_member = members.groupby("ring")
    rings = pd.DataFrame({
        "members": size, "sessions": by_session.size(), "most": by_session["people"].max(),
        "lockstep": by_session["half"].mean(), "places": by_use["fixmedins_code"].nunique(), "gap": waits.groupby("ring")["wait"].median(),
        # Each pair is two members' partner.
        "met": by_member["met"].sum() // 2, "expected": by_member["expected"].sum(min_count=1) / 2,
        "first_day": by_use["day"].min(), "last_day": by_use["day"].max(),
        "fixmedins_code": main.drop_duplicates("ring").set_index("ring")["fixmedins_code"],
    }, index=pd.Index(size.index, name="ring"))  # fmt: skip
    rings[["sessions", "most", "lockstep", "places"]] = rings[
        ["sessions", "most", "lockstep", "places"]
    ].fillna(0)
    came = uses.groupby(["ring", "person_id"])["session"].nunique().rename("sessions").reset_index()
    members = members.merge(came, on=["ring", "person_id"], how="left")
    members["sessions"] = members["sessions"].fillna(0).astype(np.int64)
    return Found(rings.assign(kind=kind).reset_index(), members, uses)
