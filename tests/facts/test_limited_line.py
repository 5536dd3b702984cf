"""Which fee lines carry a limit of the catalogue on their day, and what the limit then is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.small_county import Row, Small, line, row, settlement

County = Callable[..., Small]


def listed(**values: Any) -> Row:
    return row("catalogue", **values)


def limits(county: County, column: str, *rows: Row, day: str = "2025-03-02") -> list[Any]:
    """The limit that one line of that day carries; nothing where it is no limited line."""
    small = county(
        settlement=[settlement()],
        fee_item=[line(fee_ocur_time=f"{day} 09:00:00")],
        catalogue=list(rows),
    )
    return small.values("limited_line", column)


def test_only_lines_of_items_with_a_limit_are_there(county: County) -> None:
    small = county(
        settlement=[settlement()],
        fee_item=[line(), line("F2", med_list_codg="XA02"), line("F3", med_list_codg="XA03")],
        catalogue=[listed(lmt_gend="2"), listed(med_list_codg="XA02", day_max_cnt=3)],
    )
    assert small.values("limited_line", "feedetl_sn") == ["F1"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lmt_gend", "1"), ("lmt_age_min", 18), ("lmt_age_max", 14), ("lmt_hosp_lv", "2"), ("lmt_med_type", "21"),
        ("lmt_insutype", "510"), ("lmt_indication", "C34"), ("lmt_dept", "A21"), ("course_max_days", 14), ("lmt_single", "1"),
    ],
)  # fmt: skip
def test_each_limit_alone_makes_a_limited_line(county: County, column: str, value: Any) -> None:
    assert limits(county, column, listed(**{column: value})) == [value]


def test_an_item_that_is_not_payable_is_limited_and_a_payable_one_is_not(county: County) -> None:
    assert limits(county, "is_unpayable", listed(payable="0")) == [True]
    assert limits(county, "is_unpayable", listed(payable="1")) == []


@pytest.mark.parametrize(
    ("day", "limit"),
    [("2025-03-01", []), ("2025-03-02", ["2"]), ("2025-03-04", ["2"]), ("2025-03-05", [])],
)
def test_a_limit_holds_from_its_first_day_to_its_last(
    county: County, day: str, limit: list[str]
) -> None:
    dated = listed(lmt_gend="2", begndate="2025-03-02", enddate="2025-03-04")
    assert limits(county, "lmt_gend", dated, day=day) == limit


def test_the_limits_of_one_period_follow_those_of_another(county: County) -> None:
    rows = [
        listed(lmt_hosp_lv="3", begndate="2024-01-01", enddate="2025-02-28"),
        listed(lmt_hosp_lv="2", begndate="2025-03-01"),
    ]
    assert limits(county, "lmt_hosp_lv", *rows) == ["2"]
    assert limits(county, "lmt_hosp_lv", *rows, day="2025-02-28") == ["3"]


@pytest.mark.parametrize(
    ("column", "one", "other", "together"),
    [
        ("lmt_age_max", 14, 18, 18), ("lmt_age_min", 14, 18, 14), ("lmt_hosp_lv", "2", "3", "2"),
        ("course_max_days", 7, 14, 14), ("lmt_indication", "C34", "C22", "C22,C34"), ("lmt_med_type", "21", "21", "21"),
    ],
)  # fmt: skip
def test_of_two_rows_of_a_day_the_wider_limit_counts(
    county: County, column: str, one: Any, other: Any, together: Any
) -> None:
    rows = [
        listed(begndate="2024-01-01", **{column: one}),
        listed(begndate="2025-01-01", **{column: other}),
    ]
    assert limits(county, column, *rows) == [together]


@pytest.mark.parametrize("other", [{}, {"lmt_gend": "1"}])
def test_a_row_of_the_day_that_allows_everybody_lifts_the_limit(county: County, other: Row) -> None:
    rows = [listed(lmt_gend="2", begndate="2024-01-01"), listed(begndate="2025-01-01", **other)]
    assert limits(county, "lmt_gend", *rows) == []
    assert limits(county, "lmt_gend", *rows, day="2024-12-31") == ["2"]


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ({"inscp_amt": 0}, []),
        ({"inscp_amt": 1}, ["F1"]),
        ({"chrgitm_lv": "03"}, []),
        ({"chrgitm_lv": "02"}, ["F1"]),
        ({"chrgitm_lv": "03", "inscp_amt": 10}, ["F1"]),
    ],
)
def test_a_line_that_the_patient_paid_alone_is_left_out(
    county: County, told: Row, there: list[str]
) -> None:
    small = county(
        settlement=[settlement()], fee_item=[line(**told)], catalogue=[listed(lmt_gend="2")]
    )
    assert small.values("limited_line", "feedetl_sn") == there


@pytest.mark.parametrize(
    ("shop", "fund", "there"),
    [("P1", 0, []), ("P1", 5, [True]), ("H1", 0, [False]), ("H1", 5, [True])],
)
def test_a_pharmacy_purchase_from_an_account_alone_is_left_out(
    county: County, shop: str, fund: int, there: list[bool]
) -> None:
    bill = settlement(fixmedins_code=shop, med_type="11", fund_pay_sumamt=fund, acct_pay=5)
    small = county(settlement=[bill], fee_item=[line()], catalogue=[listed(lmt_gend="2")])
    assert small.values("limited_line", "pooled") == there


@pytest.mark.parametrize(
    ("day", "age"), [("2025-03-02", 9), ("2025-03-03", 10), ("2025-03-04", 10)]
)
def test_the_age_is_that_of_the_day_of_the_charge(county: County, day: str, age: int) -> None:
    small = county(
        settlement=[settlement()],
        person=[row("person", brdy="2015-03-03")],
        fee_item=[line(fee_ocur_time=f"{day} 09:00:00")],
        catalogue=[listed(lmt_age_max=14)],
    )
    assert small.values("limited_line", "age_then") == [age]


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("C34", ["C34"]),
        ("C34, c22.1", ["C22.1", "C34"]),
        ("C34、C22；I10|I11/I12", ["C22", "C34", "I10", "I11", "I12"]),
        (",C34,,C34，", ["C34"]),
        ("X" * 998, ["X" * 998]),
        ("X" * 999, []),
    ],
)
def test_a_list_is_taken_apart_whole_or_not_at_all(
    county: County, told: str, values: list[str]
) -> None:
    small = county(settlement=[settlement()], catalogue=[listed(lmt_indication=told)])
    assert small.values("limit_value", "value", "kind = 'indication'") == values


def test_lists_of_each_kind_are_apart(county: County) -> None:
    row_ = listed(lmt_indication="C34", lmt_dept="A21", lmt_med_type="21", lmt_insutype="510")
    small = county(settlement=[settlement()], catalogue=[row_])
    assert small.values("limit_value", "kind") == ["dept", "indication", "insutype", "med_type"]
