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
    "series": 0.1,  # a place they all go to every week, no pharmacy: treatment in series
}
MOST = 0.6  # of the members, of one employer or village
FEW, SURNAMES = 5, 2  # of a family
CHILD = (16, 45)  # years younger than a parent of the same family name
# A crowd: fewer of it than this share come at a time, or they were seen together fewer times than this.
NEVER_ALL, SELDOM = 0.5, 12
OFTEN = 30  # days of a member at one place, from which it is treated in series

_WHO = """
SELECT g.ring, g.person_id, h.surname, h.addr_code, h.care_home, CASE WHEN length(trim(h.emp_name)) > 2 THEN h.emp_name END AS emp_name,
       b.born
FROM {groups} g
JOIN household h ON h.person_id = g.person_id
LEFT JOIN (SELECT person_id, year(max(brdy)) AS born FROM people GROUP BY person_id) b ON b.person_id = g.person_id
ORDER BY g.ring, g.person_id
"""


def told(
    engine: Engine, groups: str, uses: pd.DataFrame, found: Found, kin_only: bool = False
) -> pd.DataFrame:
    """The rings with label and labelled. groups: a table of ring and person_id; uses: everything its people did
    (is_pharmacy, day, fixmedins_code), together or not. kin_only: where a home, an employer or a village is what is looked for."""
    rings = found.rings.set_index("ring", drop=False)
    who = engine.frame(_WHO.format(groups=groups))
    pharmacy = uses.groupby("ring")["is_pharmacy"].mean().reindex(rings.index).fillna(0) >= 0.5
    once = uses.drop_duplicates(["ring", "person_id", "fixmedins_code", "day"])
    days = once.groupby(["ring", "person_id", "fixmedins_code"]).size()
    often = days.groupby(level=["ring", "person_id"]).max().groupby(level="ring").median()
    presence = found.members.groupby("ring")["sessions"].mean() / rings["sessions"].clip(lower=1)
    alike = {name: _most_alike(who, name, rings.index) for name in ("care_home", "emp_name", "addr_code")}  # fmt: skip
    surnames = who.groupby("ring")["surname"].nunique(dropna=False).reindex(rings.index)
    size = rings["members"]
    fits: dict[str, Any] = {
        "care_home": alike["care_home"] >= 0.5 * size,
        "household": (size <= FEW)
        & ((surnames <= SURNAMES) | ((surnames == SURNAMES + 1) & _descent(who, rings.index))),
        "series": ~pharmacy & (often.reindex(rings.index) >= OFTEN),
        "bus_day": ~pharmacy
        & (alike["addr_code"] >= MOST * size)
        & ((presence < NEVER_ALL) | (rings["sessions"] < SELDOM)),
        "colleagues": alike["emp_name"] >= MOST * size,
    }
    if kin_only:
        fits = {"household": fits["household"]}
    rings["label"] = np.select(list(fits.values()), np.array(list(fits), dtype=object), default="")
    rings["label"] = rings["label"].where(rings["label"] != "", None)
    how_many = {"care_home": alike["care_home"], "colleagues": alike["emp_name"], "bus_day": alike["addr_code"]}  # fmt: skip
    rings["labelled"] = 0
    for label in fits:
        here = rings["label"] == label
        rings.loc[here, "labelled"] = how_many.get(label, size)[here]
    return rings.reset_index(drop=True)


def lowered(rings: pd.DataFrame, strength: pd.Series) -> pd.Series:
    """The strength that each ring keeps."""
    kept: pd.Series = strength * rings["label"].map(WEIGHTS).astype(float).fillna(1.0)
    return kept.round(4)


def _descent(who: pd.DataFrame, rings: pd.Index) -> pd.Series:
    """Whether a ring has two of one family name who may be parent and child."""
    both = who[["ring", "surname", "born"]].merge(
        who[["ring", "surname", "born"]], on=["ring", "surname"]
    )
    apart = (both["born_y"] - both["born_x"]).between(*CHILD)
    return apart.groupby(both["ring"]).any().reindex(rings, fill_value=False)


def _most_alike(who: pd.DataFrame, name: str, rings: pd.Index) -> pd.Series:
    """Of each ring, how many members share the commonest value of a column."""
    known = who[who[name].notna()]
    number = known.groupby(["ring", name]).size().groupby(level="ring").max()
    return number.reindex(rings).fillna(0).astype(np.int64)
