"""The sample county, from files to suspects: what its makers planted is found, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import medaudit

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"
EXPECTED = ROOT / "tests" / "sample_expected.csv"
PRIVATE_HOSPITAL, TOWNSHIP_HOSPITAL = "H99010000003", "H99010000015"
COUNTY_HOSPITAL, PHARMACY = "H99010000001", "P99010000007"


@pytest.fixture(scope="module")
def county() -> medaudit.Audit:
    return medaudit.audit(SAMPLE)


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def named(county: medaudit.Audit) -> set[tuple[str, str]]:
    """Rule and settlement, and rule and subject, of every finding."""
    found = county.findings
    return set(zip(found["rule"], found["setl_id"], strict=True)) | set(
        zip(found["rule"], found["subject_id"], strict=True)
    )


@pytest.fixture(scope="module")
def unplanned(county: medaudit.Audit, expected: pd.DataFrame) -> pd.DataFrame:
    """Findings nobody planted, of the rules for which something is planted."""
    wanted = expected[expected["expect"] == "found"]
    planted = set(zip(wanted["rule"], wanted["subject_id"], strict=True))
    rows = county.findings[county.findings["rule"].isin(set(expected["rule"]))]
    by_settlement = pd.Series(list(zip(rows["rule"], rows["setl_id"], strict=True)), rows.index)
    by_subject = pd.Series(list(zip(rows["rule"], rows["subject_id"], strict=True)), rows.index)
    return rows[~by_settlement.isin(planted) & ~by_subject.isin(planted)]


def sentences(rows: pd.DataFrame) -> list[str]:
    return [f"{row.rule} {row.subject_id}: {row.what}" for row in rows.itertuples()]


def test_each_rule_has_cases_to_find_and_an_innocent_lookalike(expected: pd.DataFrame) -> None:
    cases = expected.groupby(["rule", "expect"]).size().unstack(fill_value=0)
    assert len(cases) >= 17
    assert cases["found"].min() >= 2
    assert cases["clean"].min() >= 1


def test_everything_planted_is_found(expected: pd.DataFrame, named: set[tuple[str, str]]) -> None:
    wanted = expected[expected["expect"] == "found"]
    missed = [(row.rule, row.subject_id) not in named for row in wanted.itertuples()]
    assert not sentences(wanted[missed])


def test_every_lookalike_stays_clean(expected: pd.DataFrame, named: set[tuple[str, str]]) -> None:
    innocent = expected[expected["expect"] == "clean"]
    accused = [(row.rule, row.subject_id) in named for row in innocent.itertuples()]
    assert not sentences(innocent[accused])


def test_no_violation_is_found_but_those_planted(unplanned: pd.DataFrame) -> None:
    assert unplanned[unplanned["level"] == "violation"]["reason"].tolist() == []


def test_hardly_an_ordinary_settlement_is_suspected(
    unplanned: pd.DataFrame, expected: pd.DataFrame
) -> None:
    # What else stands on a planted settlement follows from the plant: in two hospitals at once, the
    # bed is charged twice a day. Of the 2,000 ordinary settlements one in 400 may look odd by chance.
    ordinary = unplanned[~unplanned["setl_id"].isin(set(expected["setl_id"]))]
    assert len(ordinary) <= 5, ordinary["reason"].tolist()


def test_who_does_it_again_and_again_heads_the_lists(county: medaudit.Audit) -> None:
    ranked = county.suspects.sort_values("rank").groupby("subject_type")
    order = {kind: rows["subject_id"].tolist() for kind, rows in ranked}
    assert order["institution"][:2] == [PRIVATE_HOSPITAL, TOWNSHIP_HOSPITAL]
    assert order["pharmacy"][0] == PHARMACY


def test_size_alone_puts_nobody_on_top(county: medaudit.Audit) -> None:
    score = county.suspects.set_index("subject_id")["score"]
    assert score[COUNTY_HOSPITAL] < 0.05 * score[PRIVATE_HOSPITAL]


def test_every_row_is_accepted_and_every_rule_runs(county: medaudit.Audit) -> None:
    assert not county.run["not_read"]
    assert {name: a["rejected"] for name, a in county.run["tables"].items() if a["rejected"]} == {}
    assert {name: a["aside"] for name, a in county.run["tables"].items() if a["aside"]} == {}
    assert {entry["state"] for entry in county.run["detectors"]} == {"ran"}


def test_money_adds_up() -> None:
    bills = pd.read_csv(SAMPLE / "settlement.csv", dtype={"setl_id": str}).set_index("setl_id")
    shares = bills["fund_pay_sumamt"] + bills["acct_pay"] + bills["psn_cash_pay"]
    assert (shares - bills["medfee_sumamt"]).abs().max() < 0.005
    lines = pd.read_csv(SAMPLE / "fee_item.csv", dtype={"setl_id": str, "feedetl_sn": str})
    lines = lines.sort_values("upload_time").drop_duplicates("feedetl_sn", keep="last")
    sums = lines.groupby("setl_id")["det_item_fee_sumamt"].sum()
    assert (sums - bills["medfee_sumamt"].loc[sums.index]).abs().max() < 0.005


def test_making_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    made = [sys.executable, "-X", "utf8=0", SAMPLE / "make.py", tmp_path]
    subprocess.run(made, check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    again = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(again) == 10
    differ = [
        p.name for p in again if p.read_bytes() != (ROOT / p.relative_to(tmp_path)).read_bytes()
    ]
    assert not differ, "run sample_data/make.py and look at what changed"


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 5_000_000
