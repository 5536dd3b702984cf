"""Every reason to set a settlement aside: found where it holds, and not beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medaudit.detectors.rule import REASONS
from tests.small_county import Row, Small, line, row, settlement

# name: (reason, who carries it, who nearly does); each a dict of settlement columns, with `dx` (a second
# diagnosis), `item` (name of a line of 300 yuan) and `code` (of that line).
SITUATIONS: dict[str, tuple[str, Row, Row]] = {
    "a chemotherapy diagnosis": ("chemotherapy", {"dise_codg": "Z51.100"}, {"dise_codg": "Z51.800"}),
    "chemotherapy as a second diagnosis": ("chemotherapy", {"dx": "Z51.100"}, {"dx": "Z51.900"}),
    "chemotherapy drugs for a tumour": ("chemotherapy", {"dise_codg": "C34.900", "code": "XL01BC"}, {"dise_codg": "J18.900", "code": "XL01BC"}),
    "a radiotherapy diagnosis": ("radiotherapy", {"dise_codg": "Z51.000"}, {"dise_codg": "Z52.000"}),
    "radiotherapy among the lines": ("radiotherapy", {"item": "直线加速器放射治疗"}, {"item": "放射诊断报告"}),
    "dialysis among the lines": ("dialysis", {"item": "血液透析"}, {"item": "血液检查"}),
    "a dialysis diagnosis": ("dialysis", {"dise_codg": "Z49.100"}, {"dise_codg": "N18.900"}),
    "left by transfer": ("transfer", {"dscg_way": "2"}, {"dscg_way": "4"}),
    "left for a community hospital": ("transfer", {"dscg_way": "3"}, {"dscg_way": "1"}),
    "came by transfer": ("transfer", {"adm_way": "3"}, {"adm_way": "2"}),
    "a planned readmission": ("planned_readmission", {"days_rinp_flag_31": "1"}, {"days_rinp_flag_31": "0"}),
    "an emergency admission": ("emergency", {"adm_way": "1"}, {"adm_way": "9"}),
    "an emergency kind of care": ("emergency", {"med_type": "24"}, {"med_type": "25"}),
    "a mental illness": ("psychiatric", {"dise_codg": "F20.900"}, {"dx": "F32.900"}),
    "care by the day": ("per_diem", {"med_type": "2105"}, {"med_type": "2101"}),
    "a hospital paid by the day": ("per_diem", {"fixmedins_code": "HD"}, {"fixmedins_code": "HC"}),
    "hospice care": ("hospice", {"med_type": "2114"}, {"med_type": "2115"}),
    "rehabilitation makes 30 percent of the charge": ("rehabilitation", {"item": "运动疗法", "medfee_sumamt": 1000}, {"item": "运动疗法", "medfee_sumamt": 1001}),
    "a rehabilitation diagnosis": ("rehabilitation", {"dise_codg": "Z50.100"}, {"dx": "Z50.100"}),
    "a newborn of four weeks": ("newborn", {"brdy": "2025-02-01"}, {"brdy": "2025-01-31"}),
    "a newborn's diagnosis": ("newborn", {"dise_codg": "P59.900"}, {"dx": "P59.900"}),
    "a birth": ("maternity", {"dise_codg": "O80.900"}, {"dise_codg": "N80.900"}),
    "maternity care": ("maternity", {"med_type": "52"}, {"med_type": "21"}),
    "day surgery": ("day_surgery", {"med_type": "28"}, {"med_type": "26"}),
    "a cataract, one eye after the other": ("staged_surgery", {"dise_codg": "H25.900"}, {"dise_codg": "H27.100"}),
}  # fmt: skip


def _tables() -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {
        "settlement": [], "fee_item": [], "diagnosis": [], "person": [],
        "institution": [
            {"fixmedins_code": "HD", "payment_way": "按床日"}, {"fixmedins_code": "HC", "payment_way": "按病种"},
        ],
    }  # fmt: skip
    for number, (_, *sides) in enumerate(SITUATIONS.values()):
        for side, told in zip("ab", sides, strict=True):
            values: dict[str, Any] = {"dise_codg": "J18.900", **told}
            setl_id = psn_no = f"{number}{side}"
            second, item = values.pop("dx", None), values.pop("item", None)
            code, brdy = values.pop("code", f"X{number}{side}"), values.pop("brdy", None)
            tables["settlement"].append(settlement(setl_id, psn_no=psn_no, **values))
            tables["person"].append(row("person", psn_no=psn_no, brdy=brdy))
            tables["fee_item"].append(
                line(f"F{setl_id}", setl_id=setl_id, med_list_codg=code, med_list_name=item or "药", det_item_fee_sumamt=300)
            )  # fmt: skip
            if second:
                tables["diagnosis"].append(
                    row("diagnosis", setl_id=setl_id, maindiag_flag="0", diag_code=second)
                )
    return tables


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, set[str]]]:
    """Settlement → the reasons it carries, for every situation above."""
    small = Small(tmp_path_factory.mktemp("county"), _tables())
    told: dict[str, set[str]] = {}
    for one in small.fact("exclusion"):
        told.setdefault(one["setl_id"], set()).add(one["reason"])
    yield told
    small.engine.close()


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_reason_is_carried_where_it_holds_and_not_beside_it(
    reasons: dict[str, set[str]], name: str
) -> None:
    number, reason = list(SITUATIONS).index(name), SITUATIONS[name][0]
    assert reason in reasons.get(f"{number}a", set())
    assert reason not in reasons.get(f"{number}b", set())


def test_every_reason_a_rule_may_name_is_tried_here() -> None:
    assert {reason for reason, *_ in SITUATIONS.values()} == set(REASONS)


def _reasons(folder: Path, *settlements: Row) -> dict[str, set[str]]:
    small = Small(folder, {"settlement": list(settlements)})
    told: dict[str, set[str]] = {one["setl_id"]: set() for one in settlements}
    for one in small.fact("exclusion"):
        told[one["setl_id"]].add(one["reason"])
    small.engine.close()
    return told


def stay(setl_id: str, begins: str, ends: str, **values: Any) -> Row:
    return settlement(setl_id, begndate=begins, enddate=ends, **values)


def test_a_transfer_is_on_the_stay_left_and_on_the_one_entered_a_day_later(tmp_path: Path) -> None:
    told = _reasons(
        tmp_path,
        stay("A1", "2025-03-01", "2025-03-05", psn_no="A", dscg_way="2"),
        stay("A2", "2025-03-06", "2025-03-09", psn_no="A", fixmedins_code="H2"),
        stay("B1", "2025-03-01", "2025-03-05", psn_no="B", dscg_way="2"),
        stay("B2", "2025-03-07", "2025-03-09", psn_no="B", fixmedins_code="H2"),
    )
    assert told == {"A1": {"transfer"}, "A2": {"transfer"}, "B1": {"transfer"}, "B2": set()}


@pytest.mark.parametrize(
    ("begins", "is_cycle"),
    [
        ("2025-03-12", False), ("2025-03-13", True), ("2025-03-17", True), ("2025-03-18", False),
        ("2025-03-20", True), ("2025-03-24", True), ("2025-03-25", False), ("2025-03-27", True),
        ("2025-03-31", True), ("2025-04-01", False),
    ],
)  # fmt: skip
def test_a_tumour_readmitted_in_two_three_or_four_weeks_is_a_cycle(
    tmp_path: Path, begins: str, is_cycle: bool
) -> None:
    tumour = {"dise_codg": "C34.900"}
    told = _reasons(
        tmp_path,
        stay("S1", "2025-03-01", "2025-03-03", **tumour),
        stay("S2", begins, "2025-04-05", **tumour),
    )
    assert ("chemotherapy" in told["S2"]) == is_cycle
    assert "chemotherapy" not in told["S1"]


def test_who_planned_to_come_back_within_a_month_has_a_reason_to(tmp_path: Path) -> None:
    planned = stay("S1", "2025-03-01", "2025-03-05", days_rinp_flag_31="1")
    soon = _reasons(tmp_path / "soon", planned, stay("S2", "2025-04-05", "2025-04-09"))
    late = _reasons(tmp_path / "late", planned, stay("S2", "2025-04-06", "2025-04-09"))
    assert "planned_readmission" in soon["S2"]  # 31 days later
    assert "planned_readmission" not in late["S2"]


def test_every_settlement_of_a_stay_carries_its_reasons(tmp_path: Path) -> None:
    told = _reasons(
        tmp_path,
        stay("S1", "2025-03-01", "2025-03-05", mdtrt_id="M1", dise_codg="J18.900"),
        stay("S2", "2025-03-05", "2025-03-09", mdtrt_id="M1", dise_codg="F20.900"),
        stay("S3", "2025-05-01", "2025-05-05", mdtrt_id="M2", dise_codg="J18.900"),
    )
    assert told == {"S1": {"psychiatric"}, "S2": {"psychiatric"}, "S3": set()}
