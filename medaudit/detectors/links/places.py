"""Groups that a few people hold together: those of one place and those of another are two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from medaudit.detectors.links.pairs import Rows

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 4  # people of a part
# Of the fewer of two places' people, how many come to both where they are one ring's.
SHARED = 1 / 3


def parted(
    groups: Sequence[Rows], people: pd.Index, uses: pd.DataFrame, fewest: int = FEWEST
) -> list[Rows]:
    """The groups (rows of `people`), those divided whose sessions at one place and at another have hardly anybody in common.
    uses: ring (the group's number), person_id, fixmedins_code, session. Who was at both goes where they came more often."""
    times = uses.groupby(["ring", "fixmedins_code", "person_id"])["session"].nunique().reset_index()
    divided = {ring: _parts(some, fewest) for ring, some in times.groupby("ring")}
    made: list[Rows] = []
    for ring, group in enumerate(groups):
        parts = divided.get(ring, [])
        if len(parts) < 2:
            made.append(group)
            continue
        rows = [people.get_indexer(people[people.isin(part)]) for part in parts]
        # Members who were never one of three go with most of the others.
        rest = np.setdiff1d(group, np.concatenate(rows))
        rows[0] = np.union1d(rows[0], rest)
        made += [np.sort(some).astype(np.int64) for some in rows]
    return made


def _parts(times: pd.DataFrame, fewest: int) -> list[set[str]]:
    """The people of each part, the largest first; one part or none where it is one ring."""
    who = {place: set(some["person_id"]) for place, some in times.groupby("fixmedins_code")}
    busy = [place for place, some in who.items() if len(some) >= fewest]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(busy)
    graph.add_edges_from(
        (one, other)
        for n, one in enumerate(busy)
        for other in busy[n + 1 :]
        if len(who[one] & who[other]) >= SHARED * min(len(who[one]), len(who[other]))
    )
    part_of = {place: n for n, part in enumerate(nx.connected_components(graph)) for place in part}
    if len(set(part_of.values())) < 2:
        return []
    here = times.assign(part=times["fixmedins_code"].map(part_of)).dropna(subset="part")
    most = here.groupby(["person_id", "part"])["session"].sum().reset_index()
    most = most.sort_values(["person_id", "session", "part"], ascending=[True, False, True])
    own = most.drop_duplicates("person_id")
    parts = [set(some["person_id"]) for _, some in own.groupby("part")]
    parts = sorted((part for part in parts if len(part) >= fewest), key=lambda p: (-len(p), min(p)))
    return parts
