"""Which out-patient prescriptions are the same, and whose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.small_county import Row, Small, line, settlement

County = Callable[..., Small]
Drug = tuple[str, int]


def visits(*baskets: list[Drug], **values: Any) -> dict[str, list[Row]]:
    """One out-patient settlement a basket, drugs by code and count."""
    bills, lines = [], []
    for n, basket in enumerate(baskets):
        setl_id = f"S{n}"
        bills.append(settlement(setl_id, psn_no=f"P{n}", med_type="11", enddate="2025-03-01"))
        for k, (drug, cnt) in enumerate(basket):
            usual = {"setl_id": setl_id, "med_list_codg": drug, "cnt": cnt, "bilg_dr_codg": "D1"}
            usual |= {"fee_ocur_time": f"2025-03-01 09:{k:02d}:00"}
            lines.append(line(f"{setl_id}-{k}", **(usual | values)))
    return {"settlement": bills, "fee_item": lines}


def baskets(county: County, *given: list[Drug]) -> list[str | None]:
    rows = county(**visits(*given)).fact("consultation")
    return [row["basket"] for row in sorted(rows, key=lambda row: row["setl_id"])]


THREE = [("A", 1), ("B", 2), ("C", 3)]


def test_the_same_drugs_and_counts_are_one_basket_in_any_order(county: County) -> None:
    one, two = baskets(county, THREE, [("C", 3), ("A", 1), ("B", 2)])
    assert one == two is not None


@pytest.mark.parametrize(
    "other",
    [
        [("A", 1), ("B", 2), ("D", 3)],
        [("A", 2), ("B", 2), ("C", 2)],  # as many in all
        [("A", 2), ("B", 1), ("C", 3)],  # the same counts the other way round
        [*THREE, ("D", 1)],
        [("A", 1), ("B", 2), ("C", 3), ("C", 1)],
    ],
)
def test_another_drug_or_count_is_another_basket(county: County, other: list[Drug]) -> None:
    # D and E stand in the list as well, so that numbers do not tell drugs by chance.
    one, two, _ = baskets(county, THREE, other, [("D", 1), ("E", 1), ("A", 1)])
    assert None not in (one, two)
    assert one != two


@pytest.mark.parametrize(
    "few", [[("A", 1)], [("A", 1), ("B", 1)], [("A", 1), ("B", 1), ("B", 1)], [("A", 1), ("A", 1), ("A", 1)]]
)  # fmt: skip
def test_fewer_than_three_drugs_are_no_basket(county: County, few: list[Drug]) -> None:
    assert baskets(county, few) == [None]


def test_lines_of_a_settlement_and_doctor_are_one_consultation(county: County) -> None:
    [row] = county(**visits(THREE)).fact("consultation")
    assert row["started"] == dt.datetime(2025, 3, 1, 9, 0)
    assert (row["drug_lines"], row["drug_charge"], row["charge"]) == (3, Decimal(30), Decimal(30))


@pytest.mark.parametrize(
    "values", [{"bilg_dr_codg": None}, {"bilg_dr_codg": "000000"}, {"bilg_dr_name": "未知"}]
)
def test_fillers_are_no_doctors(county: County, values: dict[str, str | None]) -> None:
    assert county(**visits(THREE, **values)).fact("consultation") == []


def test_herbal_pieces_and_tests_are_outside_the_basket(county: County) -> None:
    [row] = county(**visits(THREE, med_chrgitm_type="10")).fact("consultation")
    assert (row["drug_lines"], row["basket"], row["charge"]) == (0, None, Decimal(30))
