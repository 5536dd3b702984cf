"""What people take home: which lines count, how many days they last, and what is summed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.small_county import Row, Small, line, row, settlement

County = Callable[..., Small]


def visit(setl_id: str = "S1", **values: object) -> Row:
    day = values.pop("day", "2025-03-03")
    return settlement(setl_id, **{"med_type": "11", "begndate": day, "enddate": day, **values})


@pytest.mark.parametrize(
    ("med_type", "source"), [("11", "outpatient"), ("14", "chronic"), ("41", "pharmacy")]
)
def test_drugs_of_outpatients_and_pharmacies_are_taken_home(
    county: County, med_type: str, source: str
) -> None:
    [told] = county(settlement=[visit(med_type=med_type)], fee_item=[line(prd_days=7)]).fact(
        "dispensed"
    )
    assert (told["source"], told["supply"]) == (source, 7)


@pytest.mark.parametrize(("flag", "sources"), [("1", ["discharge"]), ("0", []), (None, [])])
def test_of_a_stay_only_the_drugs_for_home_are(
    county: County, flag: str | None, sources: list[str]
) -> None:
    small = county(settlement=[settlement()], fee_item=[line(prd_days=7, dscg_tkdrug_flag=flag)])
    assert small.values("dispensed", "source") == sources


def test_tests_and_treatment_are_no_drugs(county: County) -> None:
    kinds = ["01", "03", "04", "05", "08", "09", "10", "11", "14"]
    lines = [
        line(f"F{kind}", med_list_codg=f"I{kind}", med_chrgitm_type=kind, cnt=2) for kind in kinds
    ]
    small = county(settlement=[visit()], fee_item=lines)
    assert small.values("dispensed", "med_chrgitm_type") == ["09", "10", "11"]


def test_one_prescription_on_two_lines_lasts_its_days_once(county: County) -> None:
    lines = [
        line("F1", prd_days=14, cnt=1, det_item_fee_sumamt=20, rxno="R1"),
        line("F2", prd_days=14, cnt=2, det_item_fee_sumamt=40, rxno="R1"),
    ]
    [told] = county(settlement=[visit()], fee_item=lines).fact("dispensed")
    assert (told["supply"], told["cnt"], told["charge"]) == (14, 3, Decimal(60))
    assert (told["lines"], told["rx_lines"]) == (2, 2)


def test_without_days_the_packages_add_up(county: County) -> None:
    lines = [line("F1", cnt=1), line("F2", cnt=2, fee_ocur_time="2025-03-05 09:00:00")]
    listed = [row("catalogue", pack_days=7, generic_code="G1")]
    small = county(settlement=[visit()], fee_item=lines, catalogue=listed)
    [told] = small.fact("dispensed")
    assert (told["supply"], told["drug"], str(told["day"])) == (21, "G1", "2025-03-02")


def test_a_day_of_none_is_no_prescription_and_split_packs_have_no_days(county: County) -> None:
    listed = [row("catalogue", pack_days=7), row("catalogue", med_list_codg="XA02", pack_days=7)]
    lines = [
        line("F1", cnt=2, prd_days=0),
        line("F2", cnt=6, trdn_flag="1", med_list_codg="XA02"),
    ]
    small = county(settlement=[visit()], fee_item=lines, catalogue=listed)
    assert small.fact("dispensed", "med_list_codg, supply") == [
        {"med_list_codg": "XA01", "supply": 14},
        {"med_list_codg": "XA02", "supply": None},
    ]


def test_items_of_one_generic_drug_and_settlements_stay_apart(county: County) -> None:
    listed = [row("catalogue", med_list_codg=code, generic_code="G1") for code in ("XA01", "XA02")]
    small = county(
        settlement=[visit("S1"), visit("S2", fixmedins_code="H2", day="2025-03-05")],
        fee_item=[
            line("F1", setl_id="S1", med_list_codg="XA01"),
            line("F2", setl_id="S1", med_list_codg="XA02"),
            line("F3", setl_id="S2", med_list_codg="XA01", fee_ocur_time="2025-03-05 09:00:00"),
        ],
        catalogue=listed,
    )
    told = small.fact("dispensed", "setl_id, fixmedins_code, drug, med_list_codg")
    assert [(one["setl_id"], one["med_list_codg"]) for one in told] == [
        ("S1", "XA01"), ("S1", "XA02"), ("S2", "XA01"),
    ]  # fmt: skip
    assert {one["drug"] for one in told} == {"G1"}


def test_two_numbers_of_one_person_are_one(county: County) -> None:
    certno = "429900195001010011"
    small = county(
        settlement=[visit("S1", psn_no="P1"), visit("S2", psn_no="P2")],
        fee_item=[line("F1", setl_id="S1", psn_no="P1"), line("F2", setl_id="S2", psn_no="P2")],
        person=[row("person", psn_no=p, certno=certno) for p in ("P1", "P2")],
    )
    assert small.values("dispensed", "person_id") == ["P1", "P1"]


@pytest.mark.parametrize(
    ("rxno", "lines"), [("R20250303001", 1), (None, 0), ("0", 0), ("无", 0), ("NULL", 0)]
)
def test_a_filler_is_no_prescription_number(county: County, rxno: str | None, lines: int) -> None:
    small = county(settlement=[visit()], fee_item=[line(rxno=rxno)])
    assert small.values("dispensed", "rx_lines") == [lines]
