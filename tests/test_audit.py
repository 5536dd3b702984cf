"""A whole audit: the same answer however the files come, every row accounted for, failures told and contained."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd
import pytest

import medaudit
from medaudit.errors import MedauditError
from medaudit.findings import COLUMNS as FINDING_COLUMNS
from medaudit.ranking import COLUMNS as SUSPECT_COLUMNS
from tests.small_county import Tables, csv_text, generate, of_visit, rule, settlement, write

FILES = {
    "findings.csv", "suspects.csv", "suspects.xlsx", "run.json", "rejects.csv", "findings.parquet",
    "suspects.parquet", "parts.parquet", "anomalies.parquet", "ring.parquet", "ring_member.parquet", "ring_use.parquet", "steering.parquet",
    "claims.parquet", "finding_lines.parquet", "subjects.parquet", "points.parquet", "measures.parquet",
    "records",
}  # fmt: skip
SEEDS = [1, 2]
MORE_SEEDS = range(3, 13)


@cache
def county(seed: int) -> Tables:
    return generate(seed, people=40)


def lists(folder: Path) -> tuple[bytes, bytes]:
    """What an auditor takes away: the two lists, byte for byte."""
    return (folder / "findings.csv").read_bytes(), (folder / "suspects.csv").read_bytes()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The run over a seed's county, one CSV a table: what every other delivery must come to."""

    @cache
    def run(seed: int) -> Path:
        folder = tmp_path_factory.mktemp(f"plain{seed}")
        write(folder / "data", county(seed))
        medaudit.audit(folder / "data", out=folder / "run", threads=1)
        return folder / "run"

    return run


# ---- the same answer however the files come -----------------------------------------------------


def as_it_is(folder: Path, tables: Tables) -> None:
    write(folder, tables)


def shuffled(folder: Path, tables: Tables) -> None:
    mixed = {name: list(rows) for name, rows in tables.items()}
    for rows in mixed.values():
        Random(7).shuffle(rows)
    write(folder, mixed)


def split(folder: Path, tables: Tables) -> None:
    """Each table in three files, in folders of their own, columns in another order."""
    for name, rows in tables.items():
        for part in range(3):
            some = [dict(reversed(row.items())) for row in rows[part::3]]
            write(folder / f"part{part}", {name: some})


def parquet(folder: Path, tables: Tables) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        pd.DataFrame(rows).astype("string").to_parquet(folder / f"{name}.parquet")


def packed(folder: Path, tables: Tables) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(csv_text(rows).encode("gb18030")))


def twice(folder: Path, tables: Tables) -> None:
    """Every file delivered a second time."""
    write(folder, tables)
    write(folder / "again", tables)


DELIVERIES = [as_it_is, shuffled, split, parquet, packed, twice]


def same_answer(tmp_path: Path, plain: Path, tables: Tables, deliver: Callable[..., None]) -> None:
    deliver(tmp_path / "data", tables)
    medaudit.audit(tmp_path / "data", out=tmp_path / "run", threads=2)
    assert lists(tmp_path / "run") == lists(plain)


@pytest.mark.parametrize("deliver", DELIVERIES)
def test_the_lists_are_the_same_however_the_files_come(
    tmp_path: Path, plain: Callable[[int], Path], deliver: Callable[..., None]
) -> None:
    same_answer(tmp_path, plain(SEEDS[0]), county(SEEDS[0]), deliver)


@pytest.mark.slow
@pytest.mark.parametrize("deliver", DELIVERIES)
@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_the_lists_of_many_counties_are_the_same_however_the_files_come(
    tmp_path: Path, plain: Callable[[int], Path], seed: int, deliver: Callable[..., None]
) -> None:
    same_answer(tmp_path, plain(seed), county(seed), deliver)


def test_a_second_run_over_the_folder_that_holds_the_first_comes_to_the_same(
    tmp_path: Path, plain: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, county(SEEDS[0]))
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        medaudit.audit(".", out="medaudit-run", threads=1)
        assert lists(tmp_path / "medaudit-run") == lists(plain(SEEDS[0]))


def test_what_a_run_keeps_of_its_records_gives_the_same_findings_again(
    tmp_path: Path, plain: Callable[[int], Path]
) -> None:
    medaudit.audit(plain(SEEDS[0]) / "records", out=tmp_path / "run", threads=1)
    # Whoever no finding names is gone, and so are the peers one is compared with; the findings are not.
    assert lists(tmp_path / "run")[0] == lists(plain(SEEDS[0]))[0]


def test_the_language_changes_words_and_nothing_else(
    tmp_path: Path, plain: Callable[[int], Path]
) -> None:
    medaudit.language.speak("en")
    write(tmp_path / "data", county(SEEDS[0]))
    medaudit.audit(tmp_path / "data", out=tmp_path / "run", threads=1)
    for name, words in (("findings", ["reason"]), ("suspects", ["reasons"])):
        zh, en = (
            pd.read_csv(run / f"{name}.csv", dtype=str).drop(columns=words)
            for run in (plain(SEEDS[0]), tmp_path / "run")
        )
        pd.testing.assert_frame_equal(zh, en)


# ---- what a run leaves --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_accounted_for(plain: Callable[[int], Path], seed: int) -> None:
    told = json.loads((plain(seed) / "run.json").read_text("utf-8"))
    tables = county(seed)
    assert told["tables"].keys() == tables.keys()
    for name, account in told["tables"].items():
        assert account["read"] == len(tables[name])
        assert account["read"] == account["accepted"] + account["rejected"]
        kept = account["used"] + account["netted"] + account["duplicates"]
        assert account["accepted"] == kept


def test_the_run_folder_holds_what_it_should_for_its_owner_only(
    plain: Callable[[int], Path],
) -> None:
    run = plain(SEEDS[0])
    assert {path.name for path in run.iterdir()} == FILES
    assert run.stat().st_mode & 0o777 == 0o700
    told = json.loads((run / "run.json").read_text("utf-8"))
    assert told["medaudit"] == medaudit.__version__
    assert told["language"] == "zh"
    for entry in told["inputs"]:
        assert len(entry["sha256"]) == 64
    for entry in told["detectors"]:
        assert entry["state"] in ("ran", "skipped")
        assert ("found" in entry) == (entry["state"] == "ran")
    assert sum(entry.get("found", 0) for entry in told["detectors"]) == told["findings"]
    assert sum(told["levels"].values()) == told["findings"]


def test_the_lists_agree_with_each_other_and_with_the_frames(
    tmp_path: Path, plain: Callable[[int], Path]
) -> None:
    write(tmp_path / "data", county(SEEDS[0]))
    audit = medaudit.audit(tmp_path / "data", threads=1)
    assert audit.folder is None
    findings = pd.read_csv(plain(SEEDS[0]) / "findings.csv", dtype=str, keep_default_na=False)
    suspects = pd.read_csv(plain(SEEDS[0]) / "suspects.csv", dtype=str, keep_default_na=False)
    assert tuple(findings.columns) == tuple(audit.findings.columns) == FINDING_COLUMNS
    assert tuple(suspects.columns) == tuple(audit.suspects.columns) == SUSPECT_COLUMNS
    assert list(findings["finding_id"]) == list(audit.findings["finding_id"])
    assert findings["finding_id"].is_unique
    assert len(findings) == audit.run["findings"] > 20
    assert findings["amount"].astype(float).tolist() == audit.findings["amount"].tolist()
    for evidence in findings["evidence"]:
        assert isinstance(json.loads(evidence), dict)
    places = suspects[suspects["subject_type"] == "settlement"]["subject_id"]
    assert set(findings["setl_id"]) - {""} <= set(places)


def test_the_workbook_opens_and_lists_the_same(plain: Callable[[int], Path]) -> None:
    book = openpyxl.load_workbook(plain(SEEDS[0]) / "suspects.xlsx", read_only=True)
    told = json.loads((plain(SEEDS[0]) / "run.json").read_text("utf-8"))
    rows = [sum(1 for row in sheet.iter_rows(values_only=True) if any(row)) for sheet in book]
    assert any(count > told["findings"] for count in rows)
    assert len(book.sheetnames) >= 3


def test_a_rejected_row_is_listed_by_file_and_line(tmp_path: Path) -> None:
    write(
        tmp_path / "data",
        {
            "settlement": [
                settlement("S1"),
                settlement("S2", begndate="someday"),
                settlement("S3", enddate="2025-02-01"),  # before it began
                settlement(None),  # type: ignore[arg-type]
                settlement("S5", fund_pay_sumamt="much"),
            ]
        },
    )
    audit = medaudit.audit(tmp_path / "data", out=tmp_path / "run")
    rejects = pd.read_csv(tmp_path / "run" / "rejects.csv")
    assert list(rejects["line"]) == [3, 4, 5, 6]
    assert list(rejects["column"]) == ["begndate", "enddate", "setl_id", "fund_pay_sumamt"]
    account = audit.run["tables"]["settlement"]
    assert (account["read"], account["accepted"], account["rejected"]) == (5, 1, 4)
    assert "someday" not in (tmp_path / "run" / "rejects.csv").read_text()


# ---- little to go by ----------------------------------------------------------------------------


def test_nothing_found_is_a_finished_run_with_empty_lists(tmp_path: Path) -> None:
    write(tmp_path / "data", {"settlement": [settlement(med_type="11", enddate="2025-03-01")]})
    audit = medaudit.audit(tmp_path / "data", out=tmp_path / "run")
    assert (len(audit.findings), len(audit.suspects), audit.run["amount"]) == (0, 0, 0.0)
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES
    header = (tmp_path / "run" / "findings.csv").read_text("utf-8-sig")
    assert header == ",".join(FINDING_COLUMNS) + "\n"
    openpyxl.load_workbook(tmp_path / "run" / "suspects.xlsx")


def test_a_settlement_file_alone_is_audited_and_what_is_skipped_says_what_it_needs(
    tmp_path: Path,
) -> None:
    [path] = write(tmp_path / "data", {"settlement": county(SEEDS[0])["settlement"]}).iterdir()
    audit = medaudit.audit(path)
    states = {entry["rule"]: entry for entry in audit.run["detectors"]}
    assert states["STY02"]["state"] == "ran"
    skipped = {code: entry["why"] for code, entry in states.items() if entry["state"] == "skipped"}
    assert "fee_item" in skipped["BIL01"]
    assert all(why.startswith("需要 ") for why in skipped.values())


def test_only_the_rules_selected_run(tmp_path: Path) -> None:
    write(tmp_path / "data", county(SEEDS[0]))
    audit = medaudit.audit(tmp_path / "data", select=["STY", "BIL01"], ignore=["STY06"])
    assert {entry["rule"][:3] for entry in audit.run["detectors"]} == {"STY", "BIL"}
    assert {"STY06", "BIL02"}.isdisjoint(entry["rule"] for entry in audit.run["detectors"])


def test_settings_may_be_given_as_a_mapping(tmp_path: Path) -> None:
    write(
        tmp_path / "data",
        {
            "settlement": [
                settlement("S1"),
                settlement("S2", begndate="2025-03-18", enddate="2025-03-20"),  # ten days later
            ]
        },
    )
    for gap, found in ((10, 1), (9, 0)):
        settings = {"params": {"STY02": {"gap_days": gap, "core_gap_days": 1}}}
        audit = medaudit.audit(tmp_path / "data", settings=settings, select=["STY02"])
        assert len(audit.findings) == found


# ---- what goes wrong is told, and contained -----------------------------------------------------

FAILING = {
    "a value that does not convert": of_visit("CAST(v.psn_no AS INT) > 1"),
    "a date that is none": of_visit().replace("v.begndate AS", "v.psn_no AS"),
    "an amount that is none": of_visit(amount="v.psn_no"),
    "a strength that is none": of_visit().replace("CAST(1 AS DOUBLE)", "v.psn_no"),
}


@pytest.mark.parametrize("sql", FAILING.values(), ids=FAILING)
def test_a_rule_that_fails_is_told_and_the_others_go_on(tmp_path: Path, sql: str) -> None:
    write(tmp_path / "data", {"settlement": [settlement(psn_no="P-secret")]})
    rule(tmp_path / "rules", "STY90", sql)
    rule(tmp_path / "rules", "STY91", of_visit())
    with pytest.raises(MedauditError, match="STY90") as failed:
        medaudit.audit(
            tmp_path / "data", out=tmp_path / "run", rules=[tmp_path / "rules"], select=["STY9"]
        )
    assert "P-secret" not in str(failed.value)
    told = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert [entry["state"] for entry in told["detectors"]] == ["failed", "ran"]
    assert told["findings"] == 1


REFUSED = {
    "a column that is not there": of_visit("v.nothing > 1"),
    "a type that cannot be compared": of_visit("v.begndate > v.charge"),
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_a_rule_that_could_never_run_is_named_before_anything_is_read(
    tmp_path: Path, sql: str
) -> None:
    rule(tmp_path / "rules", "STY90", sql)
    rule(tmp_path / "rules", "STY91", of_visit())
    with pytest.raises(MedauditError) as told:
        medaudit.audit(tmp_path / "nowhere", out=tmp_path / "run", rules=[tmp_path / "rules"])
    assert "STY90" in str(told.value)
    assert "STY91" not in str(told.value)
    assert "nowhere" not in str(told.value)
    assert not (tmp_path / "run").exists()


def test_a_rule_may_read_a_column_that_the_settings_carry(tmp_path: Path) -> None:
    write(tmp_path / "data", {"settlement": [settlement(病区="东")]})
    rule(
        tmp_path / "rules",
        "STY90",
        of_visit("EXISTS (SELECT 1 FROM settlement s WHERE s.\"病区\" = '东')"),
    )
    told = medaudit.audit(
        tmp_path / "data", rules=[tmp_path / "rules"], select=["STY90"],
        settings={"extra": {"settlement": ["病区"]}},
    )  # fmt: skip
    assert len(told.findings) == 1


def _out_of(tmp_path: Path, **given: Any) -> str:
    with pytest.raises(MedauditError) as refused:
        medaudit.audit(tmp_path / "data", **given)
    return str(refused.value)


def test_what_cannot_be_done_is_told_before_any_work(tmp_path: Path) -> None:
    write(tmp_path / "data", {"settlement": [settlement()]})
    assert "没有以 XYZ 开头的规则" in _out_of(tmp_path, select=["XYZ"])
    assert "看不懂内存大小" in _out_of(tmp_path, memory_limit="lots")
    assert "没有规则 ABC01" in _out_of(tmp_path, settings={"params": {"ABC01": {"a": 1}}})
    assert "不认识设置" in _out_of(tmp_path, settings={"parms": {}})
    assert "没有这个规则文件夹" in _out_of(tmp_path, rules=[tmp_path / "none"])
    with pytest.raises(MedauditError, match="没有这个文件或文件夹"):
        medaudit.audit(tmp_path / "none")
    with pytest.raises(MedauditError, match="没有找到结算表"):
        medaudit.audit(write(tmp_path / "empty", {}))


def test_the_audit_can_be_called_again_and_again() -> None:
    # The module of that name must not take the place of the function.
    import medaudit.audit as module

    assert callable(medaudit.audit)
    assert module is medaudit.audit
