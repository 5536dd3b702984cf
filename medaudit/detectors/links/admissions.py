"""Clustered admissions: people who come to a hospital together, and come together again.

Two ways, for a group is not always on record: bursts of a care home, a telephone, an employer or an address beyond a negative-binomial
count of what its admissions and the hospital's would give; and pairs without such a bond that were in together twice or more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links import communities, found, labels, members
from medaudit.detectors.links.bursts import BATCH, TIMES, bursting, came
from medaudit.detectors.links.pairs import beyond_chance, read
from medaudit.engine import Engine

if TYPE_CHECKING:
    import pandas as pd

KIND = "admissions"
FEWEST = 3
MANY = 2.0  # times that raise the strength to 0.63 of its way

_PAIRS = "SELECT one, other, met, expected FROM stay_pair"
_TESTED = "SELECT count(*) FROM (SELECT one, other FROM stay_meeting GROUP BY one, other) p"
# The stays in which those of a pair group were together.
_TOGETHER = """
SELECT DISTINCT g.ring, s.person_id, s.fixmedins_code, s.admitted AS day, s.stay_id
FROM stay_meeting m
JOIN admission_group g ON g.person_id = m.one
JOIN admission_group h ON h.person_id = m.other AND h.ring = g.ring
JOIN stay s ON s.stay_id IN (m.one_stay, m.other_stay)
ORDER BY ring, fixmedins_code, day, person_id, stay_id
"""


def rings(engine: Engine) -> found.Found:
    """Groups that are admitted together. Needs the facts it stands on."""
    import pandas as pd

    batches = bursting(engine)
    pairs = read(engine, _PAIRS)
    kept = pairs.those(beyond_chance(pairs, int(engine.value(_TESTED) or 0)))
    grouped = members.members(kept, communities.groups(kept, FEWEST))
    members.put_groups(engine, "admission_group", grouped)
    met = engine.frame(_TOGETHER)
    # Days in a row at one hospital are one time.
    place = ["ring", "fixmedins_code"]
    met["run"] = found.runs(met, place, found.day_numbers(met["day"]), 1) + len(batches)
    # Who bursts is told once.
    known = set(batches["person_id"])
    new_ones = grouped.groupby("ring")["person_id"].agg(
        lambda who: sum(p in known for p in who) * 2 < len(who)
    )
    grouped = grouped[grouped["ring"].map(new_ones).astype(bool)] if len(grouped) else grouped
    met = met[met["ring"].isin(grouped["ring"])]
    first = int(batches["ring"].max()) + 1 if len(batches) else 0
    uses = pd.concat([batches, met.assign(ring=met["ring"] + first)], ignore_index=True)
    uses["clock"] = np.nan
    seen = found.together(uses)
    seen = seen[seen.groupby("ring")["session"].transform("nunique") >= TIMES]
    who = pd.concat(
        [came(batches), grouped.assign(ring=grouped["ring"] + first)], ignore_index=True
    )
    who = who[who["ring"].isin(seen["ring"])]
    seen = seen.merge(who[["ring", "person_id"]], on=["ring", "person_id"])
    order = {ring: n for n, ring in enumerate(sorted(set(who["ring"])))}
    who, seen = (frame.assign(ring=frame["ring"].map(order)) for frame in (who, seen))
    made = found.summed(who, seen, KIND)
    members.put_groups(engine, "admission_ring", who)
    told = labels.told(engine, "admission_ring", seen, made, kin_only=True)
    bond = seen.groupby("ring")["bond"].first()
    told = told.assign(strength=_strength(told), bond=told["ring"].map(bond))
    return found.Found(told, made.members, made.uses)


def _strength(rings: pd.DataFrame) -> pd.Series:
    """0–1: the more times, and the more of them, the more."""
    times = 1 - np.exp(-(rings["sessions"] - 1).clip(lower=0) / MANY)
    crowd = 1 - np.exp(-(rings["most"] - BATCH + 1).clip(lower=0) / BATCH)
    return labels.lowered(rings, 0.3 + 0.4 * times + 0.3 * crowd)
