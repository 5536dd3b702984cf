"""Who stands out in a county: the dear hospital, not the big one; and what is said where nothing can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from medaudit import facts
from medaudit.detectors import anomalies
from medaudit.detectors.anomalies.features import features
from medaudit.language import speak
from tests.small_county import Row, Small, line, row, settlement


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[Callable[..., Small]]:
    """Call it with tables; the county has been held against itself."""
    made: list[Small] = []

    def make(**tables: list[Row]) -> Small:
        small = Small(tmp_path / f"county{len(made)}", tables)
        made.append(small)
        facts.compute(small.engine, anomalies.READS)
        small.outcome = anomalies.find(small.engine)  # type: ignore[attr-defined]
        return small

    yield make
    for small in made:
        small.engine.close()


def hospital(code: str, visits: int, yuan: float, rng: Random) -> list[Row]:
    return [
        settlement(
            f"{code}-{i}", psn_no=f"{code}-{i}", fixmedins_code=code, hosp_lv="2", med_type="11",
            begndate="2025-03-03", enddate="2025-03-03", medfee_sumamt=round(yuan * rng.uniform(0.5, 1.5), 2),
            fund_pay_sumamt=0,
        )
        for i in range(visits)
    ]  # fmt: skip


def county(dear: float) -> list[Row]:
    """Twenty like hospitals, a big one like them and one that costs `dear` times as much."""
    rng = Random(7)
    like = [one for h in range(20) for one in hospital(f"H{h:02}", 40, 100, rng)]
    return [*like, *hospital("HBIG", 800, 100, rng), *hospital("HDEAR", 40, 100 * dear, rng)]


def test_the_dear_hospital_is_noticed_and_says_why(looked: Callable[..., Small]) -> None:
    small = looked(settlement=county(2.0))
    [one] = small.rows("SELECT * FROM anomaly WHERE subject_type = 'institution'")
    assert one["subject_id"] == "HDEAR"
    assert one["features"].split()[0] == "visit_cost"
    assert "门诊次均费用" in one["reason"]
    assert one["peers"] == 22


def test_the_big_one_is_not(looked: Callable[..., Small]) -> None:
    small = looked(settlement=county(1.0))
    assert small.rows("SELECT * FROM anomaly WHERE subject_type = 'institution'") == []


def test_the_excess_is_fund_money_beyond_the_peers(looked: Callable[..., Small]) -> None:
    rows = [one | {"fund_pay_sumamt": round(one["medfee_sumamt"] * 0.5, 2)} for one in county(3.0)]
    small = looked(settlement=rows)
    [one] = small.rows("SELECT * FROM anomaly WHERE subject_id = 'HDEAR'")
    charged = sum(one["medfee_sumamt"] for one in rows if one["fixmedins_code"] == "HDEAR")
    # Forty visits at 300 yuan where peers take 100: two thirds of the charge, half of it the fund's.
    assert one["excess"] == pytest.approx(charged * 2 / 3 / 2, rel=0.1)


def test_row_order_does_not_matter(looked: Callable[..., Small]) -> None:
    rows = county(2.0)
    mixed = rows[:]
    Random(3).shuffle(mixed)
    one, other = (looked(settlement=some).rows("SELECT * FROM anomaly") for some in (rows, mixed))
    assert one == other


def test_too_few_to_compare_are_skipped_and_said(looked: Callable[..., Small]) -> None:
    small = looked(settlement=[settlement()])
    told = {one.kind: one for one in small.outcome}  # type: ignore[attr-defined]
    assert set(told) == set(anomalies.KINDS)
    assert {one.state for one in told.values()} == {"skipped"}
    assert "1" in told["institution"].why
    assert small.rows("SELECT * FROM anomaly") == []


def test_features_nobody_can_be_compared_by_are_named(looked: Callable[..., Small]) -> None:
    small = looked(settlement=county(2.0))  # no fee lines, no stays
    [told] = [one for one in small.outcome if one.kind == "institution"]  # type: ignore[attr-defined]
    assert "stay_cost" in told.left_out
    assert "visit_drug_share" in told.left_out
    assert "visit_cost" not in told.left_out


def test_a_pharmacy_full_of_one_drug_stands_out_by_that(looked: Callable[..., Small]) -> None:
    rng = Random(5)
    settlements, lines = [], []
    for shop in range(25):
        for i in range(60):
            setl_id = f"P{shop:02}-{i}"
            drug = "XA00" if shop == 3 and i < 50 else f"XA{rng.randrange(12):02}"
            settlements.append(
                settlement(setl_id, psn_no=setl_id, fixmedins_code=f"P{shop:02}", med_type="41",
                           begndate="2025-03-03", enddate="2025-03-03", medfee_sumamt=50, fund_pay_sumamt=0)
            )  # fmt: skip
            lines.append(
                line(f"F{setl_id}", setl_id=setl_id, med_list_codg=drug, det_item_fee_sumamt=50)
            )
    codes = [row("catalogue", med_list_codg=f"XA{i:02}") for i in range(12)]
    small = looked(settlement=settlements, fee_item=lines, catalogue=codes)
    first, *_ = small.rows(
        "SELECT * FROM anomaly WHERE subject_type = 'pharmacy' ORDER BY top DESC"
    )
    assert first["subject_id"] == "P03"
    assert "top_drug" in first["features"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_feature_has_a_name_a_unit_and_a_kind_that_is_known(language: str) -> None:
    speak(language)
    assert len({one.name for one in features()}) == len(features()) > 30
    for one in features():
        assert one.title
        assert set(one.of) <= set(anomalies.KINDS)
        assert one.unit in {
            "times",
            "share",
            "days",
            "yuan",
            "per head",
            "count",
            "index",
            "places",
            "doctors",
            "drugs",
        }


def test_a_share_beyond_the_peers_is_no_money_paid_more(looked: Callable[..., Small]) -> None:
    settlements, lines = [], []
    for shop in range(25):
        for i in range(60):
            setl_id = f"P{shop:02}-{i}"
            drug = "XA00" if shop == 3 and i < 50 else f"XA{i % 12:02}"
            settlements.append(
                settlement(setl_id, psn_no=setl_id, fixmedins_code=f"P{shop:02}", med_type="41",
                           begndate="2025-03-03", enddate="2025-03-03", medfee_sumamt=50, fund_pay_sumamt=50)
            )  # fmt: skip
            lines.append(
                line(f"F{setl_id}", setl_id=setl_id, med_list_codg=drug, det_item_fee_sumamt=50)
            )
    codes = [row("catalogue", med_list_codg=f"XA{i:02}") for i in range(12)]
    small = looked(settlement=settlements, fee_item=lines, catalogue=codes)
    [one] = small.rows("SELECT * FROM anomaly WHERE subject_id = 'P03'")
    assert "top_drug" in one["features"]
    assert "这类费用超出同类份额约" in one["reason"]
    assert "多付" not in one["reason"]
    assert one["excess"] == 0
