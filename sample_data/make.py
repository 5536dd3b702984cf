"""Writes the sample county again: a small simulated county, and what an audit of it must say.

    python sample_data/make.py [FOLDER]

writes FOLDER/sample_data/*.csv and README.md, and FOLDER/tests/sample_expected.csv; without FOLDER those of
this project. The same bytes every time.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import bureau
import pandas as pd
from tables import Tables

from medaudit.language import say, speak
from medaudit.synth import readme as county_readme
from medaudit.synth.county import Order
from medaudit.synth.ordering import command
from medaudit.synth.simulate import simulate
from medaudit.synth.world import build

# Three hundred people have room for these, but for nothing that fills whole days or months; what else a rule looks for,
# the cases that are added show.
PLANTED = (
    "bilateral_operation", "billed_after_death", "card_ring", "care_home_cluster", "care_home_run",
    "chemotherapy_cycle", "chronic_registration_abuse", "claimed_twice", "conflicting_charge", "day_surgery",
    "dear_bed", "death_late_settlement", "dental_substitution", "duplicate_charge",
    "emergency_by_suspended_doctor", "family_account_purchase", "family_at_pharmacy", "gate_pharmacy",
    "impersonation", "impossible_day", "limit_breach", "long_prescription", "low_standard_admission",
    "mother_and_baby", "new_year_cut", "ordered_repeat_test", "outage_batch", "outside_stay", "over_cap",
    "over_count", "over_frequency", "over_price", "over_supply", "overlapping_stays", "phantom_stay",
    "pharmacy_steering", "pharmacy_substitution", "planned_readmission", "poor_induced_stay",
    "preadmission_tests", "psychiatric_long_stay", "recirculated_drugs", "referral_test", "relapse",
    "restricted_payment", "second_eye", "second_layer", "second_line", "sold_beyond_stock", "specialty_pharmacy",
    "split_admission", "split_pack", "suspended_doctor", "takeaway_drugs", "transfer_day_beds", "transfer_up",
    "unbundled_charge", "upcoded_diagnosis", "whole_room",
)  # fmt: skip
ORDER = Order(people=300, seed=15, schemes=PLANTED)

# Which rules look for a scheme: one of them must name each planted settlement (or doctor, or patient) that
# reaches the scheme's threshold. Schemes that no rule looks for yet have nothing expected of them.
LOOKED_FOR = {
    "billed_after_death": "IDN01",
    "claimed_twice": "IDN03",
    "dear_bed": "BIL15",
    "duplicate_charge": "BIL01",
    "impossible_day": "DOC01",
    "low_standard_admission": "STY06",
    "outside_stay": "BIL05",
    "over_cap": "CAP01|CAP02|CAP03",
    "over_count": "BIL02|BIL03",
    "over_frequency": "BIL18",
    "over_price": "BIL04",
    "over_supply": "MED01",
    "overlapping_stays": "STY01",
    "phantom_stay": "STY03|STY04|STY05",
    "recirculated_drugs": "MED08",
    "restricted_payment": "POL05|POL06|POL08|POL10",
    "second_line": "POL09",
    "sold_beyond_stock": "MED09",
    "split_admission": "STY02",
    "suspended_doctor": "DOC02",
}
SUBJECT = {
    "impossible_day": "doctor",
    "over_supply": "patient",
    "sold_beyond_stock": "pharmacy",
}  # all others: the settlement
ANY = "*"


def make(folder: Path) -> None:
    """Simulate the county and write it, its README and what is expected below `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / "county"
        simulate(made, ORDER, form="csv", threads=1)
        truth = pd.read_csv(
            made / "truth.csv", dtype={"subject_id": str, "setl_id": str, "feedetl_sn": str}
        )
        tables = Tables(made / "data", truth, build(ORDER.seed, ORDER.people))
        added = pd.DataFrame(bureau.add(tables))
        rows = tables.write()
        sample = folder / "sample_data"
        sample.mkdir(parents=True, exist_ok=True)
        for old in sample.glob("*.csv"):
            old.unlink()
        for path in (made / "data").glob("*.csv"):
            shutil.copy(path, sample / path.name)
        for name, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
            (sample / name).write_text(readme(language, rows, truth), encoding="utf-8")
    (folder / "tests").mkdir(exist_ok=True)
    expected(truth, added).to_csv(
        folder / "tests" / "sample_expected.csv", index=False, lineterminator="\n"
    )


def readme(language: str, rows: dict[str, int], truth: pd.DataFrame) -> str:
    """What the sample is, in `language`: the county's own page and what is added to it."""
    speak(language)
    order = f"{command(ORDER, 'csv')}\n\n" + say(
        "示例是这个县再加上本页末尾的清单和情形（`python sample_data/make.py`）；应查出什么见 `tests/sample_expected.csv`。",
        "The sample is this county with the lists and cases at the end of this page (`python sample_data/make.py`); what must be "
        "found in it stands in `tests/sample_expected.csv`.",
    )
    return (
        county_readme.readme(order, rows, truth.fillna({"feedetl_sn": ""})) + "\n" + bureau.readme()
    )


def expected(truth: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """rule, expect (found, clean), subject_type, subject_id, setl_id, what: the name of what is planted.

    rule: the rules of which one must name it, or * : none may.
    """
    whole = truth[truth["feedetl_sn"].isna()]
    level = whole["scheme"].map(SUBJECT).fillna("settlement")
    guilty = (
        (whole["role"] == "responsible")
        & (whole["intensity"] >= 1)
        & whole["scheme"].isin(LOOKED_FOR.keys())
    )
    found = whole[guilty & (whole["subject_type"] == level)]
    found = found.assign(rule=found["scheme"].map(LOOKED_FOR), expect="found")
    clean = whole[(whole["role"] == "lookalike") & (whole["subject_type"] == "settlement")]
    clean = clean.assign(rule=ANY, expect="clean")
    rows = pd.concat([found, clean]).rename(columns={"scheme": "what"})
    rows = rows[["rule", "expect", "subject_type", "subject_id", "setl_id", "what"]]
    rows = pd.concat([rows, added]).drop_duplicates(["rule", "expect", "subject_id", "what"])
    return rows.sort_values(["what", "setl_id", "subject_id"], ignore_index=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)
