"""Who belongs together: the parts that pairs hang together in, and the communities of a part that is several.

Components by scipy over all pairs; Louvain (Blondel and others, 2008) by networkx within one component at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from medaudit.detectors.links.pairs import Pairs, Rows

FEWEST = 4  # people of a group; cores and trusses lose small rings, so none is asked
SPLITTABLE = 6  # people from which a component may be several groups
# How well a division must explain the pairs (Newman's modularity) to be believed: this, or what a graph as sparse has by chance,
# 0.97 √((1 − p) / (p n)) of n people and a share p of all pairs (Reichardt and Bornholdt, Physica D 224, 2006).
PARTED, BY_CHANCE = 0.3, 0.97
MOST_EDGES = 30_000  # of a component; of a larger one the weakest pairs are left out first
SEED = 20_250_101


def groups(pairs: Pairs, fewest: int = FEWEST) -> list[Rows]:
    """Groups of at least `fewest` people (rows of pairs.people, rising), the group of the first person first."""
    found = [np.sort(np.asarray(group, dtype=np.int64)) for group in _groups(pairs, fewest)]
    return sorted(
        (group for group in found if len(group) >= fewest), key=lambda group: int(group[0])
    )


def _groups(pairs: Pairs, fewest: int) -> Iterator[Rows]:
    for edges in components(pairs, fewest):
        part = pairs.those(edges)
        if len(part) <= MOST_EDGES:
            yield from _communities(part)
        elif part.met.min() < part.met.max():
            yield from _groups(part.those(part.met > part.met.min()), fewest)
        else:
            yield np.unique(np.concatenate([part.one, part.other]))


def components(pairs: Pairs, fewest: int) -> Iterator[Rows]:
    """The pairs of each component that has at least `fewest` people."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = len(pairs.people)
    if not len(pairs):
        return
    graph = coo_matrix((np.ones(len(pairs)), (pairs.one, pairs.other)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    of = label[pairs.one]
    big = np.flatnonzero(np.bincount(label) >= fewest)
    order = np.argsort(of, kind="stable")
    first, last = np.searchsorted(of[order], big), np.searchsorted(of[order], big, side="right")
    for begin, end in zip(first, last, strict=True):
        yield np.sort(order[begin:end])


def core(pairs: Pairs, least: int) -> Pairs:
    """The pairs among people who all have `least` partners or more (the k-core, peeled whole layers at a time)."""
    while len(pairs):
        partners = np.bincount(
            np.concatenate([pairs.one, pairs.other]), minlength=len(pairs.people)
        )
        enough = partners >= least
        kept = enough[pairs.one] & enough[pairs.other]
        if kept.all():
            break
        pairs = pairs.those(kept)
    return pairs


def _communities(part: Pairs) -> Iterator[Rows]:
    import networkx as nx

    people = np.unique(np.concatenate([part.one, part.other]))
    if len(people) < SPLITTABLE:
        yield people
        return
    graph = nx.Graph()
    graph.add_nodes_from(people.tolist())
    graph.add_weighted_edges_from(
        zip(part.one.tolist(), part.other.tolist(), part.met.tolist(), strict=True)
    )
    parts = nx.community.louvain_communities(graph, seed=SEED)
    density = 2 * len(part) / (len(people) * (len(people) - 1))
    by_chance = BY_CHANCE * ((1 - density) / (density * len(people))) ** 0.5
    if len(parts) > 1 and nx.community.modularity(graph, parts) >= max(PARTED, by_chance):
        for some in parts:
            yield np.array(sorted(some), dtype=np.int64)
    else:
        yield people
