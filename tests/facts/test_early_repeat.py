"""Items done again before their interval has passed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.small_county import Small, line, settlement

County = Callable[..., Small]


def early(
    county: County, *uses: tuple[str, str], name: str = "糖化血红蛋白测定", **tables: Any
) -> list[tuple[str, str, str, int, bool]]:
    """What is early of charges given as (day, institution), each on a bill of its own."""
    bills = [
        settlement(f"S{i}", begndate=day, enddate=day, med_type="11", fixmedins_code=place)
        for i, (day, place) in enumerate(uses)
    ]
    lines = [
        line(f"F{i}", setl_id=f"S{i}", fee_ocur_time=day, med_list_codg="IT1", med_list_name=name)
        | {"med_chrgitm_type": "04"}
        for i, (day, _) in enumerate(uses)
    ]
    found = county(settlement=bills, fee_item=lines, **tables).fact("early_repeat")
    return sorted(
        (e["feedetl_sn"], e["listed_in"], e["item_kind"], e["gap"], e["one_institution"])
        for e in found
    )


def test_a_test_within_its_published_interval_is_early(county: County) -> None:
    told = early(county, ("2025-01-01", "H1"), ("2025-02-28", "H1"))
    assert told == [("F1", "interval_item", "糖化血红蛋白", 58, True)]


def test_a_test_on_the_day_the_interval_ends_is_in_time(county: County) -> None:
    assert early(county, ("2025-01-01", "H1"), ("2025-03-02", "H1")) == []


def test_of_a_series_one_in_each_interval_is_allowed(county: County) -> None:
    days = ("2025-01-01", "2025-01-31", "2025-03-02", "2025-04-01", "2025-05-01")
    told = early(county, *((day, "H1") for day in days))
    # Days 0, 30, 60, 90, 120: the second and the fourth.
    assert [one[0] for one in told] == ["F1", "F3"]


def test_two_institutions_are_told_apart(county: County) -> None:
    told = early(county, ("2025-01-01", "H1"), ("2025-01-11", "H2"))
    assert [(one[3], one[4]) for one in told] == [(10, False)]


def test_an_interval_of_the_users_table_stands_beside_the_shipped_one(county: County) -> None:
    limit = {"med_list_codg": "IT1", "kind": "count", "unit": "month", "value": 1}
    told = early(
        county,
        ("2025-01-01", "H1"),
        ("2025-01-11", "H1"),
        item_limit=[limit | {"min_gap_days": 20}],
    )
    assert [one[1] for one in told] == ["interval_item", "item_limit"]


@pytest.mark.parametrize(("begun", "found"), [("2025-01-01", 1), ("2025-01-12", 0)])
def test_an_interval_holds_from_its_first_day(county: County, begun: str, found: int) -> None:
    limit = {"med_list_codg": "IT1", "kind": "count", "unit": "month", "value": 1}
    told = early(
        county,
        ("2025-01-01", "H1"),
        ("2025-01-11", "H1"),
        name="某检查",
        item_limit=[limit | {"min_gap_days": 20, "begndate": begun}],
    )
    assert len(told) == found


def test_the_same_interval_told_for_two_periods_is_told_once(county: County) -> None:
    limit = {"med_list_codg": "IT1", "kind": "count", "value": 9, "min_gap_days": 20}
    told = early(
        county,
        ("2025-01-01", "H1"),
        ("2025-01-11", "H1"),
        name="某检查",
        item_limit=[limit | {"unit": "month"}, limit | {"unit": "year"}],
    )
    assert len(told) == 1
