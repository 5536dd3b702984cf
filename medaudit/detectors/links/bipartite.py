"""People and places as a graph of two sides: cores, and the densest block."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from medaudit.detectors.links.pairs import Flags, Numbers, Rows

if TYPE_CHECKING:
    import pandas as pd


def core(person: Rows, place: Rows, places_each: int, people_each: int) -> Flags:
    """The edges of the (α, β)-core: everybody left has `places_each` places or more, every place `people_each` people or more.

    person, place: the ends of each edge, each edge once. Peeled layer by layer: O(edges × layers). Sparrow's rings of patients led from
    clinic to clinic are such cores (Sparrow, Opening Up the Black Box, 2014).
    """
    kept = np.ones(len(person), dtype=bool)
    while kept.any():
        places = np.bincount(person[kept], minlength=int(person.max()) + 1)
        people = np.bincount(place[kept], minlength=int(place.max()) + 1)
        left = kept & (places[person] >= places_each) & (people[place] >= people_each)
        if left.sum() == kept.sum():
            break
        kept = left
    return kept


# What a place's degree is damped by: a popular place says less (Hooi and others, FRAUDAR, KDD 2016).
DAMPING = 5.0


def densest(person: Rows, place: Rows) -> tuple[Flags, float]:
    """The edges of the block with the greatest mean suspicion, and that mean: FRAUDAR's greedy deletion.

    An edge weighs 1 / ln (people of its place + DAMPING); whoever adds least is deleted until nobody is left, and the best
    of all stages is kept: at least half as dense as the densest there is. O(edges × log of people and places). Good where
    places are many and thin, as place × day; of few popular places it returns heavy users.
    """
    if not len(person):
        return np.zeros(0, dtype=bool), 0.0
    people = int(person.max()) + 1
    ends = np.concatenate([person, place + people])
    weight = 1 / np.log(np.bincount(place)[place] + DAMPING)
    size = people + int(place.max()) + 1
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(size + 1))
    edges = order % len(person)
    other = np.concatenate([place + people, person])[order]
    worth: Numbers = np.asarray(
        np.bincount(ends, weights=np.tile(weight, 2), minlength=size), dtype=np.float64
    )
    alive = worth > 0
    queue = [(float(w), node) for node, w in enumerate(worth) if alive[node]]
    heapq.heapify(queue)
    total, left = float(weight.sum()), int(alive.sum())
    best, best_left, deleted = total / left, left, []
    everybody = left
    while queue and left > 1:
        w, node = heapq.heappop(queue)
        if not alive[node] or w > worth[node] + 1e-12:
            continue  # an older, larger worth of it
        alive[node] = False
        deleted.append(node)
        total -= float(worth[node])
        left -= 1
        for at in range(first[node], first[node + 1]):
            near = other[at]
            if alive[near]:
                worth[near] -= weight[edges[at]]
                heapq.heappush(queue, (float(worth[near]), int(near)))
        if total / left > best + 1e-12:
            best, best_left = total / left, left
    out = np.zeros(size, dtype=bool)
    out[deleted[: everybody - best_left]] = True
    return ~out[person] & ~out[place + people], best


MOST_PEOPLE = 500  # a block of more is everybody who is often anywhere


def in_block(person: pd.Series, place: pd.Series, dense: bool, each: tuple[int, int]) -> Flags:
    """Which rows (of names, some again and again) are of the core for `each` (places of everybody, people of every place), or of the densest
    block where that is no larger than MOST_PEOPLE."""
    import pandas as pd

    edges = pd.DataFrame({"person": pd.factorize(person)[0], "place": pd.factorize(place)[0]})
    once = edges.drop_duplicates(ignore_index=True)
    ends, shops = (once[name].to_numpy(dtype=np.int64) for name in ("person", "place"))
    if dense:
        kept, _ = densest(ends, shops)
        kept &= len(np.unique(ends[kept])) <= MOST_PEOPLE
    else:
        kept = core(ends, shops, *each)
    return (
        edges.merge(once[kept].assign(kept=True), how="left")["kept"]
        .fillna(False)
        .to_numpy(dtype=bool)
    )
