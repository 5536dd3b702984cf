"""What a stay costs by class, what a doctor or an institution is expected to cost, and how far off is far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.small_county import Row, Small, line, settlement

County = Callable[..., Small]


def stay(number: int, hospital: str, charges: dict[str, int], **values: Any) -> Iterator[Row]:
    """A stay of five nights with one line a class: its settlement, then the lines."""
    setl_id = f"S{number:03d}"
    sum_of = sum(charges.values())
    usual = {
        "psn_no": f"P{number:03d}",
        "fixmedins_code": hospital,
        "hosp_lv": "2",
        "dise_codg": "J18.900",
    }
    usual |= {"medfee_sumamt": sum_of, "begndate": "2025-03-01", "enddate": "2025-03-06"}
    yield settlement(setl_id, **(usual | values))
    for kind, charge in charges.items():
        yield line(f"{setl_id}-{kind}", setl_id=setl_id, med_list_codg=f"X{kind}", med_chrgitm_type=kind,
                   det_item_fee_sumamt=charge)  # fmt: skip


def tables(*stays: Iterator[Row]) -> dict[str, list[Row]]:
    rows = [row for one in stays for row in one]
    return {
        "settlement": [row for row in rows if "feedetl_sn" not in row],
        "fee_item": [row for row in rows if "feedetl_sn" in row],
    }


def four_hospitals(drugs: int, stays: int = 30, **values: Any) -> list[Iterator[Row]]:
    """Four hospitals with drugs at 30 of 100 yuan, and H1 with `drugs` of 100; each stay a yuan or two off."""
    found = []
    for place, hospital in enumerate(("H1", "H2", "H3", "H4", "H5")):
        for n in range(stays):
            share = (drugs if hospital == "H1" else 30) + (n % 3 - 1)
            mine = values if hospital == "H1" else {}
            charges = {"09": share, "07": 100 - share}
            found.append(stay(100 * place + n, hospital, charges, atddr_no=f"D-{hospital}", **mine))
    return found


def share_of(county: Small, indicator: str, hospital: str = "H1") -> dict[str, Any]:
    [row] = [
        row
        for row in county.fact("institution_share")
        if (row["indicator"], row["fixmedins_code"]) == (indicator, hospital)
    ]
    return row


def test_a_stay_is_told_by_class_and_its_large_examinations_by_name(county: County) -> None:
    named = [
        ("03", "胸部CT平扫", 300), ("03", "头颅磁共振平扫（MRI）", 600), ("03", "口腔锥形束CT", 80),
        ("03", "PET-CT全身显像", 7000), ("04", "降钙素原（PCT）", 100), ("08", "CT胶片", 20), ("09", "阿莫西林", 50),
    ]  # fmt: skip
    lines = [
        line(f"F{n}", med_list_codg=f"I{n}", med_list_name=name, med_chrgitm_type=kind, det_item_fee_sumamt=charge)
        for n, (kind, name, charge) in enumerate(named)
    ]  # fmt: skip
    [cost] = county(settlement=[settlement()], fee_item=lines).fact("stay_cost")
    assert (cost["exam"], cost["test"], cost["consumable"], cost["drug"]) == (
        Decimal(7980), Decimal(100), Decimal(20), Decimal(50),
    )  # fmt: skip
    # A CT of teeth is no large examination, a film and a blood test with the letters CT are none either.
    assert (cost["ct"], cost["mr"], cost["large_exams"]) == (Decimal(300), Decimal(600), 3)


def test_what_a_patient_bears_is_what_is_out_of_scope(county: County) -> None:
    lines = [
        line("F1", med_list_codg="A", chrgitm_lv="03", det_item_fee_sumamt=100, inscp_amt=0),
        line("F2", med_list_codg="B", chrgitm_lv="02", det_item_fee_sumamt=100, inscp_amt=80),
        line("F3", med_list_codg="C", det_item_fee_sumamt=40, inscp_amt=0),
        line("F4", med_list_codg="D", det_item_fee_sumamt=10, inscp_amt=None),
    ]
    [cost] = county(settlement=[settlement()], fee_item=lines).fact("stay_cost")
    assert cost["self_pay"] == Decimal(160)
    # Class C, and what has no class and is out of scope; class B is paid for in part.
    assert cost["self_drug"] == Decimal(140)


@pytest.mark.parametrize(
    ("dx", "operation", "group"), [("J18.900", 0, "J1"), ("J18.900", 5, "J1+"), (None, 0, None)]
)
def test_like_is_compared_with_like(
    county: County, dx: str | None, operation: int, group: str | None
) -> None:
    charges = {"07": 100} | ({"06": operation} if operation else {})
    [cost] = county(**tables(stay(1, "H1", charges, dise_codg=dx))).fact("stay_cost")
    assert (cost["case_group"], cost["peer_group"]) == (group, "2")


def test_a_hospital_is_expected_to_cost_what_the_others_do_without_itself(county: County) -> None:
    row = share_of(county(**tables(*four_hospitals(60))), "drug")
    assert (row["stays"], row["compared_stays"], row["peers"]) == (30, 30, 4)
    assert row["share"] == pytest.approx(0.60)
    assert row["expected_share"] == pytest.approx(0.30)
    assert row["excess"] == pytest.approx(30 * (60 - 30))
    # Each peer is expected to be at (60 + 3 * 30) / 4 = 37.5 % and is 7.5 points below; all alike.
    assert row["peer_mean"] == pytest.approx(-0.075)
    assert row["peer_spread"] == pytest.approx(0, abs=1e-6)
    # Thirty stays 30 points off, a point more or less: the root of 10 * (29² + 30² + 31²) over 3000.
    noise = (10 * (29**2 + 30**2 + 31**2)) ** 0.5 / 3000
    assert row["z"] == pytest.approx((0.30 + 0.075) / noise)


def test_a_share_is_told_per_cent_to_one_decimal(county: County) -> None:
    row = share_of(county(**tables(*four_hospitals(61))), "drug", "H2")
    assert (row["percent"], row["peer_percent"]) == (30, Decimal("37.8"))  # (61 + 3 * 30) / 4
    assert row["deviations"] == pytest.approx(Decimal(row["z"]), abs=Decimal("0.05"))


def test_the_stays_that_make_the_difference_come_first(county: County) -> None:
    held = county(**tables(*four_hospitals(60)))
    # Every third stay is a yuan above the others, every third one below; H2 and its doctor are below their peers.
    for fact, who, first in (
        ("institution_example", {"fixmedins_code": "H1"}, "S002"),
        ("institution_example", {"fixmedins_code": "H2"}, "S102"),
        ("doctor_example", {"dr_codg": "D-H1"}, "S002"),
        ("doctor_example", {"dr_codg": "D-H2"}, "S100"),
    ):
        places = {
            row["place"]: row["setl_id"]
            for row in held.fact(fact)
            if row["indicator"] == "drug" and who.items() <= row.items()
        }
        assert sorted(places) == list(range(1, 31))
        assert places[1] == first


def test_no_more_than_a_hundred_stays_are_kept_as_examples(county: County) -> None:
    stays = (stay(n, "H1", {"09": 1000 + n}, atddr_no="D1") for n in range(101))
    held = county(**tables(*stays))
    for fact in ("institution_example", "doctor_example"):
        places = [row["place"] for row in held.fact(fact) if row["indicator"] == "drug"]
        assert sorted(places) == list(range(1, 101))


def test_size_is_no_reason(county: County) -> None:
    """A share like everybody's is far from nobody's, however many the stays."""
    row = share_of(county(**tables(*four_hospitals(30, stays=60))), "drug")
    assert abs(row["z"]) < 0.5


def test_few_stays_are_never_far_off(county: County) -> None:
    """All of three stays off by as much: no further than the root of three."""
    stays = [one for n, one in enumerate(four_hospitals(90)) if n >= 27]
    row = share_of(county(**tables(*stays)), "drug")
    assert row["compared_stays"] == 3
    assert 1 < row["z"] < 3


def test_an_illness_that_no_other_treats_is_not_compared(county: County) -> None:
    row = share_of(county(**tables(*four_hospitals(60, dise_codg="F20.000"))), "drug")
    assert (row["stays"], row["compared_stays"], row["z"]) == (30, 0, None)


@pytest.mark.parametrize("other", [{"hosp_lv": "3"}, {"fixmedins_name": "甲县中医医院"}])
def test_another_level_and_chinese_medicine_are_no_peers(
    county: County, other: dict[str, str]
) -> None:
    row = share_of(county(**tables(*four_hospitals(60, **other))), "drug")
    assert (row["compared_stays"], row["z"]) == (0, None)


def test_a_doctor_is_held_against_the_other_doctors_month_by_month(county: County) -> None:
    stays = [
        *four_hospitals(60),
        stay(999, "H1", {"07": 100}, atddr_no="D-H1", enddate="2025-04-02"),
    ]
    rows = [
        row
        for row in county(**tables(*stays)).fact("doctor_month")
        if row["dr_codg"] == "D-H1" and row["indicator"] == "drug"
    ]
    march, april = sorted(rows, key=lambda row: row["month"])
    assert (march["month"], march["stays"], april["month"], april["stays"]) == (
        "2025-03", 30, "2025-04", 1,
    )  # fmt: skip
    assert march["share"] == pytest.approx(0.60)
    assert march["expected_share"] == april["expected_share"] == pytest.approx(0.30)
    assert march["peers"] == 4
    assert march["z"] > 4
    assert -1 <= april["z"] < 0


def again(days: int, **values: Any) -> list[Iterator[Row]]:
    """A stay that ends on 6 March, another some days later, and one of somebody else at the year's end."""
    back = dt.date(2025, 3, 6) + dt.timedelta(days=days)
    second = {"psn_no": "P001", "begndate": back, "enddate": back + dt.timedelta(days=3)}
    return [
        stay(1, "H1", {"07": 100}, **values),
        stay(2, "H1", {"07": 100}, **second),
        stay(3, "H1", {"07": 100}, begndate="2025-12-01", enddate="2025-12-20"),
    ]


@pytest.mark.parametrize(("days", "part"), [(1, 1), (31, 1), (32, 0)])
def test_a_return_within_thirty_one_days_counts(county: County, days: int, part: int) -> None:
    rows = county(**tables(*again(days))).fact("stay_share")
    told = {row["stay_id"]: row["part"] for row in rows if row["indicator"] == "readmission"}
    # The second stay is followed by nothing; the last one of the place cannot be followed.
    assert told == {"S001": part, "S002": 0}


@pytest.mark.parametrize(
    "values", [{"dscg_way": "2"}, {"dscg_way": "5"}, {"days_rinp_flag_31": "1"}]
)
def test_those_who_cannot_or_are_to_come_back_are_not_counted(
    county: County, values: dict[str, str]
) -> None:
    rows = county(**tables(*again(5, **values))).fact("stay_share")
    assert "S001" not in {row["stay_id"] for row in rows if row["indicator"] == "readmission"}


def test_heads_are_counted_once_a_year_and_illness(county: County) -> None:
    rows = county(**tables(*again(40))).fact("stay_share")
    heads = [
        (row["stay_id"], row["part"], row["whole"]) for row in rows if row["indicator"] == "visits"
    ]
    assert sorted(heads) == [("S001", 1, 1), ("S002", 1, 0), ("S003", 1, 1)]


def test_returns_and_heads_are_known_without_fee_lines_and_shares_are_not(county: County) -> None:
    bills = tables(*again(5))["settlement"]
    rows = county(settlement=bills).fact("stay_share")
    assert {row["indicator"] for row in rows} == {"readmission", "visits", "case_cost"}
    assert {row["part"] for row in rows if row["indicator"] == "case_cost"} == {Decimal(100)}
