"""cases.xlsx, cases.csv and cases.json: what an inspector opens, and what comes back."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from medaudit.export import sheets, tables
from medaudit.export.decisions import COLUMNS, RETURNED
from medaudit.export.load import LINES
from medaudit.export.page import sheet_title
from medaudit.export.wanted import Wanted
from medaudit.language import speak
from tests.export.conftest import loaded

SPLIT = "STY02-9d8322530b67e236"
HOSTILE = "=cmd|' /C calc'!A0 [x]:*?/\\ <script>alert(1)</script>" + "长" * 60


def book(run: Path, place: Path, wanted: Wanted | None = None, **states: str) -> Any:
    with loaded(run, wanted, **states) as load:
        sheets.write(place / "cases.xlsx", load, "E2026-0001")
    return openpyxl.load_workbook(place / "cases.xlsx")


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_first_sheet_lists_and_each_case_has_one(run: Path, tmp_path: Path) -> None:
    made = book(run, tmp_path)
    assert made.sheetnames == ["案件清单", "结果登记", "01 青禾县人民医院", "02 县中医院"]
    row = [cell.value for cell in made["案件清单"][4]]
    assert row[:8] == [1, "机构", "青禾县人民医院", "H1", 0.828, 2600, 3, "STY02×2 BIL02×1"]
    assert "分解住院 2 条（2,600.00 元）" in row[8]


def test_a_case_has_all_an_inspector_needs(run: Path, tmp_path: Path) -> None:
    told = texts(book(run, tmp_path)["01 青禾县人民医院"])
    for head in (
        "对象",
        "疑点（3 条）",
        "疑点背后的费用明细",
        "时间线",
        "先排除的正常情形",
        "下一步",
        "依据（条款号）",
        "核查记录（手写）",
    ):
        assert head in told, head
    assert SPLIT in told
    assert "普通床位费" in told
    assert "《医疗保障基金使用监督管理条例》第38条第（1）项" in told
    # 39 of the 40 beds are beyond the one a day; each is a line, dearest first.
    assert told.count("普通床位费") == 39


def test_what_is_cited_is_numbers_and_not_wording(run: Path, tmp_path: Path) -> None:
    told = texts(book(run, tmp_path)["01 青禾县人民医院"])
    assert not [text for text in told if text.startswith("《医疗保障") and "：" in text]


def test_it_prints_on_a4_with_headings_on_each_page(run: Path, tmp_path: Path) -> None:
    for sheet in book(run, tmp_path).worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert "E2026-0001" in sheet.oddFooter.left.text


def test_ids_are_text_money_and_days_are_not(run: Path, tmp_path: Path) -> None:
    form = book(run, tmp_path)["结果登记"]
    row = dict(zip(COLUMNS, form[2], strict=True))
    assert row["finding_id"].data_type == row["setl_id"].data_type == "s"
    assert row["fund_money"].data_type == "n"
    assert row["occurred_on"].is_date


def test_the_form_takes_only_what_can_come_back(run: Path, tmp_path: Path) -> None:
    form = book(run, tmp_path)["结果登记"]
    heads = [cell.value for cell in form[1]][: len(RETURNED)]
    assert heads == ["疑点编号", "结论", "查实金额", "说明", "检查人", "排除截止日"]
    rules = {rule.type: rule for rule in form.data_validations.dataValidation}
    assert rules["list"].formula1 == '"查实,排除,移送"'
    assert str(rules["list"].sqref) == "B2:B6"  # five findings, each once
    assert set(rules) == {"list", "decimal", "date"}
    ids = [form.cell(row, 1).value for row in range(2, 7)]
    assert len(set(ids)) == 5
    assert form.cell(7, 1).value is None


def test_in_english_the_form_is_english(run: Path, tmp_path: Path) -> None:
    speak("en")
    made = book(run, tmp_path)
    form = made["Decisions"]
    assert [cell.value for cell in form[1]][: len(RETURNED)] == list(RETURNED)
    assert form.data_validations.dataValidation[0].formula1 == '"confirmed,dismissed,escalated"'
    told = texts(made["01 青禾县人民医院"])
    assert any(text.startswith("Left on 2025-03-08, back in the same") for text in told)
    assert not any("出院" in text for text in told)


def test_what_was_decided_before_is_marked(run: Path, tmp_path: Path) -> None:
    made = book(run, tmp_path, **{SPLIT: "confirmed"})
    assert any("已查实" in text for text in texts(made["01 青禾县人民医院"]))
    assert "已查实" in texts(made["结果登记"])


def test_hostile_names_are_text_everywhere(changed: Callable[..., Path], tmp_path: Path) -> None:
    name = HOSTILE.replace("'", "''")
    place = changed(
        suspects=f"SELECT * REPLACE (CASE subject_id WHEN 'H1' THEN '{name}' ELSE subject_name END AS subject_name) FROM t",
        records__institution=f"SELECT * REPLACE ('{name}' AS fixmedins_name) FROM t",
        findings="SELECT * REPLACE ('=1+1' || chr(1) || reason AS reason) FROM t",
    )
    made = book(place, tmp_path)
    cells = [cell for sheet in made for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    title = made.sheetnames[2]
    assert title.startswith("01 =cmd")
    assert len(title) <= 31
    with loaded(place) as load:
        tables.write_cases_csv(tmp_path / "cases.csv", load, "E2026-0001")
    rows = list(csv.DictReader((tmp_path / "cases.csv").read_text("utf-8-sig").splitlines()))
    assert {row["told"][0] for row in rows} == {"'"}


def test_names_of_sheets_fit_and_differ() -> None:
    taken: set[str] = {"结果登记"}
    long = "极" * 40
    one = sheet_title(1, long, taken)
    assert one == "01 " + "极" * 28
    again = sheet_title(1, long, taken)
    assert again == "01 " + "极" * 24 + " (2)"
    assert sheet_title(2, "a/b:c*'", taken) == "02 a b c"
    assert sheet_title(3, "", taken) == "03"
    # Excel counts characters beyond the basic plane as two.
    assert len(sheet_title(4, "𠮷" * 40, taken)) == 3 + 14


def test_a_case_of_fifty_thousand_lines_is_bounded_and_quick(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    many = "SELECT t.* REPLACE (feedetl_sn || '-' || n AS feedetl_sn) FROM t, range(1250) r(n) WHERE setl_id = 'S4'"
    place = changed(records__fee_item=many, finding_lines=many)
    begun = time.monotonic()
    with loaded(place) as load:
        sheets.write(tmp_path / "cases.xlsx", load, "E1")
        tables.write_cases_json(tmp_path / "cases.json", load, {})
    assert time.monotonic() - begun < 30
    told = texts(openpyxl.load_workbook(tmp_path / "cases.xlsx")["01 青禾县人民医院"])
    more = 39 * 1250 - LINES
    assert f"另有 {more:,} 条未列入本表，见 cases.csv 与 cases.json" in told
    document = json.loads((tmp_path / "cases.json").read_text("utf-8"))
    [beds] = [
        one for one in document["findings"] if one["rule"] == "BIL02" and one["setl_id"] == "S4"
    ]
    assert len(beds["result_3101"]["judge_result_detail_dtos"]) == 39 * 1250


def test_many_findings_are_counted_beyond_the_bound(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    copies = "SELECT * REPLACE (finding_id || '-' || n AS finding_id) FROM t, range(100) r(n)"
    copies = copies.replace("SELECT *", "SELECT t.*")
    place = changed(findings=copies, claims=copies)
    made = book(place, tmp_path)
    assert any("另有 100 条" in text for text in texts(made["01 青禾县人民医院"]))
    assert made["结果登记"].max_row == 1 + 500  # the form has all of them


def test_the_csv_has_the_forms_columns_and_a_mark_for_excel(run: Path, tmp_path: Path) -> None:
    with loaded(run) as load:
        tables.write_cases_csv(tmp_path / "cases.csv", load, "E2026-0001")
    raw = (tmp_path / "cases.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == list(COLUMNS)
    assert {row["decision"] + row["confirmed_amount"] + row["who"] for row in rows} == {""}
    assert {row["case"] for row in rows} == {"E2026-0001-01", "E2026-0001-02"}
    assert {row["level"] for row in rows} == {"suspected", "violation"}


def test_the_json_has_results_as_the_interface_wants_them(run: Path, tmp_path: Path) -> None:
    with loaded(run, **{SPLIT: "escalated"}) as load:
        tables.write_cases_json(tmp_path / "cases.json", load, {"number": "E2026-0001"})
    document = json.loads((tmp_path / "cases.json").read_text("utf-8"))
    assert document["about"]["number"] == "E2026-0001"
    assert [case["subject_id"] for case in document["suspects"]] == ["H1", "H2"]
    found = {one["finding_id"]: one for one in document["findings"]}
    assert found[SPLIT]["state"] == "escalated"
    assert found[SPLIT]["result_3101"]["vola_amt"] == 1600
    assert found[SPLIT]["result_3101"]["jr_id"] == SPLIT
    assert "person_tel" not in found[SPLIT]


def test_a_case_without_findings_can_come_back_too(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    place = changed(
        suspects="SELECT * REPLACE (0 AS findings) FROM t",
        claims="FROM t WHERE subject_id <> 'H2'",
    )
    form = book(place, tmp_path)["结果登记"]
    row = dict(zip(COLUMNS, (cell.value for cell in form[5]), strict=True))
    assert (row["finding_id"], row["case"]) == (None, "E2026-0001-02")
    assert (row["subject_type"], row["subject_id"]) == ("institution", "H2")


@pytest.mark.parametrize("kind", ["doctor", "settlement"])
def test_every_kind_of_case_can_be_written(run: Path, tmp_path: Path, kind: str) -> None:
    made = book(run, tmp_path, Wanted((kind,)))
    assert len(made.sheetnames) > 2
