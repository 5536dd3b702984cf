"""Intervals: they cover what they should, and say little where little is known."""

from __future__ import annotations

import numpy as np
import pytest

from medaudit.synth.scoring.bootstrap import Share, of_ladder, share, weights
from medaudit.synth.scoring.ladder import ladder


def test_a_share_counts_its_entities() -> None:
    told = share([1, 0, 2], [0, 1, 1], [5, 3, 2])
    assert (told.good, told.bad, told.of) == (9, 5, 14)
    assert told.value == pytest.approx(9 / 14)


def test_the_interval_is_about_that_of_the_binomial() -> None:
    low, high = share([1, 0], [0, 1], [60, 40]).interval or (0, 0)
    assert low == pytest.approx(0.6 - 1.96 * 0.049, abs=0.02)
    assert high == pytest.approx(0.6 + 1.96 * 0.049, abs=0.02)


def test_things_that_stand_or_fall_together_are_less_certain() -> None:
    alone = share([1, 0], [0, 1], [50, 50]).interval or (0, 0)
    together = share([10, 0], [0, 10], [5, 5]).interval or (0, 0)
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_a_few_entities_that_agree_by_chance_are_no_certainty() -> None:
    alone = share([1, 0], [0, 1], [90, 10]).interval
    assert share([45], [5], [2]).interval == alone  # both hospitals at 90 %


def test_five_of_five_is_not_certainty() -> None:
    low, high = share([1], [0], [5]).interval or (0, 0)
    assert high == 1
    assert low == pytest.approx(0.025 ** (1 / 5))
    assert (share([0], [1], [5]).interval or (9, 9))[0] == 0


def test_nothing_has_no_share_and_no_interval() -> None:
    assert share([], [], []) == Share(0, 0)
    assert Share(0, 0).value is None


def test_the_same_figures_have_the_same_interval() -> None:
    assert share([1, 0], [0, 1], [7, 9]) == share([1, 0], [0, 1], [7, 9])


def test_the_interval_of_an_order_holds_its_value() -> None:
    rng = np.random.default_rng(3)
    so = rng.random(2_000) < 0.05
    order = ladder(rng.normal(so * 1.5, 1), so, so * rng.integers(1, 100, 2_000))
    names = {
        "average_precision": lambda steps, top: steps.average_precision,
        "area": lambda steps, top: steps.area / top.area,
    }
    for name, interval in of_ladder(order, names, weights(int(so.sum()))).items():
        low, high = interval or (0, 0)
        value = names[name](order.steps(), order.steps() if name != "area" else _top(order))
        assert low < value < high
        assert high - low < 0.4


def _top(order):  # type: ignore[no-untyped-def]
    from medaudit.synth.scoring.ladder import best_of

    return best_of(order).steps()
