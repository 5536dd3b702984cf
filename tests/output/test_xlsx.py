from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from medaudit.errors import MedauditError
from medaudit.language import speak
from medaudit.output import xlsx
from medaudit.output.xlsx import write_sheet, write_xlsx

COVER: list[tuple[str, object]] = [
    ("读取的数据", None),
    ("结算", 12345),
    ("跳过的规则", "IDN03：缺少 person.death_date"),
]

FILLING = """
import resource, signal, sys
import pandas as pd
from medaudit.errors import MedauditError
from medaudit.output.xlsx import write_sheet
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    write_sheet({path!r}, [pd.DataFrame({{"n": range(3_000)}})])
except MedauditError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def book(suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path) -> Workbook:
    write_xlsx(tmp_path / "run.xlsx", COVER, suspects, [findings], len(findings))
    assert [path.name for path in tmp_path.iterdir()] == ["run.xlsx"]
    return openpyxl.load_workbook(tmp_path / "run.xlsx")


def cell(sheet: Any, head: str, row: int) -> Any:
    return sheet.cell(row, [title.value for title in sheet[1]].index(head) + 1)


def test_there_is_a_sheet_for_each_subject_type_that_has_suspects(book: Workbook) -> None:
    assert book.sheetnames == ["概况", "机构", "药店", "患者", "疑点明细"]


def test_sheets_headings_and_labels_are_english_in_an_english_run(
    suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path
) -> None:
    speak("en")
    write_xlsx(tmp_path / "run.xlsx", [], suspects, [findings], len(findings))
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert book.sheetnames == ["Overview", "Institutions", "Pharmacies", "Patients", "Findings"]
    assert [cell.value for cell in book["Findings"]["C"]] == [
        "Level", "suspected", "violation", "lead",
    ]  # fmt: skip


def test_the_overview_says_what_the_run_said(book: Workbook) -> None:
    cells = [(a.value, b.value) for a, b in book["概况"]["A1:B3"]]
    assert cells == [("读取的数据", None), ("结算", 12345), COVER[2]]


def test_headings_stay_and_every_list_can_be_filtered(book: Workbook) -> None:
    assert book["疑点明细"].freeze_panes == "B2"
    assert book["疑点明细"].auto_filter.ref == "A1:Q4"
    assert book["机构"].freeze_panes == "D2"
    assert book["机构"].auto_filter.ref == "A1:I3"


def test_ids_are_text_and_keep_their_zeros(book: Workbook) -> None:
    sheet = book["疑点明细"]
    setl_id = cell(sheet, "结算ID", 2)
    assert (setl_id.value, setl_id.data_type) == ("000000000000000000000012345678", "s")
    assert setl_id.number_format == "@"
    assert cell(sheet, "人员编号", 3).value == "007"
    assert cell(sheet, "医师编码", 3).value is None


def test_money_and_dates_are_numbers_with_a_format(book: Workbook) -> None:
    sheet = book["疑点明细"]
    amount, day = cell(sheet, "涉及基金(元)", 2), cell(sheet, "发生日期", 2)
    assert (amount.value, amount.number_format) == (8641.92, "#,##0.00")
    assert (day.value, day.number_format) == (datetime(2025, 3, 8), "yyyy-mm-dd")
    assert cell(sheet, "涉及基金(元)", 3).value == -0.5


def test_nothing_is_a_formula_or_a_link(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    told = cell(book["疑点明细"], "疑点说明", 3).value
    assert told == '=HYPERLINK("http://example.com","静脉输液")'


def test_numbers_kept_as_text_bear_no_green_triangles(book: Workbook, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "run.xlsx") as archive:
        findings = archive.read("xl/worksheets/sheet5.xml").decode()
    assert '<ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/>' in findings


def test_a_rule_is_called_by_its_title_where_that_is_known(
    suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path
) -> None:
    write_xlsx(tmp_path / "run.xlsx", [], suspects, [findings], 3, {"STY02": "分解住院"})
    rules = openpyxl.load_workbook(tmp_path / "run.xlsx")["疑点明细"]["B"]
    assert [rule.value for rule in rules] == ["规则", "STY02 分解住院", "BIL01", "LNK01"]


def test_evidence_is_told_in_words_where_they_are_given(
    suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path
) -> None:
    words = {"gap": "间隔天数", "dise_name": "病种名称"}
    write_xlsx(
        tmp_path / "run.xlsx", [], suspects, [findings], 3,
        named=lambda key: words.get(key, key), said=lambda key, value: "三" if key == "gap" else value,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "run.xlsx")["疑点明细"]
    assert cell(sheet, "证据", 2).value.startswith("间隔天数：三；病种名称：社区获得性肺炎")


def test_money_beyond_the_peers_is_called_so_and_the_reasons_stand_before_the_codes(
    book: Workbook,
) -> None:
    heads = {name: [cell.value for cell in book[name][1]] for name in ("机构", "药店", "患者")}
    assert ["超额基金(元)" in told for told in heads.values()] == [True, True, False]
    assert "涉及基金(元)" in heads["患者"]
    assert all(told[-2:] == ["主要疑点", "涉及规则"] for told in heads.values())


def test_columns_fit_chinese_and_long_texts_wrap(book: Workbook) -> None:
    sheet = book["机构"]
    assert sheet["H1"].value == "主要疑点"
    assert sheet["H2"].alignment.wrap_text
    assert sheet.column_dimensions["C"].width >= 2 * len("仁爱康复专科医院")
    assert sheet.column_dimensions["B"].width >= len("H46010500002")
    assert sheet.column_dimensions["H"].width <= 61


def test_another_reader_finds_the_same(book: Workbook, tmp_path: Path) -> None:
    sheet = CalamineWorkbook.from_path(tmp_path / "run.xlsx").get_sheet_by_name("疑点明细")
    heads, first, *_ = sheet.to_python()
    told = dict(zip(heads, first, strict=True))
    assert told["结算ID"] == "000000000000000000000012345678"
    assert told["发生日期"] == date(2025, 3, 8)
    assert str(told["证据"]).startswith("gap：3；dise_name：社区获得性肺炎")


def test_what_does_not_fit_is_counted_on_the_overview(
    suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 4)
    read = []

    def batches() -> Iterator[pd.DataFrame]:
        for number in range(5):
            read.append(number)
            yield findings

    write_xlsx(tmp_path / "run.xlsx", COVER, suspects, batches(), 1234)
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert book["疑点明细"].max_row == 1 + 4
    assert read == [0, 1]
    name, note = (cell.value for cell in book["概况"][4])
    assert name == "疑点明细"
    assert "1,230" in str(note)


def test_a_run_without_findings_has_its_headings_all_the_same(
    suspects: pd.DataFrame, tmp_path: Path
) -> None:
    write_xlsx(tmp_path / "run.xlsx", [], suspects.head(0), [], 0)
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert book.sheetnames == ["概况", "疑点明细"]
    assert book["疑点明细"]["A1"].value == "疑点编号"


def test_odd_cells_do_not_break_the_workbook(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "reason": ["甲" * 40_000, "a\x00b\x1b", "=1+1"],
            "when": [datetime(2025, 1, 2, 3, 4), None, None],
            "born": [date(1899, 1, 1), None, None],
            "x": [float("inf"), 1.5, None],
            "psn_no": [12345, None, "01"],
        }
    )
    write_sheet(tmp_path / "a.xlsx", [frame], {str(n): str(n).upper() for n in frame}, "清单")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["清单"]
    assert [cell.value for cell in sheet[1]] == ["REASON", "WHEN", "BORN", "X", "PSN_NO"]
    assert len(sheet["A2"].value) == 32_767
    assert sheet["B2"].value == datetime(2025, 1, 2, 3, 4)
    assert sheet["C2"].value == "1899-01-01"
    assert sheet["D2"].value is None
    assert sheet["E2"].value == "12345"


def test_a_failure_leaves_the_old_workbook_and_nothing_beside_it(
    suspects: pd.DataFrame, findings: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "run.xlsx"
    path.write_text("old")

    def broken() -> Iterator[pd.DataFrame]:
        yield findings
        raise ValueError

    with pytest.raises(ValueError):
        write_xlsx(path, COVER, suspects, broken(), 9)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("run.xlsx", "old")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_a_disk_that_fills_up_is_explained_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    program = FILLING.format(limit=limit, path=str(tmp_path / "run.xlsx"))
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, cwd=Path(__file__).parents[2], check=False)
    assert done.stderr.decode().startswith(f"{tmp_path / 'run.xlsx'}: 文件超过了")
    assert b"Exception" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_explained(suspects: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="先建立文件夹"):
        write_xlsx(tmp_path / "no" / "run.xlsx", [], suspects, [], 0)
