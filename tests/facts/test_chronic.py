"""Chronic outpatient care: who is registered for what and when, what each settlement is held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.small_county import Row, Small, line, settlement

County = Callable[..., Small]


def visit(setl_id: str = "S1", **values: Any) -> Row:
    """A chronic settlement of one day in March for hypertension."""
    usual = {
        "med_type": "14",
        "begndate": "2025-03-10",
        "dise_codg": "M03900",
        "dise_name": "高血压",
    }
    told = usual | values
    return settlement(setl_id, **({"enddate": told["begndate"]} | told))


def registered(psn_no: str = "P1", **values: Any) -> Row:
    usual = {"opsp_dise_code": "M03900", "opsp_dise_name": "高血压", "begndate": "2024-01-01"}
    return {"psn_no": psn_no} | usual | values


def test_a_registration_is_the_persons_and_knows_its_class_and_first_day(county: County) -> None:
    certno = "420101196001011234"
    small = county(
        settlement=[visit(psn_no="P2", certno=certno)],
        person=[{"psn_no": "P1", "certno": certno}, {"psn_no": "P2", "certno": certno}],
        chronic=[
            registered("P2", begndate="2024-06-01", opsp_dise_code="M03901", year_lmt_amt=0),
            registered("P1", begndate="2022-01-01", enddate="2024-05-31", year_lmt_amt=4200),
            registered("P1", begndate="2023-01-01", enddate="2022-12-31"),  # withdrawn
            registered("P9", opsp_dise_code="0103"),
        ],
    )
    told = small.fact(
        "registration",
        "person_id, psn_no, opsp_class, registered_on, first_registered_on, year_limit",
    )
    assert [tuple(one.values()) for one in told] == [
        ("P1", "P1", "M039", dt.date(2022, 1, 1), dt.date(2022, 1, 1), Decimal("4200.00")),
        ("P1", "P2", "M039", dt.date(2024, 6, 1), dt.date(2022, 1, 1), None),
        ("P9", "P9", "0103", dt.date(2024, 1, 1), dt.date(2024, 1, 1), None),
    ]


VALIDITY: dict[str, tuple[Row, Row, bool]] = {
    # name: (registration, settlement) → whether it is covered
    "in force": ({}, {}, True),
    "from that day": ({"begndate": "2025-03-10"}, {}, True),
    "from the next day": ({"begndate": "2025-03-11"}, {}, False),
    "until that day": ({"enddate": "2025-03-10"}, {}, True),
    "until the day before": ({"enddate": "2025-03-09"}, {}, False),
    "begun during a settlement of a month": ({"begndate": "2025-03-20"}, {"begndate": "2025-03-01", "enddate": "2025-03-31"}, True),
    "another disease": ({"opsp_dise_code": "M01600", "opsp_dise_name": "糖尿病"}, {}, False),
    "a form of the disease": ({"opsp_dise_code": "M03901", "opsp_dise_name": "高血压合并症"}, {}, True),
    "the same name under a local code": ({"opsp_dise_code": "0103"}, {}, True),
    "a settlement without a disease": ({}, {"dise_codg": None, "dise_name": None}, True),
    "a disease that nobody is registered for": ({}, {"dise_codg": "Z1", "dise_name": "别名"}, True),
}  # fmt: skip


@pytest.mark.parametrize("name", VALIDITY)
def test_a_settlement_is_covered_by_a_registration_for_its_disease_that_day(
    county: County, name: str
) -> None:
    chronic, setl, covered = VALIDITY[name]
    # Somebody is registered for hypertension, so that the disease is known.
    small = county(settlement=[visit(**setl)], chronic=[registered(**chronic), registered("P8")])
    assert small.values("chronic_visit", "is_covered") == [covered]


def test_a_settlement_knows_how_many_diseases_and_what_comes_before_and_after(
    county: County,
) -> None:
    other = {"opsp_dise_code": "M01600", "opsp_dise_name": "糖尿病"}
    small = county(
        settlement=[visit("S1"), visit("S2", psn_no="P2"), visit("S3", psn_no="P3")],
        chronic=[
            registered(), registered(begndate="2023-01-01"), registered(**other),
            registered("P2", enddate="2024-12-31"), registered("P2", begndate="2025-04-01"),
        ],
    )  # fmt: skip
    told = small.fact("chronic_visit", "setl_id, registered_diseases, begins_on, ended_on")
    assert [tuple(one.values()) for one in told] == [
        ("S1", 2, None, None),
        ("S2", 0, dt.date(2025, 4, 1), dt.date(2024, 12, 31)),
        ("S3", 0, None, None),
    ]


def test_only_chronic_care_is_held_and_no_charges_twice(county: County) -> None:
    small = county(
        settlement=[
            visit("S1", insutype="310"), visit("S2", setl_type="3"), visit("S3", insutype="330"),
            visit("S4", psn_no="P4", insutype="330"), visit("S5", med_type="11"), visit("S6", psn_no="P6", med_type="9929"),
        ],
    )  # fmt: skip
    assert small.values("chronic_visit", "setl_id") == ["S1", "S4", "S6"]


def test_the_pooled_money_leaves_out_accounts_and_other_funds(county: County) -> None:
    money = {"medfee_sumamt": 1000, "fund_pay_sumamt": 700, "acct_pay": 100, "psn_cash_pay": 200}
    small = county(
        settlement=[
            visit("S1", **money), visit("S2", psn_no="P2", **money, hifp_pay=450),
            visit("S3", psn_no="P3", **money, hifp_pay=0), visit("S4", psn_no="P4", **money, hifp_pay=900),
        ],
    )  # fmt: skip
    assert small.fact("chronic_visit", "setl_id, pooled_money") == [
        {"setl_id": "S1", "pooled_money": 700},
        {"setl_id": "S2", "pooled_money": 450},
        {"setl_id": "S3", "pooled_money": 700},
        {"setl_id": "S4", "pooled_money": 700},
    ]


def test_the_drugs_of_chronic_settlements_know_their_name_supply_and_solvents(
    county: County,
) -> None:
    small = county(
        settlement=[visit("S1"), visit("S2", med_type="11")],
        fee_item=[
            line("F1", med_list_codg="XA", cnt=2, prd_days=30),
            line("F2", med_list_codg="XA", cnt=28, prd_days=0, trdn_flag="1"),
            line("F3", med_list_codg="XB", med_list_name="0.9%氯化钠注射液"),
            line("F4", med_list_codg="T1", med_chrgitm_type="04"),
            line("F5", med_list_codg="TP", med_chrgitm_type="10"),
            line("F6", setl_id="S2", med_list_codg="XA"),
        ],
        catalogue=[{"med_list_codg": "XA", "generic_code": "G1", "pack_days": 14}],
    )
    columns = "feedetl_sn, drug, generic_code, prd_days, pack_supply, is_solvent"
    told = small.fact("chronic_drug_line", columns)
    assert [tuple(one.values()) for one in told] == [
        ("F1", "G1", "G1", 30, 28.0, False),
        ("F2", "G1", "G1", None, None, False),
        ("F3", "XB", None, None, None, True),
    ]


def test_days_with_a_test_or_a_stay_are_those_of_registered_people(county: County) -> None:
    small = county(
        settlement=[
            visit("S1"), settlement("S2"), visit("S3", begndate="2025-05-01"), visit("S4", begndate="2025-06-01"),
            visit("S5", psn_no="P5", begndate="2025-07-01"), visit("S6", med_type="41", begndate="2025-08-01"),
        ],
        fee_item=[
            line("F1", med_chrgitm_type="04", fee_ocur_time="2025-03-10 09:00:00"),
            line("F2", setl_id="S2"),
            line("F3", setl_id="S3", fee_ocur_time="2025-05-01 09:00:00"),
            line("F5", setl_id="S5", med_chrgitm_type="04", fee_ocur_time="2025-07-01 09:00:00"),
        ],
        chronic=[registered()],
    )  # fmt: skip
    told = small.fact("registered_exam", "day, exam_kind")
    assert [tuple(one.values()) for one in told] == [
        (dt.date(2025, 3, 1), "stay"),
        (dt.date(2025, 3, 8), "stay"),
        (dt.date(2025, 3, 10), "test"),
        (dt.date(2025, 6, 1), "unknown"),  # a visit whose lines are not in the files
    ]
