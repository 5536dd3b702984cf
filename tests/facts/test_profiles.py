"""The facts behind profiles: encounters, what peers show with the same cases, activity, drugs handed out."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import pytest

from tests.small_county import Row, Small, line, row, settlement

County = Callable[..., Small]


def visit(setl_id: str, **values: object) -> Row:
    day = values.pop("day", "2025-03-03")
    return settlement(setl_id, **{"med_type": "11", "begndate": day, "enddate": day, **values})


def test_a_stay_in_parts_is_one_encounter_and_its_classes_are_summed(county: County) -> None:
    small = county(
        settlement=[
            settlement("S1", mdtrt_id="M1", enddate="2025-03-05", medfee_sumamt=100, dscg_way="9"),
            settlement("S2", mdtrt_id="M1", begndate="2025-03-05", medfee_sumamt=200),
        ],
        fee_item=[
            line("F1", setl_id="S1", det_item_fee_sumamt=100),
            line("F2", setl_id="S2", med_chrgitm_type="03", det_item_fee_sumamt=150, inscp_amt=100),
            line("F3", setl_id="S2", med_chrgitm_type="06", det_item_fee_sumamt=50),
        ],
        diagnosis=[row("diagnosis", setl_id="S2")],
    )
    [one] = small.fact("encounter")
    assert (one["kind"], one["nights"], one["charge"]) == ("stay", 7, 300)
    assert (one["drug"], one["exam"], one["self_pay"], one["items"]) == (100, 150, 50, 3)
    assert one["case_group"] == "stay|J1+|-"
    [summed] = small.fact("case_sum", where="subject_type = 'institution'")
    assert summed["charge_square"] == 300**2


@pytest.mark.parametrize(
    ("med_type", "place", "kind"),
    [
        ("11", "H1", "visit"),
        ("14", "H1", "visit"),
        ("41", "P1", "sale"),
        ("21", "H1", "stay"),
        ("11", "P1", "sale"),
    ],
)
def test_the_kind_of_an_encounter(county: County, med_type: str, place: str, kind: str) -> None:
    [one] = county(settlement=[visit("S1", med_type=med_type, fixmedins_code=place)]).fact(
        "encounter"
    )
    assert one["kind"] == kind


def test_what_medical_assistance_settles_again_costs_nothing_more(county: County) -> None:
    small = county(
        settlement=[
            visit("S1", mdtrt_id="M1", medfee_sumamt=80),
            visit("S2", mdtrt_id="M1", setl_type="3", medfee_sumamt=80),
        ]
    )
    [one] = small.fact("encounter")
    assert one["charge"] == 80


def test_what_is_expected_is_what_the_others_show_with_the_same_cases(county: County) -> None:
    # H1: 20 dear visits; the others: 10 at 100 yuan and 10 at 300, no diagnosis told.
    mine = [visit(f"A{i}", psn_no=f"A{i}", medfee_sumamt=500) for i in range(20)]
    others = [
        visit(f"B{i}", psn_no=f"B{i}", fixmedins_code="H2", medfee_sumamt=100 if i < 10 else 300)
        for i in range(20)
    ]
    small = county(settlement=[*mine, *others])
    [one] = small.fact(
        "case_mix",
        where="subject_id = 'H1' AND subject_type = 'institution' AND measure = 'charge'",
    )
    assert (one["encounters"], one["part"], one["expected"]) == (20, 10_000, 20 * 200)
    # Their amounts lie 100 from the mean of 200: a variance of 10,000 an encounter.
    assert one["noise"] == 20 * 10_000


def test_case_groups_that_hardly_anybody_else_has_are_held_against_all(county: County) -> None:
    rare = [visit(f"A{i}", psn_no=f"A{i}", medfee_sumamt=500) for i in range(12)]
    usual = [
        visit(f"B{i}", psn_no=f"B{i}", fixmedins_code="H2", medfee_sumamt=100) for i in range(12)
    ]
    small = county(
        settlement=[*rare, *usual],
        diagnosis=[row("diagnosis", setl_id=f"A{i}", diag_code="C50.900") for i in range(12)],
    )
    [one] = small.fact(
        "case_mix",
        where="subject_id = 'H1' AND subject_type = 'institution' AND measure = 'charge'",
    )
    assert one["expected"] == 12 * 300  # the mean of all twenty-four


def test_activity_counts_what_is_unusual_in_time_and_amount(county: County) -> None:
    def at(clock: str, **values: object) -> Row:
        return visit(
            f"S{clock}",
            psn_no=f"P{clock}",
            setl_time=f"2025-03-03 {clock}",
            atddr_no="D1",
            **values,
        )

    small = county(
        settlement=[
            at("09:00:00", medfee_sumamt=100),
            at("09:01:30", medfee_sumamt=123.45),
            at("23:00:00", medfee_sumamt=40),
            visit("S4", psn_no="P4", day="2025-03-08", medfee_sumamt=70),  # a Saturday
        ]
    )
    [one] = small.fact("subject_activity", where="subject_type = 'institution'")
    assert (one["settlements"], one["people"]) == (4, 4)
    assert (one["timed"], one["quick"], one["night"]) == (3, 1, 1)
    # Two others came that day; two thirds of all come in the hour of the first two, one third in that of the last.
    at_nine, at_eleven = 1 - exp(-2 * 2 / 3 * 120 / 3600), 1 - exp(-2 * 1 / 3 * 120 / 3600)
    assert float(one["quick_due"]) == pytest.approx(2 * at_nine + at_eleven, abs=1e-5)
    assert (one["fifties"], one["round_sums"], one["weekend"]) == (3, 2, 1)
    assert (one["digit_1"], one["digit_4"], one["digit_7"]) == (2, 1, 1)
    assert len(small.fact("subject_activity", where="subject_type = 'patient'")) == 4


def test_a_filler_is_no_doctor_of_a_profile(county: County) -> None:
    small = county(settlement=[visit("S1", atddr_no="9999"), visit("S2", atddr_no="D1")])
    assert small.values("subject_activity", "subject_id", "subject_type = 'doctor'") == ["D1"]


def test_days_of_supply_beyond_the_time_between_fills(county: County) -> None:
    # Three fills of 30 days within 30 days: two of them should have lasted 60.
    days = ("2025-03-01", "2025-03-11", "2025-03-31")
    small = county(
        settlement=[visit(f"S{i}", day=day) for i, day in enumerate(days)],
        fee_item=[
            line(
                f"F{i}",
                setl_id=f"S{i}",
                fee_ocur_time=f"{day} 09:00:00",
                prd_days=30,
                rxno="R1" if i else None,
            )
            for i, day in enumerate(days)
        ],
    )
    [one] = small.fact("subject_dispensing", where="subject_type = 'patient'")
    assert (one["fills"], one["drugs"], one["supply"], one["rx_fills"]) == (3, 1, 90, 2)
    assert one["excess_days"] == 30


def test_visit_numbers_that_hospitals_use_again_are_not_mixed_up(county: County) -> None:
    small = county(
        settlement=[
            visit("S1", mdtrt_id="1", medfee_sumamt=100),
            visit("S2", mdtrt_id="1", psn_no="P2", fixmedins_code="H2", medfee_sumamt=200),
        ]
    )
    assert small.values("encounter", "charge") == [100, 200]


def test_an_absurd_amount_harms_nobody(county: County) -> None:
    small = county(settlement=[visit("S1", medfee_sumamt=10_000_000_000_000, fund_pay_sumamt=0)])
    [one] = small.fact("case_sum", where="subject_type = 'institution'")
    assert one["charge_square"] == 10**18  # a thousand million at most
    assert small.fact("case_mix")


def test_doctors_who_order_are_active_too(county: County) -> None:
    small = county(
        settlement=[visit("S1")], fee_item=[line("F1", bilg_dr_codg="D7", det_item_fee_sumamt=20)]
    )
    assert small.values("subject_activity", "subject_id", "subject_type = 'doctor'") == ["D7"]
