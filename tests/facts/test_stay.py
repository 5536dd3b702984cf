"""Which settlements are one stay, who the patient is, and what the stay's figures are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.small_county import Small, line, row, settlement

Stays = Callable[..., list[dict[str, Any]]]
County = Callable[..., Small]


def test_settlements_of_one_visit_number_are_one_stay_however_far_apart(stays: Stays) -> None:
    [stay] = stays(
        settlement("S1", mdtrt_id="M1", begndate="2025-01-01", enddate="2025-01-20"),
        settlement("S2", mdtrt_id="M1", begndate="2025-02-10", enddate="2025-03-01", dscg_way="1"),
    )
    assert (stay["stay_id"], stay["setl_id"], stay["settlements"]) == ("M1", "S2", 2)
    assert (stay["admitted"], stay["discharged"]) == (dt.date(2025, 1, 1), dt.date(2025, 3, 1))
    assert stay["nights"] == 59  # 31 days of January less one, 28 of February, one of March
    assert (stay["charge"], stay["fund_money"]) == (Decimal(2000), Decimal(1400))
    assert stay["dscg_way"] == "1"


def interim(how: str, value: str, gap: int) -> list[dict[str, Any]]:
    """Two settlements without a visit number; the first ended in a given way, the second begins after a gap."""
    begins = dt.date(2025, 3, 15) + dt.timedelta(days=gap)
    return [
        settlement("S1", begndate="2025-03-01", enddate="2025-03-15", **{how: value}),
        settlement("S2", begndate=begins, enddate=begins + dt.timedelta(days=9)),
    ]


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize(
    ("how", "value"), [("dscg_way", "9"), ("setl_type", "中途结算"), ("setl_type", "年终结算")]
)
def test_an_interim_settlement_goes_on_the_same_or_the_next_day(
    stays: Stays, how: str, value: str, gap: int
) -> None:
    [stay] = stays(*interim(how, value, gap))
    assert (stay["stay_id"], stay["settlements"], stay["nights"]) == ("S1", 2, 14 + gap + 9)


@pytest.mark.parametrize(
    ("how", "value", "gap"),
    [("dscg_way", "9", 2), ("dscg_way", "1", 0), ("dscg_way", "1", 1), ("setl_type", "2", 1)],
)
def test_a_gap_of_two_days_or_a_real_discharge_makes_two_stays(
    stays: Stays, how: str, value: str, gap: int
) -> None:
    assert [stay["stay_id"] for stay in stays(*interim(how, value, gap))] == ["S1", "S2"]


def test_a_stay_over_new_year_is_one_when_it_is_cut_on_the_last_day(stays: Stays) -> None:
    first = settlement("S1", begndate="2024-12-20", enddate="2024-12-31", dscg_way="1")
    [stay] = stays(first, settlement("S2", begndate="2025-01-01", enddate="2025-01-05"))
    assert (stay["settlements"], stay["nights"]) == (2, 16)
    assert len(stays(first, settlement("S2", begndate="2025-01-02", enddate="2025-01-05"))) == 2


def test_three_interim_settlements_in_a_row_are_one_stay(stays: Stays) -> None:
    [stay] = stays(
        settlement("S1", begndate="2025-01-01", enddate="2025-01-31", dscg_way="9"),
        settlement("S2", begndate="2025-01-31", enddate="2025-02-28", dscg_way="9"),
        settlement("S3", begndate="2025-03-01", enddate="2025-03-05", dscg_way="1"),
    )
    assert (stay["stay_id"], stay["setl_id"], stay["settlements"]) == ("S1", "S3", 3)


def test_two_institutions_are_two_stays_with_or_without_a_shared_visit_number(
    stays: Stays,
) -> None:
    other = {"fixmedins_code": "H2", "begndate": "2025-03-08", "enddate": "2025-03-12"}
    assert len(stays(settlement("S1", dscg_way="9"), settlement("S2", **other))) == 2
    shared = stays(settlement("S1", mdtrt_id="M1"), settlement("S2", mdtrt_id="M1", **other))
    assert [stay["stay_id"] for stay in shared] == ["M1@H1", "M1@H2"]


def test_a_visit_number_that_several_people_carry_is_a_filler(stays: Stays) -> None:
    filler = {"mdtrt_id": "0"}
    told = stays(
        settlement("S1", psn_no="P1", begndate="2025-01-01", enddate="2025-01-05", **filler),
        settlement("S2", psn_no="P1", begndate="2025-03-01", enddate="2025-03-05", **filler),
        settlement("S3", psn_no="P2", begndate="2025-05-01", enddate="2025-05-05", **filler),
    )
    assert [(stay["stay_id"], stay["nights"]) for stay in told] == [("S1", 4), ("S2", 4), ("S3", 4)]


def test_medical_assistance_settles_the_same_charges_again(stays: Stays) -> None:
    [stay] = stays(
        settlement("S1", mdtrt_id="M1", medfee_sumamt=1000, fund_pay_sumamt=700),
        settlement("S2", mdtrt_id="M1", medfee_sumamt=1000, fund_pay_sumamt=200, setl_type="3"),
    )
    # The charge once, both payments.
    assert (stay["charge"], stay["fund_money"]) == (Decimal(1000), Decimal(900))


def test_outpatient_settlements_are_no_stay(county: County) -> None:
    small = county(settlement=[settlement("S1", med_type="11"), settlement("S2", med_type="41")])
    assert small.fact("stay") == []
    assert small.values("visit", "is_stay") == [False, False]


def test_a_day_case_has_no_night_but_one_bed_day(stays: Stays) -> None:
    [stay] = stays(settlement(begndate="2025-03-01", enddate="2025-03-01"))
    assert (stay["nights"], stay["bed_days"]) == (0, 1)


def test_every_day_of_a_stay_is_there_and_says_what_was_charged(county: County) -> None:
    small = county(
        settlement=[settlement(begndate="2025-03-01", enddate="2025-03-04")],
        fee_item=[
            line("F1", med_chrgitm_type="01", det_item_fee_sumamt=40),
            line("F2", med_chrgitm_type="09", det_item_fee_sumamt=15),
            line("F3", med_chrgitm_type="11", det_item_fee_sumamt=5, fee_ocur_time="2025-03-03"),
            line("F4", det_item_fee_sumamt=99, fee_ocur_time="2025-03-09"),  # after the discharge
        ],
    )
    days = small.fact("stay_day")
    assert [day["day_no"] for day in days] == [0, 1, 2, 3]
    assert [day["lines"] for day in days] == [0, 2, 1, 0]
    assert [day["house_lines"] for day in days] == [0, 1, 0, 0]
    assert [day["treat_lines"] for day in days] == [0, 1, 1, 0]
    assert [day["house_charge"] for day in days] == [0, 40, 0, 0]
    assert [day["charge"] for day in days] == [0, 55, 5, 0]
    assert [(day["is_first"], day["is_last"]) for day in days] == [
        (True, False),
        (False, False),
        (False, False),
        (False, True),
    ]


def test_the_last_settlement_speaks_for_the_stay_and_the_first_for_the_admission(
    stays: Stays,
) -> None:
    [stay] = stays(
        settlement("S1", mdtrt_id="M1", begndate="2025-03-01", enddate="2025-03-05", dise_codg="J18.900",
                   adm_way="1", adm_dept_codg="A01", dscg_way="9", atddr_no="D1"),
        settlement("S2", mdtrt_id="M1", begndate="2025-03-05", enddate="2025-03-09", dise_codg="I63.900",
                   adm_way="2", adm_dept_codg="A02", dscg_way="2", atddr_no="D2"),
    )  # fmt: skip
    assert (stay["main_dx"], stay["icd3"], stay["dr_codg"]) == ("I63.900", "I63", "D2")
    assert (stay["adm_way"], stay["dept"], stay["dscg_way"]) == ("1", "A01", "2")


CERT = "110101199001010011"


def test_two_numbers_with_one_identity_number_are_one_person(county: County) -> None:
    small = county(
        settlement=[settlement("S1", psn_no="P9"), settlement("S2", psn_no="P2")],
        person=[
            row("person", psn_no="P9", certno=CERT, brdy="1990-01-01"),
            row("person", psn_no="P2", certno=CERT, brdy="1990-01-01", death_date="2025-06-01"),
        ],
    )
    assert small.values("visit", "person_id") == ["P2", "P2"]
    # A death told under one number is the person's, whichever number was used.
    assert small.values("people", "death_date") == [dt.date(2025, 6, 1)] * 2


@pytest.mark.parametrize(
    ("child", "why"),
    [
        ({"certno": CERT, "brdy": "2025-02-20"}, "a newborn under the mother's identity number"),
        ({"certno": CERT, "brdy": "1990-01-01", "gend": "1"}, "another sex"),
        ({"certno": "110", "brdy": "1990-01-01"}, "no identity number at all"),
        ({"certno": None, "brdy": "1990-01-01"}, "blank"),
    ],
)
def test_who_differs_or_is_not_known_stays_apart(
    county: County, child: dict[str, Any], why: str
) -> None:
    mother = row("person", psn_no="P1", certno=CERT, brdy="1990-01-01", gend="2")
    small = county(
        settlement=[settlement("S1", psn_no="P1"), settlement("S2", psn_no="P2")],
        person=[mother, row("person", psn_no="P2", **({"gend": "2"} | child))],
    )
    assert small.values("people", "person_id") == ["P1", "P2"], why


def test_an_identity_number_that_six_people_carry_is_a_filler(county: County) -> None:
    def numbers(count: int) -> int:
        people = [row("person", psn_no=f"P{i}", certno="999999999999999999") for i in range(count)]
        small = county(settlement=[settlement(psn_no="P0")], person=people)
        return len(set(small.values("people", "person_id")))

    assert numbers(5) == 1
    assert numbers(6) == 6


@pytest.mark.parametrize(("charge", "lines"), [(1000, ["F1"]), (900, ["F1", "F2"])])
def test_lines_sent_again_with_a_supplementary_settlement_count_once(
    county: County, charge: int, lines: list[str]
) -> None:
    small = county(
        settlement=[
            settlement("S1", mdtrt_id="M1", insutype="390", medfee_sumamt=1000),
            settlement("S2", mdtrt_id="M1", insutype="392", medfee_sumamt=charge),
        ],
        fee_item=[line("F1", setl_id="S1"), line("F2", setl_id="S2")],
    )
    # With another total it is a settlement of its own.
    assert sorted(small.values("line", "feedetl_sn")) == lines
