"""Patients toured from place to place: the same people turn up together at several institutions.

Pairs that met at several places → the graph of people and the places where they met → its core, in which everybody was at
several of the places and every place saw several of the people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links import communities, found, labels, members
from medaudit.detectors.links.bipartite import in_block
from medaudit.detectors.links.pairs import Pairs, Rows
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

KIND = "tour"
PLACES, PEOPLE = 3, 4  # of everybody of a tour, and at every place of it
STAY_PLACES = 2  # places of stays together, which are no chance meetings
MANY = 3.0  # places that raise the strength to 0.63 of its way

# Where and when the pairs met that met at several institutions; pharmacies are where everybody meets.
_MET = f"""
WITH met AS (
  SELECT one, other, fixmedins_code, day, CAST(NULL AS VARCHAR) AS one_stay, CAST(NULL AS VARCHAR) AS other_stay
  FROM card_meeting WHERE NOT is_pharmacy
  UNION ALL
  SELECT one, other, fixmedins_code, admitted, one_stay, other_stay FROM stay_meeting
), toured AS (
  SELECT m.one, m.other FROM met m
  JOIN household h ON h.person_id = m.one
  JOIN household k ON k.person_id = m.other
  WHERE h.household <> k.household
  GROUP BY m.one, m.other
  HAVING count(DISTINCT fixmedins_code) >= {PLACES}
      OR count(DISTINCT CASE WHEN one_stay IS NOT NULL THEN fixmedins_code END) >= {STAY_PLACES}
)
SELECT m.one AS person_id, m.other AS partner, m.fixmedins_code, m.day, m.one_stay AS stay_id
FROM met m JOIN toured t ON t.one = m.one AND t.other = m.other
UNION ALL
SELECT m.other, m.one, m.fixmedins_code, m.day, m.other_stay
FROM met m JOIN toured t ON t.one = m.one AND t.other = m.other
"""


def rings(engine: Engine, dense: bool = False) -> found.Found:
    """The tours. dense: the densest block of people and place-days instead of the core. Needs the facts it stands on."""
    import pandas as pd

    met = engine.frame(f"SELECT * FROM ({_MET}) m ORDER BY person_id, partner, day, fixmedins_code")
    people = pd.Index(met["person_id"].unique())
    group = _groups(met, people)
    ring, partners = (group[people.get_indexer(met[name])] for name in ("person_id", "partner"))
    here = met.assign(ring=ring)[(ring >= 0) & (ring == partners)]
    place = here["fixmedins_code"] + (" " + here["day"].astype(str) if dense else "")
    here = here[
        in_block(
            here["ring"].astype(str) + " " + here["person_id"],
            here["ring"].astype(str) + " " + place,
            dense,
            (STAY_PLACES, PEOPLE - 1),
        )
    ]
    who = here.groupby(["ring", "person_id"]).agg(
        partners=("partner", "nunique"), met=("day", "size")
    )
    who = who.reset_index().assign(expected=np.nan)
    uses = here.drop_duplicates(["ring", "person_id", "fixmedins_code", "day", "stay_id"])
    uses = uses.sort_values(
        ["ring", "fixmedins_code", "day", "person_id"], kind="stable", ignore_index=True
    )
    uses["run"] = found.runs(uses, ["ring", "fixmedins_code"], found.day_numbers(uses["day"]), 1)
    uses["clock"] = np.nan
    made = found.summed(who, found.together(uses), KIND)
    members.put_groups(engine, "tour_group", who)
    told = labels.told(engine, "tour_group", uses, made, kin_only=True)
    told = told[told["places"] >= STAY_PLACES]
    return found.Found(told.assign(strength=_strength(told)), made.members, made.uses)


def _groups(met: pd.DataFrame, people: pd.Index) -> Rows:
    """Of everybody the number of their community, -1 for none."""
    import pandas as pd
    import pyarrow as pa

    one, other = (people.get_indexer(pd.Index(met[name])) for name in ("person_id", "partner"))
    edges = met.assign(one=one, other=other)[one < other].groupby(["one", "other"]).size()
    ends = edges.index.to_frame()
    nothing = np.zeros(len(edges))
    pairs = Pairs(
        pa.array(people, pa.string()),
        ends["one"].to_numpy(dtype=np.int64),
        ends["other"].to_numpy(dtype=np.int64),
        np.asarray(edges, dtype=np.float64),
        nothing,
    )
    group = np.full(len(people), -1, dtype=np.int64)
    for number, some in enumerate(communities.groups(pairs, PEOPLE)):
        group[some] = number
    return group


def _strength(rings: pd.DataFrame) -> pd.Series:
    """0–1: the more places, and the more of the people at a time, the more."""
    places = 1 - np.exp(-(rings["places"] - 1).clip(lower=0) / MANY)
    plain = 0.2 + 0.5 * places + 0.3 * rings["lockstep"]
    return labels.lowered(rings, plain)
