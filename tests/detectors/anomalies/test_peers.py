"""Against peers: size is never the reason, noise is, and what cannot be compared is said."""

from __future__ import annotations

import numpy as np
import pytest

from medaudit.detectors.anomalies.features import Feature, Measured
from medaudit.detectors.anomalies.normal import Numbers, arcsine
from medaudit.detectors.anomalies.peers import compared
from medaudit.detectors.anomalies.score import FEW, scored

RATE = Feature("rate", ("institution",), "rate", "times", "人均", "per head")
SHARE = Feature("share", ("institution",), "share", "share", "占比", "share")
COUNT = Feature("count", ("patient",), "count", "times", "次数", "count")


def one_group(size: int) -> list[np.ndarray]:
    return [np.zeros(size, dtype=np.int64)]


def measured(y: Numbers, noise: Numbers, feature: Feature = RATE) -> Measured:
    return Measured(feature, y, y, noise, np.full(len(y), np.nan))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_by_chance_alone_nobody_stands_out_whatever_the_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = np.exp(rng.uniform(np.log(20), np.log(50_000), 600))
    usual = rng.normal(0, 0.1, 600)  # what peers differ by beyond chance
    z = compared(
        measured(usual + rng.normal(0, 1, 600) / np.sqrt(cases), 1 / cases), one_group(600)
    ).z
    small, large = z[cases < 200], z[cases > 5000]
    # A normal variable: dwarfs do not stand out by noise, nor giants by differences that are usual.
    assert 0.7 < small.std() < 1.4
    assert 0.7 < large.std() < 1.4
    assert (np.abs(z) > 4).sum() <= 2


MEAN = Feature("mean", ("institution",), "mix", "times", "均次", "mean")


@pytest.mark.parametrize("apart", [0.0, 0.05], ids=["equal", "usual differences"])
@pytest.mark.parametrize("kind", ["share", "mean"])
def test_a_giant_among_dwarfs_stands_out_no_more_often_than_chance_has_it(
    kind: str, apart: float
) -> None:
    """One with 20,000 cases among twenty of 10–60: the dwarfs' median is off by chance, the giant is not, and what they
    truly differ by drowns in their noise. A normal variable is beyond 3 in 0.4 of 300 runs, and in more than 3 of them
    8 times in 10,000. Of a median taken for exact it was 22 among equals."""
    rng = np.random.default_rng(8)
    beyond = 0
    for _ in range(300):
        cases = np.append(20_000, rng.integers(10, 60, 20))
        if kind == "share":
            part = np.clip(0.3 + rng.normal(0, apart, 21), 0, 1)
            one = shares(list(rng.binomial(cases, part)), list(cases))
        else:
            y = rng.normal(0, apart, 21) + rng.normal(0, 0.6, 21) / np.sqrt(cases)
            one = measured(y, 0.36 / cases, MEAN)
        beyond += compared(one, one_group(21)).z[0] > 3
    assert beyond <= 3


def shares(events: list[int], cases: list[int]) -> Measured:
    n, x = np.array(cases, dtype=float), np.array(events, dtype=float)
    return Measured(SHARE, x / n, arcsine(x / n, n), 1 / (4 * n + 2), np.full(len(n), np.nan))


def test_none_of_few_is_no_more_than_none_of_many() -> None:
    z = compared(shares([0] * 16, [10] + [300 + 10 * i for i in range(15)]), one_group(16)).z
    assert not (z > 0.5).any()


def test_one_event_where_the_peers_have_none_is_no_wonder() -> None:
    z = compared(shares([1] + [0] * 15, [71] + [80 + i for i in range(15)]), one_group(16)).z
    assert 0.5 < z[0] < 2
    many = compared(shares([30] + [0] * 15, [71] + [80 + i for i in range(15)]), one_group(16)).z
    assert many[0] > 5


def test_of_shares_the_place_goes_by_the_share() -> None:
    among = compared(shares([3, 40, *range(10, 24)], [10, 200, *[100] * 14]), one_group(16))
    order = np.argsort(among.percentile)
    value = shares([3, 40, *range(10, 24)], [10, 200, *[100] * 14]).value
    assert (np.diff(value[order]) >= 0).all()


def test_who_is_really_different_stands_out_once_it_has_cases_enough() -> None:
    rng = np.random.default_rng(4)
    cases = np.full(100, 400.0)
    y = rng.normal(0, 1 / 20, 100)
    y[0], y[1] = 1.0, 1.0
    cases[1] = 1.0
    z = compared(measured(y, 1 / cases), one_group(100)).z
    assert z[0] > 8 > 3 > z[1]


def test_a_group_of_fewer_than_fifteen_is_compared_with_its_parent() -> None:
    labels = np.array([0] * 20 + [1] * 14, dtype=np.int64)
    y = np.concatenate([np.linspace(0, 1, 20), np.linspace(10, 11, 14)])
    among = compared(measured(y, np.full(34, 1e-6)), [labels, np.zeros(34, dtype=np.int64)])
    assert set(among.level[:20]) == {0}
    assert set(among.level[20:]) == {1}
    assert set(among.peers[:20]) == {20}
    assert set(among.peers[20:]) == {34}
    assert among.usual[0] == pytest.approx(0.5)


def test_a_group_that_parts_nobody_is_called_by_the_widest_level() -> None:
    everybody, halves = np.zeros(40, dtype=np.int64), np.repeat([0, 1], 20)
    one = measured(np.linspace(0, 1, 40), np.full(40, 1e-6))
    assert set(compared(one, [everybody, everybody, everybody]).level) == {2}
    assert set(compared(one, [halves, halves, everybody]).level) == {1}


def test_a_mean_goes_by_rank_and_never_stands_out_by_itself_among_few() -> None:
    mean = Feature("supply", ("doctor",), "mean", "days", "天数", "days")
    y = np.append(np.full(19, 7.0) + np.arange(19) / 100, 5000.0)
    assert compared(measured(y, np.zeros(20), mean), one_group(20)).z.max() < 2


def test_a_group_of_one_is_compared_with_everybody() -> None:
    labels = np.array([0] * 20 + [1], dtype=np.int64)
    among = compared(
        measured(np.append(np.linspace(0, 1, 20), 5.0), np.full(21, 1e-6)),
        [labels, np.zeros(21, dtype=np.int64)],
    )
    assert among.peers[-1] == 21
    assert among.z[-1] > 5


@pytest.mark.parametrize(
    "y",
    [np.full(30, 2.0), np.full(30, np.nan), np.array([1.0, 2.0, 3.0, 4.0] + [np.nan] * 26)],
    ids=["constant", "all missing", "known of four"],
)
def test_what_does_not_differ_or_is_not_known_compares_nobody(y: Numbers) -> None:
    for feature in (RATE, COUNT):
        among = compared(measured(y, np.full(30, 0.1), feature), one_group(30))
        assert not np.isfinite(among.z).any()


def test_no_value_no_noise_and_infinity_harm_nobody_else() -> None:
    y = np.append(np.linspace(0, 1, 40), [np.nan])
    among = compared(measured(y, np.append(np.full(40, 0.0), [np.nan])), one_group(41))
    assert np.isfinite(among.z[:40]).all()
    assert np.isnan(among.z[40])
    wild = scored(np.array([[np.inf, -np.inf, np.nan]] * 3))
    assert np.isfinite(wild.percentile).all()


def test_counts_go_by_rank_and_ties_share_theirs() -> None:
    y = np.array([0.0] * 90 + [1.0] * 9 + [1000.0])
    z = compared(measured(y, np.zeros(100), COUNT), one_group(100)).z
    assert len(set(z[:90])) == 1
    assert z[0] < 0.2
    assert (
        2.5 < z[-1] < 2.7
    )  # Φ⁻¹(0.995): a thousand says no more than being the first of a hundred


# ---- the score ----------------------------------------------------------------------------------


def test_of_few_subjects_the_three_largest_z_decide() -> None:
    z = np.zeros((FEW - 1, 5))
    z[3, :3] = 6
    z[7, 0] = 6
    score = scored(z)
    assert np.argmax(score.percentile) == 3
    assert score.top[7] == pytest.approx(2)
    assert score.terms is None


def test_of_many_an_unusual_combination_is_seen_by_the_models() -> None:
    rng = np.random.default_rng(5)
    together = rng.normal(0, 1, 500)
    z = np.column_stack([together, together + rng.normal(0, 0.1, 500), rng.normal(0, 1, 500)])
    z[0] = (
        2.6,
        -1.0,
        0.0,
    )  # either alone is ordinary; high in the one and low in the other nobody is
    score = scored(z)
    assert score.terms is not None
    assert score.percentile[0] > (score.top < score.top[0]).mean()


def test_the_same_subjects_have_the_same_scores() -> None:
    z = np.random.default_rng(6).normal(0, 2, (800, 6))
    assert (scored(z).percentile == scored(z.copy()).percentile).all()


def test_nobody_at_all_is_scored_without_fault() -> None:
    assert len(scored(np.zeros((0, 4))).percentile) == 0
