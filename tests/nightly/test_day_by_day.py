"""After a day's delivery only what it concerns is computed, and the lists are those of a scan of everything."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from medaudit.errors import MedauditError
from medaudit.workspace.parts import damaged
from tests.nightly.conftest import Days, lists, make


def how(run: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))["workspace"]
    return told


# What else may come with a day, by table: SELECTs over the county's settlement, fee_item and diagnosis.
LATE_REFUND = {
    "settlement": "SELECT * EXCLUDE (due) REPLACE ('R' || setl_id AS setl_id, setl_id AS init_setl_id, '1' AS refd_setl_flag, "
    "-medfee_sumamt AS medfee_sumamt, -fund_pay_sumamt AS fund_pay_sumamt) FROM settlement "
    "WHERE due = (SELECT min(due) FROM settlement) AND medfee_sumamt > 0 ORDER BY setl_id LIMIT 3",
}
CORRECTION = {
    "fee_item": "SELECT * EXCLUDE (due) REPLACE (cnt + 5 AS cnt, det_item_fee_sumamt + 5 * pric AS det_item_fee_sumamt) FROM fee_item "
    "WHERE due = (SELECT min(due) FROM fee_item) ORDER BY feedetl_sn LIMIT 20",
}
STRAY_REFUND = {  # its own settlement never comes
    "fee_item": "SELECT * EXCLUDE (due) REPLACE ('X' || feedetl_sn AS feedetl_sn, 'ELSEWHERE' AS setl_id, -cnt AS cnt, "
    "-det_item_fee_sumamt AS det_item_fee_sumamt, NULL AS init_feedetl_sn) FROM fee_item "
    "WHERE due = (SELECT min(due) FROM fee_item) AND det_item_fee_sumamt > 0 AND psn_no IS NOT NULL ORDER BY feedetl_sn DESC LIMIT 3",
}
DIAGNOSIS = {
    "diagnosis": "SELECT * EXCLUDE (due) REPLACE ('C34.900' AS diag_code) FROM diagnosis ORDER BY setl_id, diag_srt_no LIMIT 2",
}
NEW_CODE = {
    "fee_item": "SELECT * EXCLUDE (due) REPLACE ('F' || feedetl_sn AS feedetl_sn, 'NEW001' AS med_list_codg, '新项目' AS med_list_name) "
    "FROM fee_item ORDER BY feedetl_sn DESC LIMIT 2",
}


@pytest.fixture(scope="module")
def nights(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Days:
    days = Days(
        small, tmp_path_factory.mktemp("nights"), ["2025-11-10", "2025-11-11", "2025-11-12"]
    )
    days.first()
    return days


def test_the_first_scan_computes_everything_and_leaves_a_base(nights: Days) -> None:
    assert how(nights.folder / "run")["computed"] == "all"
    assert (nights.workspace / "nights" / "base.json").is_file()
    assert not list(nights.workspace.glob(".scan*"))


def test_scanning_again_without_a_delivery_concerns_nobody(nights: Days) -> None:
    before = lists(nights.folder / "run")
    again = nights.scan()
    assert how(again)["computed"] == "changes"
    assert how(again)["people"] == 0
    assert lists(again) == before


def test_after_a_day_with_a_late_refund_and_a_correction_the_lists_are_those_of_a_full_scan(
    nights: Days,
) -> None:
    nights.arrive("2025-11-11", **LATE_REFUND, **CORRECTION, **DIAGNOSIS)
    run = nights.scan()
    assert how(run)["computed"] == "changes"
    assert 0 < how(run)["people"] < 200
    assert lists(run) == lists(nights.scan_of_everything())


def test_after_a_second_day_with_an_item_nobody_had_seen_and_refunds_without_a_settlement_too(
    nights: Days,
) -> None:
    more = {"fee_item": f"({NEW_CODE['fee_item']}) UNION ALL BY NAME ({STRAY_REFUND['fee_item']})"}
    nights.arrive("2025-11-12", **more)
    run = nights.scan()
    assert how(run)["computed"] == "changes"
    assert lists(run) == lists(nights.scan_of_everything())
    assert not damaged(nights.workspace, _catalogue(nights), whole=True)


def test_other_parameters_and_fewer_rules_take_over_what_still_holds(nights: Days) -> None:
    base = (nights.workspace / "nights" / "base.json").read_text("utf-8")
    run = nights.scan("narrow", select=("STY",))
    assert how(run)["computed"] == "changes"
    rules = {line.split(",")[1] for line in lists(run)["findings.csv"]}
    assert rules and all(rule.startswith(("STY", "rule")) for rule in rules)
    assert (nights.workspace / "nights" / "base.json").read_text("utf-8") == base


def test_as_of_a_day_nothing_settled_later_is_known(nights: Days) -> None:
    run = nights.scan("past", as_of=dt.date(2025, 6, 30))
    told = json.loads((run / "run.json").read_text("utf-8"))
    assert told["workspace"]["as_of"] == "2025-06-30"
    assert told["workspace"]["computed"] == "all"
    days = [
        line.split(",")[9]
        for line in lists(run)["findings.csv"]
        if not line.startswith("finding_id")
    ]
    assert days and max(days) <= "2025-06-30"
    account = told["tables"]["settlement"]
    assert account["read"] == account["accepted"] + account["rejected"]
    assert account["accepted"] == account["used"] + account["netted"] + account["duplicates"]


def test_as_of_a_day_before_all_settlements_says_so(nights: Days) -> None:
    with pytest.raises(MedauditError, match="2001-01-01") as told:
        nights.scan("before", as_of=dt.date(2001, 1, 1))
    assert [problem.where for problem in told.value.problems] == ["--as-of"]


def test_a_base_that_is_damaged_is_not_gone_on_from(nights: Days) -> None:
    (nights.workspace / "nights" / "base.json").write_text("{", "utf-8")
    run = nights.scan()
    assert how(run)["computed"] == "all"
    assert lists(run) == lists(nights.scan_of_everything())


def _catalogue(nights: Days) -> Any:
    from medaudit.workspace.catalogue import read

    return read(nights.workspace)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [301, 302])
def test_day_by_day_over_a_month_the_lists_are_those_of_full_scans(
    seed: int, tmp_path: Path
) -> None:
    make(tmp_path / "county", 4000, seed)
    month = [f"2025-10-{day:02}" for day in range(1, 32)]
    days = Days(tmp_path / "county" / "data", tmp_path / "work", month)
    days.first()
    extras = {5: LATE_REFUND, 11: CORRECTION, 17: DIAGNOSIS, 23: NEW_CODE, 27: STRAY_REFUND}
    went_on = 0
    for number, day in enumerate(month[1:], start=2):
        days.arrive(day, **extras.get(number, {}))
        run = days.scan()
        went_on += how(run)["computed"] == "changes"
        assert lists(run) == lists(days.scan_of_everything()), day
    assert went_on >= 20
