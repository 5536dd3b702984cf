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


EACH: Row = {
    "lmt_gend": "1", "lmt_age_min": 18, "lmt_age_max": 14, "lmt_hosp_lv": "2", "lmt_med_type": "21",
    "lmt_insutype": "510", "lmt_indication": "C34", "lmt_dept": "A21", "course_max_days": 14, "lmt_single": "1",
}  # fmt: skip


def test_each_limit_alone_makes_a_limited_line(county: County) -> None:
    small = county(
        settlement=[settlement()],
        fee_item=[line(name, med_list_codg=name) for name in EACH],
        catalogue=[listed(med_list_codg=name, **{name: value}) for name, value in EACH.items()],
    )
    for name, value in EACH.items():
        assert small.values("limited_line", name, f"feedetl_sn = '{name}'") == [value]


def test_an_item_that_is_not_payable_is_limited_and_a_payable_one_is_not(county: County) -> None:
    assert limits(county, "is_unpayable", listed(payable="0")) == [True]
    assert limits(county, "is_unpayable", listed(payable="1")) == []


def test_a_limit_holds_from_its_first_day_to_its_last(county: County) -> None:
    days = ["2025-03-01", "2025-03-02", "2025-03-04", "2025-03-05"]
    small = county(
        settlement=[settlement()],
        fee_item=[line(day, fee_ocur_time=f"{day} 09:00:00") for day in days],
        catalogue=[listed(lmt_gend="2", begndate="2025-03-02", enddate="2025-03-04")],
    )
    assert small.values("limited_line", "feedetl_sn") == ["2025-03-02", "2025-03-04"]


def test_the_limits_of_one_period_follow_those_of_another(county: County) -> None:
    rows = [
        listed(lmt_hosp_lv="3", begndate="2024-01-01", enddate="2025-02-28"),
        listed(lmt_hosp_lv="2", begndate="2025-03-01"),
    ]
    assert limits(county, "lmt_hosp_lv", *rows) == ["2"]
    assert limits(county, "lmt_hosp_lv", *rows, day="2025-02-28") == ["3"]


# The limit of one row, of another row of the same days, and what holds then.
WIDER: dict[str, tuple[Any, Any, Any]] = {
    "lmt_age_max": (14, 18, 18), "lmt_age_min": (14, 18, 14), "lmt_hosp_lv": ("2", "3", "2"), "course_max_days": (7, 14, 14),
    "lmt_indication": ("C34", "C22", "C22,C34"), "lmt_med_type": ("21", "21", "21"),
}  # fmt: skip


def test_of_two_rows_of_a_day_the_wider_limit_counts(county: County) -> None:
    small = county(
        settlement=[settlement()],
        fee_item=[line(name, med_list_codg=name) for name in WIDER],
        catalogue=[
            listed(med_list_codg=name, begndate=since, **{name: value})
            for name, values in WIDER.items()
            for since, value in zip(("2024-01-01", "2025-01-01"), values, strict=False)
        ],
    )
    for name, (_, _, together) in WIDER.items():
        assert small.values("limited_line", name, f"feedetl_sn = '{name}'") == [together]


@pytest.mark.parametrize("other", [{}, {"lmt_gend": "1"}])
def test_a_row_of_the_day_that_allows_everybody_lifts_the_limit(county: County, other: Row) -> None:
    rows = [listed(lmt_gend="2", begndate="2024-01-01"), listed(begndate="2025-01-01", **other)]
    assert limits(county, "lmt_gend", *rows) == []
    assert limits(county, "lmt_gend", *rows, day="2024-12-31") == ["2"]


def test_a_line_that_the_patient_paid_alone_is_left_out(county: County) -> None:
    small = county(
        settlement=[settlement()],
        fee_item=[
            line("nothing in scope", inscp_amt=0),
            line("a yuan in scope", inscp_amt=1),
            line("class C", chrgitm_lv="03"),
            line("class B", chrgitm_lv="02"),
            line("class C, in scope", chrgitm_lv="03", inscp_amt=10),
        ],
        catalogue=[listed(lmt_gend="2")],
    )
    there = small.values("limited_line", "feedetl_sn")
    assert there == ["a yuan in scope", "class B", "class C, in scope"]


def test_a_pharmacy_purchase_from_an_account_alone_is_left_out(county: County) -> None:
    bills = [(shop, fund) for shop in ("P1", "H1") for fund in (0, 5)]
    small = county(
        settlement=[
            settlement(f"{shop}{fund}", fixmedins_code=shop, med_type="11", fund_pay_sumamt=fund, acct_pay=5)
            for shop, fund in bills
        ],
        fee_item=[line(f"{shop}{fund}", setl_id=f"{shop}{fund}") for shop, fund in bills],
        catalogue=[listed(lmt_gend="2")],
    )  # fmt: skip
    told = {one["setl_id"]: one["pooled"] for one in small.fact("limited_line", "setl_id, pooled")}
    assert told == {"H10": False, "H15": True, "P15": True}


def test_the_age_is_that_of_the_day_of_the_charge(county: County) -> None:
    days = ["2025-03-02", "2025-03-03", "2025-03-04"]
    small = county(
        settlement=[settlement()],
        person=[row("person", brdy="2015-03-03")],
        fee_item=[line(day, fee_ocur_time=f"{day} 09:00:00") for day in days],
        catalogue=[listed(lmt_age_max=14)],
    )
    ages = [one["age_then"] for one in small.fact("limited_line", "feedetl_sn, age_then")]
    assert ages == [9, 10, 10]


# A list of a limit → what is in it.
LISTS = {
    "C34": ["C34"],
    "C35, c22.1": ["C22.1", "C35"],
    "C36、C22；I10|I11/I12": ["C22", "C36", "I10", "I11", "I12"],
    ",C37,,C22，": ["C22", "C37"],
    "X" * 29_998: ["X" * 29_998],
    "X" * 29_999: [],
}


def test_a_list_is_taken_apart_whole_or_not_at_all(county: County) -> None:
    small = county(
        settlement=[settlement()],
        fee_item=[line(f"F{n}", med_list_codg=f"X{n}") for n in range(len(LISTS))],
        catalogue=[
            listed(med_list_codg=f"X{n}", lmt_indication=told) for n, told in enumerate(LISTS)
        ],
    )
    for told, values in LISTS.items():
        assert small.values("limit_value", "value", f"told = '{told}'") == values


def test_lists_of_each_kind_are_apart(county: County) -> None:
    row_ = listed(lmt_indication="C34", lmt_dept="A21", lmt_med_type="21", lmt_insutype="510")
    small = county(settlement=[settlement()], fee_item=[line()], catalogue=[row_])
    assert small.values("limit_value", "kind") == ["dept", "indication", "insutype", "med_type"]
