"""A funnel: who lies outside its limits is who is that far out, whatever the scale it is drawn on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from medaudit.detectors import anomalies
from medaudit.detectors.anomalies.features import Feature, Measured
from medaudit.detectors.anomalies.funnel import Funnel, Measures, funnel, value_at
from medaudit.detectors.anomalies.normal import Numbers, arcsine
from medaudit.detectors.anomalies.peers import Compared, compared
from tests.detectors.anomalies.test_anomalies import county, looked
from tests.small_county import Small

__all__ = ["looked"]

RNG = np.random.default_rng(5)
SIZE = 80
CASES = np.exp(RNG.uniform(np.log(15), np.log(5_000), SIZE))


def of_kind(kind: str) -> tuple[Measured, Compared]:
    """Eighty peers by a feature of that kind, one of them far out."""
    feature = Feature(kind, ("doctor",), kind, "times", kind, kind, mix=("stay", "drug") if "mix" in kind else None)  # fmt: skip
    far = np.where(np.arange(SIZE) == 3, 0.9, 0.0)
    cases = np.round(CASES)
    if kind == "share":
        share = np.clip(0.2 + RNG.normal(0, 0.4, SIZE) / np.sqrt(cases) + far / 2, 0, 1)
        one = share, arcsine(share, cases), 1 / (4 * cases + 2)
    elif kind == "mix_share":
        y = RNG.normal(0, 0.5, SIZE) / np.sqrt(cases) + far / 3
        due = np.arcsin(np.sqrt(RNG.uniform(0.2, 0.4, SIZE)))
        one = np.sin(y + due) ** 2, y, 0.25 / cases
    else:
        y = RNG.normal(0, 1, SIZE) / np.sqrt(cases) + far
        one = np.exp(y), y, 1 / cases
    told = Measured(feature, *one, np.full(SIZE, np.nan))
    return told, compared(told, [np.zeros(SIZE, dtype=np.int64)])


def drawn(told: Measured, among: Compared) -> Funnel:
    return funnel(
        told.feature,
        Measures(np.round(CASES), told.noise, told.value, told.y, among.spread, np.ones(SIZE), float(among.middle[0]), float(among.usual[0])),
    )  # fmt: skip


def outside(made: Funnel, k: float) -> Numbers:
    """How far each lies beyond the limit at its own cases: above 0 outside."""
    low, high = made.limits(k)
    there = np.log(made.across)
    order = np.argsort(made.grid)
    at = [np.interp(there, np.log(made.grid[order]), side[order]) for side in (low, high)]
    return np.maximum(at[0] - made.up, made.up - at[1])


@pytest.mark.parametrize("kind", ["share", "mix_share", "mix", "rate"])
def test_who_is_outside_the_limits_is_who_is_that_far_out(kind: str) -> None:
    told, among = of_kind(kind)
    made = drawn(told, among)
    assert among.z[3] > 4
    for k in (1.96, 3.09):
        # Shares are drawn as they are, and compared as Anscombe has it: near the limit that differs.
        clear = np.abs(np.abs(among.z) - k) > (0.4 if kind == "share" else 0.15)
        assert clear.sum() > SIZE / 2
        assert ((outside(made, k) > 0) == (np.abs(among.z) > k))[clear].all()


@pytest.mark.parametrize("kind", ["share", "rate", "mix"])
def test_across_are_the_cases_where_each_is_as_noisy_as_the_next(kind: str) -> None:
    told, among = of_kind(kind)
    assert drawn(told, among).across == pytest.approx(np.round(CASES))


def test_the_limits_draw_together_with_the_cases() -> None:
    made = drawn(*of_kind("mix"))
    low, high = made.limits(1.96)
    assert (np.diff(made.grid) > 0).all()
    assert (np.diff(high - low) <= 1e-12).all()
    assert (high - low)[0] > 3 * (high - low)[-1]


def test_no_limit_lies_below_a_share_of_nothing() -> None:
    cases = np.round(CASES)
    share = np.where(np.arange(SIZE) < 20, 1 / cases, 0.0)
    told = Measured(Feature("s", (), "share", "share", "", ""), share, arcsine(share, cases), 1 / (4 * cases + 2), share)  # fmt: skip
    made = drawn(told, compared(told, [np.zeros(SIZE, dtype=np.int64)]))
    assert made.ends[0] == 0
    assert value_at(told.feature, made.ends[0]) == "0.0%"


def test_the_run_keeps_what_funnels_are_drawn_from(looked: Callable[..., Small]) -> None:
    small = looked(settlement=county(2.0))
    rows = small.rows("SELECT * FROM peer_measure WHERE feature = 'visit_cost'")
    assert len(rows) == 22
    seen = anomalies.seen(small.engine, "institution")
    place = [one.feature.name for one in seen.features].index("visit_cost")
    z = dict(zip(seen.profile.ids.to_pylist(), seen.z[:, place].tolist(), strict=True))
    assert {one["subject_id"]: one["z"] for one in rows} == pytest.approx(z, rel=1e-5)
    assert {one["subject_id"]: one["cases"] for one in rows}["HBIG"] == 800
    # Of patients nothing is kept: a row for each and every one.
    assert small.rows("SELECT DISTINCT subject_type FROM peer_measure") == [{"subject_type": "institution"}]  # fmt: skip
