"""`medaudit check` as it is typed, on a delivery with every fault and on folders that cannot be audited."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medaudit import cli, settings
from medaudit.audit import Plan
from medaudit.check import Report, check
from medaudit.check.asjson import as_json
from medaudit.check.letter import letter
from medaudit.check.page import as_markdown, as_text
from medaudit.check.report import blocks
from medaudit.check.template import template
from medaudit.errors import MedauditError
from medaudit.language import speak
from medaudit.output.wrap import width
from medaudit.records.fit import demand_fit
from tests.check.messy import NAMES, settlements, write_messy
from tests.records.conftest import FEE_ITEM, line, settlement, text, write

LANGUAGES = ["zh", "en"]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check", *map(str, arguments), "--quiet"])
    said = capsys.readouterr()
    return int(str(stopped.value.code or 0)), said.out, said.err


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_messy(tmp_path_factory.mktemp("county") / "data")


@pytest.fixture(scope="module")
def reports(messy: Path) -> dict[str, Report]:
    """The same delivery looked at in both languages."""
    told = {}
    for language in LANGUAGES:
        speak(language)
        told[language] = check([messy], Plan())
    return told


# ---- the report ----


def test_the_report_says_which_file_is_which_and_which_column_is_which(
    reports: dict[str, Report],
) -> None:
    out = as_text(blocks(reports["zh"]), 80)
    for part in (
        "2025年结算信息.csv          结算", "GB18030", "个人编号→psn_no", "个人帐户支负（可能是 acct_pay）",
        "节假日.csv", "结算期间：2025-01 至 2025-06", "读入 = 接受 + 剔除",
    ):  # fmt: skip
        assert part in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_fits_eighty_columns(reports: dict[str, Report], language: str) -> None:
    speak(language)
    told = as_text(blocks(reports[language]), 80)
    assert max(map(width, told.splitlines())) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_report_letter_nor_settings_hold_anybodys_data(
    reports: dict[str, Report], language: str
) -> None:
    speak(language)
    report = reports[language]
    told = "\n".join(
        [as_text(blocks(report), 80), as_markdown(blocks(report)), as_json(report), letter(report),
         template(report)]
    )  # fmt: skip
    people = {row[name] for row in settlements() for name in ("psn_no", "certno", "setl_id")}
    found = [secret for secret in {*NAMES, *people, "孟溪亭", "D990100000001"} if secret in told]
    assert not found


def test_what_stops_comes_before_what_costs_and_that_before_the_rest(
    reports: dict[str, Report],
) -> None:
    weights = [note.weight for note in reports["zh"].notes]
    assert weights == sorted(weights, key=["stops", "costs", "know"].index)
    assert reports["zh"].can_be_audited


def test_every_missing_thing_names_the_rules_it_would_unlock(reports: dict[str, Report]) -> None:
    missing = {want.need: [rule.code for rule in want.rules] for want in reports["zh"].wants}
    assert missing["doctor.dr_codg"] == ["DOC02"]
    # Those whose condition or exception is an age.
    assert missing["settlement.brdy|person.brdy"] == ["IDN04", "POL02", "STY06", "STY09"]
    supply = next(want for want in reports["zh"].wants if "fee_item.prd_days" in want.need)
    assert supply.blank  # the column is there, and empty
    out = as_text(blocks(reports["zh"]), 200)
    assert "缺少，1 条规则不能运行：DOC02 停用或未登记医师开单" in out
    assert '写 "医师代吗" = "dr_codg"' in out


def test_the_numbers_of_the_report_are_those_of_the_document_for_programs(
    reports: dict[str, Report],
) -> None:
    told = json.loads(as_json(reports["zh"]))
    assert told["can_be_audited"] is True
    assert {one["table"] for one in told["files"]} == {"settlement", "fee_item", "doctor"}
    account = told["tables"]["settlement"]
    assert account["read"] == account["accepted"] + account["rejected"] == 63
    assert account["columns"]["psn_no"] == account["used"]
    odd = {(one["column"], one["value"]): one["rows"] for one in told["odd_codes"]}
    assert odd[("med_type", "9X")] == 12
    assert {one["rule"] for one in told["rules"] if not one["runs"]} >= {"DOC02", "STY06"}
    checks = {note["check"] for note in told["notes"]}
    assert checks >= {
        "missing", "odd-codes", "lines-without-settlement", "stays-without-lines", "gap-month",
        "certificates-spoilt", "placeholder-doctors", "stays-without-diagnosis", "visit-number-shared",
        "refunds-aside", "duplicates", "less-seen", "outpatients-without-diagnosis",
    }  # fmt: skip


def test_both_languages_say_the_same(reports: dict[str, Report]) -> None:
    def bare(report: Report) -> list[Any]:
        return [(n.check, n.weight, n.count, n.of, n.yuan) for n in report.notes]

    assert bare(reports["zh"]) == bare(reports["en"])
    speak("en")
    mine = [
        n.what + n.do
        for n in reports["en"].notes
        if n.check not in ("missing", "odd-codes", "less-seen")
    ]
    theirs = "[\u4e00-\u9fff]"
    assert not [told for told in mine if re.search(theirs, told.replace("字月", ""))]


# ---- the settings to start from ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_it_writes_are_settings_it_reads(
    reports: dict[str, Report], language: str, tmp_path: Path
) -> None:
    speak(language)
    path = tmp_path / "medaudit.toml"
    path.write_text(template(reports[language]), encoding="utf-8")
    told = settings.read(path)
    demand_fit(told)
    assert told.columns["settlement"] == {"个人帐户支负": "acct_pay"}
    lines = path.read_text(encoding="utf-8").splitlines()
    for line_ in ('# "操作备注" = ""', '# "9X" = ""', "# gap_days = 15"):
        assert any(one.startswith(line_) for one in lines), line_


def test_what_stands_behind_a_mark_in_them_is_good_settings_too(
    reports: dict[str, Report], tmp_path: Path
) -> None:
    def unmarked(told: str) -> str:
        return told[2:] if re.match(r'# (\[|"|[a-z_]+ = )', told) and '= ""' not in told else told

    path = tmp_path / "medaudit.toml"
    path.write_text(
        "\n".join(map(unmarked, template(reports["zh"]).splitlines())), encoding="utf-8"
    )
    told = settings.read(path)
    demand_fit(told)
    assert told.codes["hosp_lv"] == {"03": "1", "01": "3"}
    assert told.columns["doctor"] == {"医师代吗": "dr_codg"}
    assert told.params["STY02"]["gap_days"] == 15


def test_settings_in_force_are_kept(messy: Path, tmp_path: Path) -> None:
    told = settings.of(
        {
            "codes": {"med_type": {"9X": "11"}, "gend": {"不祥": ""}},
            "columns": {"doctor": {"医师代吗": "dr_codg"}},
            "params": {"STY02": {"gap_days": 10}},
            "rules": {"select": ["STY"]},
        }
    )
    written = tomllib.loads(template(check([messy], Plan(settings=told))))
    assert written["codes"]["med_type"] == {"9X": "11"}
    assert written["columns"]["doctor"] == {"医师代吗": "dr_codg"}
    assert written["params"]["STY02"] == {"gap_days": 10}
    assert written["rules"] == {"select": ["STY"]}


# ---- the letter ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_fits_a_page_even_when_everything_is_missing(
    language: str, tmp_path: Path
) -> None:
    speak(language)
    lines = letter(check([tmp_path], Plan())).splitlines()
    assert len(lines) <= 56
    assert max(map(width, lines)) <= 80


def test_the_letter_asks_first_for_what_unlocks_most(tmp_path: Path) -> None:
    write(tmp_path, {"settlement.csv": text(settlement(mdtrt_id="M1"))})
    told = letter(check([tmp_path], Plan()))
    assert told.index("1. 费用明细表 fee_item，至少含 feedetl_sn 费用明细流水号") < told.index(
        "doctor"
    )
    assert "退费、冲正原样保留" in told
    assert "（盖章）" in told


def test_the_letter_does_not_ask_for_what_is_there_under_another_name(
    reports: dict[str, Report],
) -> None:
    told = letter(reports["zh"])
    assert "doctor" not in told
    assert "acct_pay" not in told
    assert "person.death_date" in told


def test_no_letter_is_written_when_nothing_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sample = Path(__file__).parents[2] / "sample_data"
    letter_to = tmp_path / "letter.md"
    code, _, err = run(capsys, sample, "--select", "STY", "--letter", letter_to)
    assert code == 0
    assert "什么都不缺" in err
    assert not letter_to.exists()


# ---- at the command line ----


def test_a_delivery_with_faults_can_be_audited_and_exits_0(
    capsys: pytest.CaptureFixture[str], messy: Path, tmp_path: Path
) -> None:
    code, out, err = run(
        capsys, messy, "--letter", tmp_path / "letter.md", "--template", tmp_path / "medaudit.toml"
    )
    assert (code, err) == (0, "")
    assert "可以稽核：" in out
    assert (
        (tmp_path / "letter.md")
        .read_text(encoding="utf-8")
        .startswith("# 关于补充医保稽核数据的函")
    )
    assert settings.read(tmp_path / "medaudit.toml").columns["settlement"]


def test_notes_can_be_had_as_a_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"settlement.csv": text(settlement(med_type="9X"))})
    code, out, _ = run(capsys, tmp_path, "--format", "csv", "--lang", "en")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert code == 0
    assert {row["weight"] for row in rows} <= {"stops", "costs", "know"}
    assert [row["place"] for row in rows if row["check"] == "odd-codes"] == ["settlement.med_type"]


def test_markdown_has_headings_and_tables(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path, {"settlement.csv": text(settlement())})
    _, out, _ = run(capsys, tmp_path, "--format", "markdown")
    assert "## 账目" in out
    assert "|:---" in out


def test_files_that_exist_are_not_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "medaudit.toml"
    mine.write_text("# mine\n")
    code, out, err = run(capsys, tmp_path, "--template", mine)
    assert (code, out) == (2, "")
    assert "不会覆盖" in err
    assert mine.read_text() == "# mine\n"


def test_a_letter_to_standard_output_stands_there_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path, {"settlement.csv": text(settlement())})
    _, out, _ = run(capsys, tmp_path, "--letter", "-", "--lang", "en")
    assert out.startswith("# Request for audit data\n")
    assert "Accounts" not in out


# ---- what cannot be audited ----


def test_an_empty_folder_is_told_and_exits_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, tmp_path)
    assert code == 2
    assert "没有结算表（settlement）" in out
    assert "不能稽核" in out


def test_a_missing_required_column_is_told_with_the_likely_one_and_all_else_is_told_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(
        tmp_path,
        {"settlement.csv": text(settlement(), psn_no="人员编好"), "fee_item.csv": text(line(1))},
    )
    code, out, _ = run(capsys, tmp_path)
    assert code == 2
    assert '是不是“人员编好”？在 [columns.settlement] 写 "人员编好" = "psn_no"' in out
    assert re.search(r"fee_item\.csv\s+费用明细\s+1", out)


def test_a_damaged_file_and_one_that_is_not_there_do_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    held = io.BytesIO()
    pq.write_table(pa.table({name: [value] for name, value in FEE_ITEM.items()}), held)
    write(
        tmp_path, {"settlement.csv": text(settlement()), "fee_item.parquet": held.getvalue()[:-20]}
    )
    code, out, _ = run(capsys, tmp_path, tmp_path / "gone.csv")
    assert code == 2
    for part in ("settlement.csv", "Parquet 文件不完整或已损坏", "gone.csv：没有这个文件或文件夹"):
        assert part in out
    assert re.search(r"结算 +1 +1 +0 +1", out)  # the account of what could be read


def test_a_file_damaged_in_its_midst_is_told_and_the_others_are_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    held = io.BytesIO()
    rows = {name: [value] * 2 for name, value in FEE_ITEM.items()}
    pq.write_table(pa.table({**rows, "spec": ["x" * 50_000, "y" * 50_000]}), held)
    good = held.getvalue()
    bad = good[:200] + b"\xff" * 2000 + good[2200:]
    write(tmp_path, {"settlement.csv": text(settlement()), "fee_item.parquet": bad})
    code, out, _ = run(capsys, tmp_path)
    assert code == 2
    assert "fee_item.parquet：Parquet 文件不完整或已损坏" in out


def test_a_settlement_table_without_one_usable_row_cannot_be_audited(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(
        tmp_path,
        {"settlement.csv": text(settlement(begndate="?"), settlement(2, psn_no="1.23E+12"))},
    )
    code, out, _ = run(capsys, tmp_path)
    assert code == 2
    assert "结算表里没有一行可用" in out
    assert "1.23E+12" in out  # the reason, which shows how such a code looks


def test_an_unknown_file_stops_when_it_was_named_and_not_when_it_was_met(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(
        tmp_path,
        {"settlement.csv": text(settlement()), "holidays.csv": "day,name\n2025-01-01,元旦\n"},
    )
    assert run(capsys, tmp_path)[0] == 0
    code, out, _ = run(capsys, tmp_path, tmp_path / "holidays.csv")
    assert code == 2
    assert out.index("文件名和列名都认不出是哪张表") < out.index("结论")


def test_two_files_of_one_table_with_different_columns_are_told_apart(tmp_path: Path) -> None:
    other = settlement(2, hosp_lv="3", dscg_way="1")
    write(tmp_path, {"settlement_1.csv": text(settlement(1)), "settlement_2.csv": text(other)})
    told = json.loads(as_json(check([tmp_path], Plan())))
    assert [len(one["columns"]) for one in told["files"]] == [8, 10]
    assert told["tables"]["settlement"]["columns"]["hosp_lv"] == 1


def test_settings_that_fit_no_table_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="psn_number"):
        check(
            [tmp_path], Plan(settings=settings.of({"columns": {"settlement": {"x": "psn_number"}}}))
        )


def test_nothing_is_left_behind(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    data = write(tmp_path / "data", {"settlement.csv": text(settlement()).encode("gb18030")})
    assert run(capsys, data)[0] == 0
    assert list(place.iterdir()) == []
    assert [path.name for path in data.iterdir()] == ["settlement.csv"]


def test_knowledge_an_audit_would_refuse_stops_it_here_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data, own = tmp_path / "data", tmp_path / "own"
    data.mkdir()
    own.mkdir()
    (data / "settlement.csv").write_text(text(settlement()), "utf-8")
    (own / "daily_item.csv").write_text("name,source\n床位费,本地\n", "utf-8")
    (own / "mild_diagnosis.csv").write_text("prefix,name\n", "utf-8")
    code, out, _ = run(capsys, data, "--knowledge", own, "--format", "json")
    assert code == 2
    stops = [note for note in json.loads(out)["notes"] if note["weight"] == "stops"]
    assert sorted(Path(note["where"]).name for note in stops) == [
        "daily_item.csv",
        "mild_diagnosis.csv",
    ]
