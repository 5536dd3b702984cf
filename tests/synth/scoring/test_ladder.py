"""An order's worth against values worked out by hand, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from medaudit.synth.scoring.ladder import Steps, best_of, ladder

# Five cases: the first and third are responsible for 30 and 10 yuan; the second and third are tied.
SCORE = np.array([5.0, 3.0, 3.0, 2.0, 1.0])
SO = np.array([True, False, True, False, False])
YUAN = np.array([30.0, 0.0, 10.0, 0.0, 0.0])


@pytest.fixture
def steps() -> Steps:
    return ladder(SCORE, SO, YUAN).steps()


def test_average_precision_is_that_of_the_distinct_scores(steps: Steps) -> None:
    assert steps.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_precision_at_k_is_expected_over_the_order_of_ties(steps: Steps) -> None:
    assert steps.precision_at(1) == 1
    assert steps.precision_at(2) == pytest.approx(
        (1 + 0.5) / 2
    )  # the tied place is right half the time
    assert steps.precision_at(3) == pytest.approx(2 / 3)
    assert steps.precision_at(5) == pytest.approx(2 / 5)


def test_more_cases_than_there_are_have_no_precision(steps: Steps) -> None:
    assert steps.precision_at(6) is None


def test_yuan_recall_is_expected_over_the_order_of_ties(steps: Steps) -> None:
    assert steps.yuan_at([0, 1, 2, 3, 5]).tolist() == pytest.approx([0, 0.75, 0.875, 1, 1])


def test_cases_needed_are_the_fewest_whole_ones(steps: Steps) -> None:
    assert steps.cases_for(0.5) == 1
    assert steps.cases_for(0.75) == 1
    assert steps.cases_for(0.8) == 2
    assert steps.cases_for(0.9) == 3


def test_the_area_is_that_under_straight_lines(steps: Steps) -> None:
    # Over the shares of the cases 0, 1/5, 3/5, 1 the curve stands at 0, 0.75, 1, 1.
    assert steps.area == pytest.approx(0.2 * 0.375 + 0.4 * 0.875 + 0.4 * 1)


def test_the_best_order_opens_the_most_yuan_first() -> None:
    top = best_of(ladder(SCORE, SO, YUAN)).steps()
    assert top.yuan_at([1, 2]).tolist() == pytest.approx([0.75, 1])
    assert top.average_precision == 1
    assert (top.cases_for(0.75), top.cases_for(0.76)) == (1, 2)


def test_the_best_order_of_the_best_order_is_itself() -> None:
    top = best_of(ladder(SCORE, SO, YUAN))
    assert best_of(top).steps().area == top.steps().area


def test_everybody_tied_brings_the_base_rate_and_half_the_area() -> None:
    tied = ladder(np.zeros(5), SO, YUAN).steps()
    assert tied.average_precision == pytest.approx(2 / 5)
    assert tied.precision_at(3) == pytest.approx(2 / 5)
    assert tied.area == pytest.approx(0.5)
    assert tied.cases_for(0.5) == 3  # 2.5 cases, and no half ones


def test_no_yuan_needs_no_cases() -> None:
    nothing = ladder(SCORE, SO, np.zeros(5)).steps()
    assert nothing.cases_for(0.5) is None
    assert nothing.area == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 9)), min_size=2, max_size=40
    )
)
def test_it_agrees_with_scikit_learn_and_never_beats_the_best(
    cases: list[tuple[int, bool, int]],
) -> None:
    score, so, yuan = (np.array(column) for column in zip(*cases, strict=True))
    so[0] = True
    order = ladder(score.astype(float), so, yuan.astype(float) * so)
    steps, top = order.steps(), best_of(order).steps()
    assert steps.average_precision == pytest.approx(average_precision_score(so, score))
    assert steps.cases.sum() == len(cases)
    ks = np.arange(len(cases) + 1)
    assert (steps.yuan_at(ks) <= top.yuan_at(ks) + 1e-9).all()
    assert steps.area <= top.area + 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=8), st.integers(1, 8)
)
def test_ties_are_worth_the_mean_of_many_shuffles(cases: list[tuple[int, bool]], k: int) -> None:
    score, so = (np.array(column) for column in zip(*cases, strict=True))
    k = min(k, len(cases))
    steps = ladder(score.astype(float), so, so.astype(float)).steps()
    rng = np.random.default_rng(1)
    met = []
    for _ in range(300):
        shuffled = rng.permutation(len(cases))
        first = shuffled[np.argsort(-score[shuffled], kind="stable")][:k]
        met.append(so[first].mean())
    assert steps.precision_at(k) == pytest.approx(np.mean(met), abs=0.15)
