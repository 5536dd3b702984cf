"""Links: beyond chance, groups, blocks, names that stay, steering, and from known cards outwards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from medaudit.detectors.links import communities
from medaudit.detectors.links.bipartite import core, densest
from medaudit.detectors.links.found import Found, summed, together
from medaudit.detectors.links.naming import is_ring, named
from medaudit.detectors.links.pairs import Pairs, beyond_chance, held
from medaudit.detectors.links.steering import lower, prior


def pairs(edges: list[tuple[int, int]], met: float | list[float] = 3.0) -> Pairs:
    one, other = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
    people = pa.array([f"P{n:03}" for n in range(int(max(one.max(), other.max())) + 1)])
    count = np.broadcast_to(np.asarray(met, dtype=float), len(edges)).copy()
    return Pairs(people, one, other, count, np.full(len(edges), 0.01))


def clique(*people: int) -> list[tuple[int, int]]:
    return [(a, b) for a in people for b in people if a < b]


def test_of_pairs_that_meet_by_chance_hardly_any_are_kept() -> None:
    rng = np.random.default_rng(4)
    expected = np.exp(rng.uniform(np.log(0.01), np.log(5), 50_000))
    met = rng.poisson(expected).astype(float)
    seen = met > 0
    nobody = np.zeros(int(seen.sum()), dtype=np.int64)
    by_chance = Pairs(pa.array(["P"]), nobody, nobody, met[seen], expected[seen])
    # Chance passes in one of twenty such counties (FALSE_SHARE), and then with a pair or two.
    assert beyond_chance(by_chance, int(seen.sum())).sum() <= 3


def test_pairs_far_beyond_chance_are_kept_however_many_were_looked_at() -> None:
    told = pairs([(0, 1), (1, 2)], [5, 1])
    assert beyond_chance(told, 1_000_000).tolist() == [True, False]


def test_a_chance_holds_by_its_place_among_all_that_were_looked_at() -> None:
    # Benjamini and Hochberg: the k-th smallest of m may be 0.05 k / m.
    assert held(np.array([0.011, 0.04, 0.6]), 5).tolist() == [False, False, False]
    assert held(np.array([0.009, 0.019, 0.6]), 5).tolist() == [True, True, False]


def test_people_without_pairs_are_no_group_and_three_are_too_few() -> None:
    nothing = pairs([(0, 1)]).those(np.zeros(1, dtype=bool))
    assert communities.groups(nothing) == []
    assert communities.groups(pairs(clique(0, 1, 2))) == []
    assert [g.tolist() for g in communities.groups(pairs(clique(2, 3, 5, 7)))] == [[2, 3, 5, 7]]


def test_two_bands_with_one_member_that_knows_both_are_two_groups() -> None:
    edges = clique(0, 1, 2, 3, 4, 5) + clique(6, 7, 8, 9, 10, 11) + [(5, 6)]
    assert [g.tolist() for g in communities.groups(pairs(edges))] == [
        [0, 1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10, 11],
    ]


def test_one_band_seen_in_parts_is_one_group() -> None:
    rng = np.random.default_rng(1)
    edges = [edge for edge in clique(*range(20)) if rng.random() < 0.6]
    assert len(communities.groups(pairs(edges))) == 1


def test_a_component_too_large_to_part_loses_its_weakest_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(communities, "MOST_EDGES", 20)
    edges = (
        clique(0, 1, 2, 3) + clique(4, 5, 6, 7) + [(a, b) for a in range(4) for b in range(4, 8)]
    )
    told = pairs(edges, [5.0] * 12 + [2.0] * 16)
    assert [g.tolist() for g in communities.groups(told)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_the_core_of_partners_is_peeled_until_everybody_has_enough() -> None:
    chain = [(3, 4), (4, 5), (5, 6)]
    left = communities.core(pairs(clique(0, 1, 2, 3) + chain), 3)
    assert sorted({*left.one.tolist(), *left.other.tolist()}) == [0, 1, 2, 3]
    assert len(communities.core(pairs(chain), 3)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_bipartite_core_is_the_largest_that_satisfies_its_words(seed: int) -> None:
    rng = np.random.default_rng(seed)
    there = rng.random((12, 8)) < 0.35
    person, place = np.nonzero(there)
    kept = core(person, place, 2, 3)
    # The largest such block is what is left when whoever has too few is taken away one at a time.
    left = there.copy()
    while True:
        poor = np.flatnonzero((left.sum(axis=1) > 0) & (left.sum(axis=1) < 2))
        thin = np.flatnonzero((left.sum(axis=0) > 0) & (left.sum(axis=0) < 3))
        if not len(poor) and not len(thin):
            break
        if len(poor):
            left[poor[0]] = False
        else:
            left[:, thin[0]] = False
    assert sorted(zip(person[kept], place[kept], strict=True)) == sorted(
        zip(*np.nonzero(left), strict=True)
    )


def test_the_densest_block_is_the_planted_one_and_its_density_is_at_least_that() -> None:
    rng = np.random.default_rng(2)
    noise = np.column_stack([rng.integers(0, 300, 600), rng.integers(0, 200, 600)])
    block = np.array([(300 + p, 200 + q) for p in range(10) for q in range(12)])
    edges = np.unique(np.concatenate([noise, block]), axis=0)
    kept, density = densest(edges[:, 0], edges[:, 1])
    assert set(edges[kept, 0]) == set(range(300, 310))
    # 120 edges, each place with 10 people, over 22 people and places.
    assert density == pytest.approx(120 / np.log(10 + 5) / 22)
    assert densest(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))[1] == 0


def found(*rings: list[str]) -> Found:
    rows = [(n, who, len(ring) - k) for n, ring in enumerate(rings) for k, who in enumerate(ring)]
    members = pd.DataFrame(rows, columns=["ring", "person_id", "met"])
    return Found(pd.DataFrame(), members, pd.DataFrame())


def test_a_ring_keeps_its_name_while_more_than_half_of_its_members_stay() -> None:
    first = dict.fromkeys("ABCDE", "RC00000001")
    before = {"cards": first}
    assert named(found(list("ABCXYZUV")), "cards", before) == ["RC00000001"]  # three of five stayed
    assert named(found(list("ABXYZ")), "cards", before) != ["RC00000001"]
    assert named(found(list("ABCDE")), "admissions", before) != ["RC00000001"]


def test_of_two_rings_that_one_became_only_one_keeps_the_name() -> None:
    before = {"cards": dict.fromkeys("ABCDEFG", "RC00000001")}
    names = named(found(list("EFGX"), list("ABCDY")), "cards", before)
    assert names[1] == "RC00000001"
    assert names[0] != names[1]
    assert all(map(is_ring, names))


def test_a_ring_is_called_the_same_on_another_day_and_among_others() -> None:
    [alone] = named(found(list("ABCD")), "cards", {})
    assert alone in named(found(list("WXYZ"), list("ABCD")), "cards", {})


def uses(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person_id", "day", "clock"])
    run = (frame["day"] != frame["day"].shift()).cumsum()
    return frame.assign(
        ring=0, fixmedins_code="D1", run=run, stay_id=None, day=pd.to_datetime(frame["day"])
    )


def test_sessions_are_the_times_three_or_more_were_there() -> None:
    one, two, alone = "2025-03-01", "2025-03-09", "2025-03-20"
    seen = together(uses(
        ("A", one, 100), ("B", one, 160), ("C", one, 260), ("A", two, 50), ("B", two, 90), ("C", two, 100), ("D", two, 130),
        ("A", alone, 10), ("B", alone, 20),
    ))  # fmt: skip
    assert seen["session"].tolist() == [1, 1, 1, 2, 2, 2, 2]
    assert seen["after"].tolist() == [0, 60, 160, 0, 40, 50, 80]
    members = pd.DataFrame(
        {"ring": 0, "person_id": list("ABCD"), "partners": 3, "met": [6, 6, 6, 3], "expected": 0.2}
    )
    [ring] = summed(members, seen, "cards").rings.to_dict("records")
    assert (ring["members"], ring["sessions"], ring["most"], ring["places"]) == (4, 2, 4, 1)
    # Waits of 60, 100, 40, 10 and 30 seconds; half of the four were there both times.
    assert (ring["gap"], ring["lockstep"], ring["met"]) == (40, 1.0, 10)


def test_the_lower_bound_of_a_ratio_shrinks_the_few_more_than_the_many() -> None:
    rng = np.random.default_rng(0)
    expected = np.exp(rng.uniform(np.log(0.5), np.log(50), 4_000))
    seen = rng.poisson(expected * rng.gamma(4, 1 / 4, 4_000)).astype(float)
    shape, rate = prior(seen[seen > 0], expected[seen > 0])
    # The counts came from a gamma of shape 4 and mean 1.
    assert shape == pytest.approx(4, rel=0.2)
    assert shape / rate == pytest.approx(1, rel=0.1)
    few, many = lower(np.array([4.0, 400.0]), np.array([1.0, 100.0]), shape, rate)
    # Four times what is expected, of one and of a hundred: shrunk to (4 + 4) / (1 + 4) = 1.6 and to nearly 4.
    assert few < 1.6 < 3 < many < 4


def test_of_a_handful_of_pairs_no_prior_is_fitted() -> None:
    assert prior(np.array([1.0, 2.0]), np.array([0.5, 0.5])) == (1.0, 1.0)
