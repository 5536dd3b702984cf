"""How many people are in an institution's beds each night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.small_county import Small, row, settlement

County = Callable[..., Small]


def nights(county: Small) -> list[tuple[str, Any, Any, Any]]:
    return [
        (str(one["day"]), one["in_patients"], one["in_beds"], one["bed_cnt"])
        for one in sorted(county.fact("occupancy"), key=lambda one: one["day"])
    ]


def test_the_night_of_discharge_is_not_counted(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", psn_no="P1", begndate="2025-03-01", enddate="2025-03-03"),
            settlement("S2", psn_no="P2", begndate="2025-03-02", enddate="2025-03-04"),
        ],
        institution=[row("institution", fixmedins_code="H1", bed_cnt=20)],
    )
    assert nights(small) == [
        ("2025-03-01", 1, 1, 20),
        ("2025-03-02", 2, 2, 20),
        ("2025-03-03", 1, 1, 20),
    ]


def test_who_needs_no_registered_bed_is_an_in_patient_and_no_more(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", psn_no="P1", begndate="2025-03-01", enddate="2025-03-02"),
            settlement("S2", psn_no="P2", begndate="2025-03-01", enddate="2025-03-02", dise_codg="Z38.000"),
        ],
    )  # fmt: skip
    assert nights(small) == [("2025-03-01", 2, 1, None)]


def test_a_person_in_two_stays_at_once_is_one_and_a_day_case_none(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", mdtrt_id="M1", begndate="2025-03-01", enddate="2025-03-02"),
            settlement("S2", mdtrt_id="M2", begndate="2025-03-01", enddate="2025-03-02"),
            settlement("S3", psn_no="P2", begndate="2025-03-01", enddate="2025-03-01"),
        ],
    )
    assert nights(small) == [("2025-03-01", 1, 1, None)]
