"""The sample county, from files to suspects: what its makers planted is found, and nothing else."""

from __future__ import annotations

import json
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


@pytest.fixture(scope="module")
def county() -> medaudit.Audit:
    return medaudit.audit(SAMPLE)


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def named(county: medaudit.Audit) -> set[tuple[str, str]]:
    """Rule and settlement, and rule and subject, of every finding; of the rules told within it too."""
    found = county.findings
    also = found["evidence"].map(lambda told: json.loads(told).get("also", []))
    rules = [[rule, *others] for rule, others in zip(found["rule"], also, strict=True)]
    named = zip(rules, found["setl_id"], found["subject_id"], strict=True)
    return {(rule, who) for some, *ids in named for rule in some for who in ids}


def test_most_rules_have_something_to_find_and_there_are_many_lookalikes(
    expected: pd.DataFrame,
) -> None:
    found = expected[expected["expect"] == "found"]
    assert len(set("|".join(found["rule"]).split("|"))) >= 26
    assert expected.loc[expected["expect"] == "clean", "what"].nunique() >= 35


def test_everything_planted_over_its_limit_is_found(
    expected: pd.DataFrame, named: set[tuple[str, str]]
) -> None:
    wanted = expected[expected["expect"] == "found"]
    missed = [
        f"{row.what}: {row.rule} {row.subject_id}"
        for row in wanted.itertuples()
        if not any((rule, row.subject_id) in named for rule in row.rule.split("|"))
    ]
    assert not missed


def test_every_lookalike_stays_clean_or_is_a_weak_lead(
    county: medaudit.Audit, expected: pd.DataFrame
) -> None:
    innocent = expected[(expected["expect"] == "clean") & (expected["rule"] == "*")]
    accused = county.findings[county.findings["setl_id"].isin(set(innocent["subject_id"]))]
    assert set(accused["level"]) <= {"lead"}
    # A care home's run on the pharmacy is to be verified; many kinds of drugs at one visit may be right.
    assert accused["rule"].value_counts().to_dict() == {"LNK01": 23, "CHR03": 1}


def test_rules_that_need_a_list_of_the_countys_own_find_what_is_planted_and_no_more(
    county: medaudit.Audit, expected: pd.DataFrame
) -> None:
    found = county.findings[county.findings["rule"].isin(OWN_LISTS)]
    wrong = expected[expected["expect"] == "found"]
    planted = wrong[wrong["rule"].map(lambda rules: bool(set(rules.split("|")) & OWN_LISTS))]
    assert set(found["rule"]) == OWN_LISTS
    told = set(zip(found["rule"], found["subject_id"], strict=True))
    wanted = {
        (rule, row.subject_id) for row in planted.itertuples() for rule in row.rule.split("|")
    }
    # A box sold twice accuses both sales, and only the second has money; who is in hospital with what outpatients
    # are treated for costs more than their cap.
    first = (found["rule"] == "MED08") & (found["amount"] == 0)
    bills = pd.read_csv(SAMPLE / "settlement.csv", dtype=str)
    stays = set(bills.loc[bills["dscg_way"].notna(), "setl_id"])
    admitted = (found["rule"] == "CAP02") & found["subject_id"].isin(stays)
    others = found[first | admitted]
    assert told - wanted == set(zip(others["rule"], others["subject_id"], strict=True))


# They need limits, caps and lists of the county's own, stock books, trace codes.
OWN_LISTS = {
    "BIL15", "BIL18", "CAP01", "CAP02", "CAP03", "MED08", "MED09", "POL05", "POL06", "POL08", "POL09", "POL10",
}  # fmt: skip


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
    assert len(again) == 21
    differ = [
        p.name for p in again if p.read_bytes() != (ROOT / p.relative_to(tmp_path)).read_bytes()
    ]
    assert not differ, "run sample_data/make.py and look at what changed"


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 6_000_000
