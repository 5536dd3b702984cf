"""What a ring looks like that is nobody's fault. A label lowers a ring and is shown with it; nothing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medaudit.detectors.links.found import Found
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

# How much of its strength a ring keeps. The cards of a care home are misused too: it keeps the most.
WEIGHTS = {
    "care_home": 0.25,  # half live in one home: somebody fetches for them; verify
    "household": 0.2,  # at most five: of two family names, or of three with parent and child among them
    "colleagues": 0.2,  # most have one employer
    "bus_day": 0.15,  # most are of one village, at no pharmacy, and never the same ones
    "unknown_homes": 0.5,  # neither address nor telephone of most is known: they may live together
    "series": 0.1,  # a place they all go to every week, no pharmacy: treatment in series
}
MOST = 0.6  # of the members, of one employer or village
FEW, SURNAMES = 5, 2  # of a family
CHILD = (16, 45)  # years younger than a parent of the same family name
# A crowd: fewer of it than this share come at a time, or they were seen together fewer times than this.
NEVER_ALL, SELDOM = 0.5, 12
OFTEN = 30  # days of a member at one place, from which it is treated in series

PHARMACY = 0.1  # share of a ring's times at a pharmacy, from which it is no bus and no treatment

_WHO = """
SELECT g.ring, g.person_id, h.surname, h.addr_code, h.care_home, CASE WHEN length(trim(h.emp_name)) > 2 THEN h.emp_name END AS emp_name,
       coalesce(h.addr_code, h.tel) AS home, b.born
FROM {groups} g
JOIN household h ON h.person_id = g.person_id
LEFT JOIN (SELECT person_id, year(max(brdy)) AS born FROM people GROUP BY person_id) b ON b.person_id = g.person_id
ORDER BY g.ring, g.person_id
"""


def told(
    engine: Engine, groups: str, uses: pd.DataFrame, found: Found, kin_only: bool = False
) -> pd.DataFrame:
    """The rings with label and labelled. groups: a table of ring and person_id; uses: everything its people did (day,
    fixmedins_code), together or not. kin_only: where a home, an employer or a village is what is looked for."""
    rings = found.rings.set_index("ring", drop=False)
    who = engine.frame(_WHO.format(groups=groups))
    size = rings["members"]
    fits: dict[str, Any] = {"household": _kin(who, rings)}
    how_many: dict[str, Any] = {}
    if not kin_only:
        alike = {name: _most_alike(who, name, rings.index) for name in ("care_home", "emp_name", "addr_code")}  # fmt: skip
        presence = found.members.groupby("ring")["sessions"].mean() / rings["sessions"].clip(
            lower=1
        )
        times = found.uses.drop_duplicates(["ring", "session"]).groupby("ring")["is_pharmacy"]
        elsewhere = times.mean().reindex(rings.index).fillna(0) < PHARMACY
        known = who["home"].notna().groupby(who["ring"]).sum().reindex(rings.index)
        fits = {
            "care_home": alike["care_home"] >= 0.5 * size,
            **fits,
            "series": elsewhere & (_often(uses).reindex(rings.index) >= OFTEN),
            "bus_day": elsewhere
            & (alike["addr_code"] >= MOST * size)
            & ((presence < NEVER_ALL) | (rings["sessions"] < SELDOM)),
            "colleagues": alike["emp_name"] >= MOST * size,
            "unknown_homes": known < 0.5 * size,
        }
        how_many = {
            "care_home": alike["care_home"], "colleagues": alike["emp_name"], "bus_day": alike["addr_code"],
            "unknown_homes": size - known,
        }  # fmt: skip
    rings["label"] = np.select(list(fits.values()), np.array(list(fits), dtype=object), default="")
    rings["label"] = rings["label"].where(rings["label"] != "", None)
    rings["labelled"] = 0
    for label in fits:
        here = rings["label"] == label
        rings.loc[here, "labelled"] = how_many.get(label, size)[here]
    return rings.reset_index(drop=True)


def _kin(who: pd.DataFrame, rings: pd.DataFrame) -> pd.Series:
    """Few enough, with two family names, or three when two of one name may be parent and child; names that are not known are nobody's."""
    named = who[who["surname"].notna()]
    names = named.groupby("ring")["surname"].nunique().reindex(rings.index).fillna(0)
    whole = named.groupby("ring").size().reindex(rings.index).fillna(0) == rings["members"]
    both = named[["ring", "surname", "born"]].merge(
        named[["ring", "surname", "born"]], on=["ring", "surname"]
    )
    apart = (both["born_y"] - both["born_x"]).between(*CHILD)
    descent = apart.groupby(both["ring"]).any().reindex(rings.index, fill_value=False)
    few: pd.Series = (rings["members"] <= FEW) & whole
    return few & ((names <= SURNAMES) | ((names == SURNAMES + 1) & descent))


def _often(uses: pd.DataFrame) -> pd.Series:
    """Of each ring, the days that half of its people or more came to one place."""
    once = uses.drop_duplicates(["ring", "person_id", "fixmedins_code", "day"])
    days = once.groupby(["ring", "person_id", "fixmedins_code"]).size()
    return days.groupby(level=["ring", "person_id"]).max().groupby(level="ring").median()


def lowered(rings: pd.DataFrame, strength: pd.Series) -> pd.Series:
    """The strength that each ring keeps."""
    kept: pd.Series = strength * rings["label"].map(WEIGHTS).astype(float).fillna(1.0)
    return kept.round(4)


def _most_alike(who: pd.DataFrame, name: str, rings: pd.Index) -> pd.Series:
    """Of each ring, how many members share the commonest value of a column."""
    known = who[who[name].notna()]
    number = known.groupby(["ring", name]).size().groupby(level="ring").max()
    return number.reindex(rings).fillna(0).astype(np.int64)
