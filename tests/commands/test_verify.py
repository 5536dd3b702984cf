"""`medaudit verify`: the inputs by their hashes, and findings computed anew from them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from medaudit.cases import read_cases
from medaudit.cli import main
from medaudit.detectors.catalogue import FOLDER, read_rule
from medaudit.library.shelf import hashed
from medaudit.output.wrap import width
from tests.forged import forgetting, saying
from tests.small_county import line, of_line, of_visit, rule, settlement, write
from tests.typed import Type

# Four stays of 1,000 yuan, of which the fund paid 700; a line of 10 yuan in each.
COUNTY = {
    "settlement": [settlement(f"S{i}", psn_no=f"P{i}", psn_name="王小二") for i in range(1, 5)],
    "fee_item": [line(f"F{i}", setl_id=f"S{i}") for i in range(1, 5)],
}
PARAM = '[params.least]\ndefault = 500\nunit = "yuan"\nhelp = { zh = "元", en = "yuan" }\nsource = "a test"\n[title]'
CASES = read_cases(read_rule(FOLDER / "links" / "card_ring.sql", own=True).cases)
RING = next(case for case in CASES if "one after another on three days" in case.name)


def scan(data: Path, out: Path, *words: str) -> Path:
    with pytest.raises(SystemExit):
        main(["scan", str(data), "--out", str(out), "--output", str(out.parent / "list.csv"), "--quiet", *words])  # fmt: skip
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rules of one's own, data and a run of them: STY91 a finding a stay, BIL91 a finding a line."""
    place = tmp_path_factory.mktemp("made")
    rule(place / "rules", "STY91", of_visit("v.charge >= $least", strength=0.6, more=", v.charge AS cost, 'x' AS tel"))  # fmt: skip
    rule(place / "rules", "BIL91", of_line())
    file = place / "rules" / "STY91.sql"
    file.write_text(file.read_text("utf-8").replace("[title]", PARAM, 1), "utf-8")
    (place / "low.toml").write_text("[params.STY91]\nleast = 100\n")
    write(place / "data", COUNTY)
    options = ("--rules", str(place / "rules"), "--select", "STY91", "--select", "BIL91")
    scan(place / "data", place / "run", *options, "--config", str(place / "low.toml"))
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to spoil: the data where run.json says, below the current folder."""
    shutil.copytree(made, tmp_path / "copy")
    file = tmp_path / "copy" / "run" / "run.json"
    file.write_text(file.read_text("utf-8").replace(str(made), str(tmp_path / "copy")), "utf-8")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


VERIFY = ("verify", "run", "--rules", "rules", "--sample", "all")


def spoil(column: str, value: str, file: str = "run/findings.parquet") -> None:
    """Change a column of the findings."""
    pq.write_table(duckdb.sql(f"SELECT * REPLACE ({value} AS {column}) FROM '{file}'").to_arrow_table(), file)  # fmt: skip


def rows_of(typed: Type, *words: object) -> list[dict[str, Any]]:
    text = typed(*words, "--format", "csv").stdout
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def differing(rows: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    return sorted((row["rule"], row["column"], row["recorded"], row["anew"]) for row in rows if row["state"] == "differs")  # fmt: skip


@pytest.mark.usefixtures("place")
def test_every_finding_comes_out_again_with_the_parameters_of_the_run(typed: Type) -> None:
    told = typed(*VERIFY)
    assert told.exit_code == 0
    assert "重算的 8 条全部一致" in told.stdout
    assert "输入文件 2 个，内容与扫描时相同" in told.stdout


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("amount", "CASE setl_id WHEN 'S2' THEN amount + 1 ELSE amount END", [("BIL91", "amount", "8.00", "7.00"), ("STY91", "amount", "701.00", "700.00")]),
        ("strength", "CASE WHEN rule = 'STY91' AND setl_id = 'S3' THEN 0.9 ELSE strength END", [("STY91", "strength", "0.9000", "0.6000")]),
        ("charge_amount", "CASE WHEN rule = 'STY91' AND setl_id = 'S3' THEN 1 ELSE charge_amount END", [("STY91", "charge_amount", "1.00", "1000.00")]),
        ("setl_id", "CASE WHEN rule = 'BIL91' AND setl_id = 'S4' THEN 'S1' ELSE setl_id END", [("BIL91", "setl_id", "S1", "S4")]),
        ("level", "CASE WHEN rule = 'BIL91' AND setl_id = 'S4' THEN 'violation' ELSE level END", [("BIL91", "level", "violation", "suspected")]),
        ("evidence", "CASE WHEN rule = 'STY91' AND setl_id = 'S1' THEN replace(evidence, '1000', '900') ELSE evidence END", [("STY91", "evidence.cost", "900", "1000")]),
    ],
    ids=["amount", "strength", "charge", "settlement", "level", "evidence"],
)  # fmt: skip
def test_a_finding_that_was_tampered_with_is_caught(
    typed: Type, column: str, value: str, told: list[tuple[str, ...]]
) -> None:
    spoil(column, value)
    assert differing(rows_of(typed, *VERIFY)) == told
    assert typed(*VERIFY).exit_code == 1


def test_evidence_that_is_no_json_any_more_differs(typed: Type, place: Path) -> None:
    spoil("evidence", "CASE WHEN rule = 'BIL91' AND setl_id = 'S1' THEN 'x' ELSE evidence END")
    assert {row[1] for row in differing(rows_of(typed, *VERIFY))} == {"evidence.lines", "evidence.feedetl_sn"}  # fmt: skip


def test_a_finding_taken_out_or_put_in_is_caught(typed: Type, place: Path) -> None:
    file = "run/findings.parquet"
    rows = duckdb.sql(
        f"SELECT * REPLACE (CASE WHEN rule = 'BIL91' THEN 'BIL91-0' ELSE finding_id END AS finding_id) "
        f"FROM '{file}' WHERE setl_id <> 'S1' AND (rule = 'STY91' OR setl_id = 'S2')"
    ).to_arrow_table()
    pq.write_table(rows, file)
    told = rows_of(typed, *VERIFY)
    # Three of the four STY91 are left; of the four BIL91 one that no line gives.
    lost = [row for row in told if row["column"] == "finding_id" and not row["recorded"]]
    assert len(lost) == 1 + 4
    assert ("BIL91", "finding_id", "BIL91-0", "") in differing(told)
    assert "run.json 记有 8 条疑点" in typed(*VERIFY).stdout.replace("\n", "")


@pytest.mark.usefixtures("place")
def test_the_order_of_the_findings_and_the_format_of_a_run_do_not_matter(typed: Type) -> None:
    forgetting(Path("run"))
    file = "run/findings.parquet"
    pq.write_table(duckdb.sql(f"SELECT * FROM '{file}' ORDER BY finding_id DESC").to_arrow_table(), file)  # fmt: skip
    assert typed(*VERIFY).exit_code == 0


@pytest.mark.usefixtures("place")
def test_a_seed_draws_the_same_sample_whatever_the_order_of_the_rows(typed: Type) -> None:
    words = ("verify", "run", "--rules", "rules", "--sample", "3", "--seed", "7")
    first = rows_of(typed, *words)
    file = "run/findings.parquet"
    pq.write_table(duckdb.sql(f"SELECT * FROM '{file}' ORDER BY amount, finding_id").to_arrow_table(), file)  # fmt: skip
    assert len(first) == 3
    assert rows_of(typed, *words) == first
    others = {row["finding_id"] for seed in range(5) for row in rows_of(typed, *words[:-1], seed)}
    assert len(others) > 3


@pytest.mark.usefixtures("place")
def test_only_the_rule_asked_for_is_verified(typed: Type) -> None:
    assert {row["rule"] for row in rows_of(typed, *VERIFY, "--rule", "BIL")} == {"BIL91"}
    told = typed(*VERIFY, "--rule", "STY19")
    assert told.exit_code == 2
    assert "STY91" in told.stderr


@pytest.mark.usefixtures("place")
def test_a_changed_input_is_named_and_what_it_changes_differs(typed: Type) -> None:
    file = Path("data/settlement.csv")
    file.write_text(file.read_text("utf-8").replace("1000,700", "1000,300", 1), "utf-8")
    told = typed(*VERIFY, "--format", "json")
    document = json.loads(told.stdout)
    assert told.exit_code == 1
    assert [Path(name).name for name in document["inputs"]["changed"]] == ["settlement.csv"]
    # The fund paid 300 of the first bill, and of its line of 10 yuan 3.
    assert [(one["column"], float(one["anew"])) for one in document["differences"]] == [("amount", 3), ("amount", 300)]  # fmt: skip


@pytest.mark.usefixtures("place")
def test_a_file_that_was_not_there_is_named_though_all_findings_agree(typed: Type) -> None:
    Path("data/diagnosis.csv").write_text("setl_id,diag_code,maindiag_flag\nS1,J18,1\n")
    told = typed(*VERIFY)
    assert told.exit_code == 1
    assert "扫描时没有：" in told.stdout
    assert "diagnosis.csv" in told.stdout


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", ["settlement.csv", "fee_item.csv"])
def test_a_missing_input_ends_it_with_what_to_do(typed: Type, name: str) -> None:
    (Path("data") / name).unlink()
    told = typed(*VERIFY)
    assert told.exit_code == 2
    assert name in told.stderr
    assert "--data" in told.stderr


@pytest.mark.usefixtures("place")
def test_inputs_may_lie_elsewhere_and_have_other_names(typed: Type) -> None:
    Path("data").rename("archive")
    Path("archive/settlement.csv").rename("archive/settlement_2025.csv")
    assert typed(*VERIFY).exit_code == 2
    assert typed(*VERIFY, "--data", "archive").exit_code == 0


@pytest.mark.usefixtures("place")
def test_a_rule_that_has_changed_since_is_not_verified_and_says_why(typed: Type) -> None:
    file = Path("rules/BIL91.sql")
    file.write_text(file.read_text("utf-8").replace("TRUE", "l.charge > 0"), "utf-8")
    told = typed(*VERIFY, "--format", "json")
    rules = {one["rule"]: one for one in json.loads(told.stdout)["rules"]}
    assert told.exit_code == 2
    assert (rules["BIL91"]["confirmed"], rules["BIL91"]["unverified"]) == (0, 4)
    assert "规则已改" in rules["BIL91"]["why"]
    assert rules["STY91"]["confirmed"] == 4


@pytest.mark.usefixtures("place")
def test_rules_of_ones_own_are_found_where_they_lay_or_where_they_are_said_to_lie(
    typed: Type,
) -> None:
    without = ("verify", "run", "--sample", "all")
    assert "重算的 8 条全部一致" in typed(*without).stdout
    Path("rules").rename("archive")
    told = typed(*without)
    assert told.exit_code == 2
    assert told.stdout.count("找不到自己的规则") == 2
    assert "--rules" in told.stdout
    assert typed(*without, "--rules", "archive").exit_code == 0
    Path("archive/BIL91.sql").rename("archive/lines.sql")
    assert typed(*without, "--rules", "archive").exit_code == 0


@pytest.mark.usefixtures("place")
def test_a_rule_file_that_was_changed_is_named(typed: Type) -> None:
    file = Path("rules/BIL91.sql")
    file.write_text(file.read_text("utf-8") + "\n-- a remark\n", "utf-8")
    told = typed(*VERIFY, "--format", "json")
    document = json.loads(told.stdout)
    assert [Path(name).name for name in document["own_rules"]["changed"]] == ["BIL91.sql"]
    assert told.exit_code == 2  # though the findings agree: they are not of the rule that ran
    assert "自己的规则改过或找不到" in typed(*VERIFY).stdout.splitlines()[-1]


def test_a_workspace_that_was_moved_is_asked_for_once_and_verified_where_it_lies(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "data", COUNTY)
    rule(tmp_path / "rules", "STY91", of_visit())
    typed("import", "data", "--workspace", "ws")
    scan(Path("ws"), Path("run"), "--rules", "rules", "--select", "STY91")
    Path("ws").rename("elsewhere")
    lost = typed("verify", "run")
    assert lost.exit_code == 2
    assert lost.stderr.count("ws") == 1
    assert "--data" in lost.stderr
    told = typed("verify", "run", "--data", "elsewhere")
    assert told.exit_code == 0
    assert "重算的 4 条全部一致" in told.stdout


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"levels": {"suspected": 4, "lead": 4}}, "levels.lead"),
        ({"suspects": {"settlement": 3, "institution": 1}}, "suspects.settlement：写的是 3，实为 4"),
        ({"tables": {}}, "tables.fee_item.read：写的是 （没有），实为 4"),
        ({"detectors": [{"rule": "STY91", "state": "ran", "found": 4}]}, "detectors.BIL91.state：写的是 （没有），实为 ran"),
        ({"detectors": [{"rule": "STY91", "state": "ran", "found": 4}, {"rule": "BIL91", "state": "skipped", "why": "x"}]}, "写的是 skipped，实为 ran"),
        ({"detectors": [{"rule": "STY91", "state": "ran", "found": 9}, {"rule": "BIL91", "state": "ran", "found": 4}]}, "detectors.STY91：写的是 9，实为 4"),
    ],
    ids=["levels", "suspects", "rows read", "a rule left out", "a rule said to be skipped", "a count"],
)  # fmt: skip
def test_a_run_json_that_says_otherwise_than_the_files_is_caught(
    typed: Type, change: dict[str, Any], told: str
) -> None:
    saying(Path("run"), **change)
    shown = typed(*VERIFY)
    assert told in shown.stdout
    assert shown.exit_code == 1
    assert "不一致" in shown.stdout.splitlines()[-1]


@pytest.mark.usefixtures("place")
def test_the_check_that_was_written_down_is_held_against_run_json(typed: Type) -> None:
    check = hashed(Path("run/run.json"))
    assert typed(*VERIFY, "--expect", check[:12].upper()).exit_code == 0
    saying(Path("run"), python="3.99")  # nothing else would tell
    told = typed(*VERIFY, "--expect", check[:12])
    assert told.exit_code == 1
    assert "与抄下的不同" in told.stdout
    assert typed(*VERIFY).exit_code == 0


@pytest.mark.usefixtures("place")
def test_what_the_ledger_noted_of_a_run_is_held_against_run_json(typed: Type) -> None:
    typed("export", "cases", "--run", "run", "--rules", "rules", "--by", "settlement")
    told = typed(*VERIFY)
    assert told.exit_code == 0
    assert "与台账第 1 条记下的相同" in told.stdout
    saying(Path("run"), python="3.99")
    told = typed(*VERIFY)
    assert told.exit_code == 1
    assert "与台账第 1 条记下的不同" in told.stdout


@pytest.mark.usefixtures("place")
def test_any_file_of_the_run_that_was_changed_or_taken_away_is_named(typed: Type) -> None:
    assert "与扫描写出时相同" in typed(*VERIFY).stdout
    with Path("run/suspects.csv").open("a") as stream:
        stream.write("one more\n")
    Path("run/points.parquet").unlink()
    told = typed(*VERIFY)
    assert told.exit_code == 1
    assert "扫描后改过：suspects.csv" in told.stdout
    assert "结果文件夹缺少：points.parquet" in told.stdout


@pytest.mark.usefixtures("place")
def test_doctors_count_as_suspended_as_they_did_then(typed: Type) -> None:
    given = typed("points", "D1", "--award", "12", "--why", "处罚决定书", "--day", "2024-01-01")
    assert given.exit_code == 0, given.stderr
    treated = [one | {"bilg_dr_codg": "D1"} for one in COUNTY["fee_item"]]
    write(Path("data"), COUNTY | {"fee_item": treated, "doctor": [{"dr_codg": "D1", "fixmedins_code": "H1", "dr_status": "1"}]})  # fmt: skip
    scan(Path("data"), Path("run"), "--select", "DOC02")
    said = json.loads(Path("run/run.json").read_text("utf-8"))["suspended"]
    assert [code for code, *_ in said] == ["D1"]
    assert "今天" not in typed(*VERIFY).stdout
    Path("medaudit-ledger.db").unlink()
    told = typed(*VERIFY)
    assert told.exit_code == 0
    assert "重算的 4 条全部一致" in told.stdout
    assert "今天的台账算出来不同" in told.stdout


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("size", ["0", "-3", "some"])
def test_a_sample_is_a_number_or_all(typed: Type, size: str) -> None:
    told = typed("verify", "run", f"--sample={size}")
    assert told.exit_code == 2
    assert "--sample" in told.stderr


def test_no_run_is_no_traceback(typed: Type, tmp_path: Path) -> None:
    told = typed("verify", tmp_path)
    assert told.exit_code == 2
    assert str(tmp_path) in told.stderr


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_fits_eighty_columns_and_hides_telephones(
    typed: Type, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    spoil("evidence", "replace(evidence, '\"x\"', '\"13812345678\"')")
    told = typed(*VERIFY, "--lang", language).stdout
    assert all(width(one) <= 80 for one in told.splitlines())
    assert "138******78" in told
    assert "13812345678" not in told


def test_rings_are_found_anew_and_told_apart(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    for name, text in RING.tables.items():
        (Path("data") / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    scan(Path("data"), tmp_path / "run", "--select", "LNK")
    document = json.loads(typed("verify", "run", "--sample", "all", "--format", "json").stdout)
    [told] = [one for one in document["rules"] if one["rule"] == "LNK01"]
    assert told["how"] == "links"
    assert told["confirmed"] == told["sampled"] > 5  # the ring, its five members, their pharmacy
    spoil("strength", "strength / 2", "run/findings.parquet")
    assert typed("verify", "run", "--sample", "1").exit_code == 1
