"""Sheets imported as bureaus get them: what is read, what is left for a person, and what an audit does with it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from medaudit.errors import MedauditError
from medaudit.library import account, shelf, shown
from medaudit.library.bring import Brought, Order, bring
from medaudit.settings import Settings
from tests.library.sheets import CODES, SERVICES, batch_one, batch_seven, catalogue

Import = Callable[..., Brought]


@pytest.fixture
def brought(tmp_path: Path) -> Import:
    """Import files into `shelf` with the catalogue."""
    items = catalogue(tmp_path)

    def run(*files: Path, **more: Any) -> Brought:
        order = {"into": tmp_path / "shelf", "batch": files[0].stem, "catalogue": [items], **more}
        return bring(Order(files, **order), Settings())

    return run


def rows(tmp_path: Path, table: str) -> list[dict[str, str]]:
    with (tmp_path / "shelf" / "tables" / f"{table}.csv").open(encoding="utf-8-sig") as stream:
        return [{k: v for k, v in row.items() if v} for row in csv.DictReader(stream)]


def limits(tmp_path: Path) -> dict[str, dict[str, str]]:
    return {row["med_list_codg"]: row for row in rows(tmp_path, "catalogue_limit")}


def sheet(path: Path, *lines: list[Any], name: str = "药品限性别") -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(name)
    for i, line in enumerate(lines):
        page.write_row(i, 0, line)
    book.close()
    return path


SEX = ["药品通用名", "限定性别"]


def test_sheets_with_every_oddity_are_read(tmp_path: Path, brought: Import) -> None:
    done = brought(batch_one(tmp_path / "一.xlsx"), batch_seven(tmp_path / "七.xlsx"))
    [progesterone], [shenmai], danshen = (
        CODES[n] for n in ("黄体酮注射液", "参麦注射液", "丹参注射液")
    )
    found = limits(tmp_path)
    assert found[progesterone]["lmt_gend"] == found[shenmai]["lmt_gend"] == "2"  # 同上
    assert {found[code]["lmt_age_min"] for code in danshen} == {"14"}
    assert found[CODES["小儿氨酚黄那敏颗粒"][0]]["lmt_age_max"] == "12"
    [pair] = rows(tmp_path, "item_conflict")
    assert (pair["paid_item"], pair["denied_item"]) == (
        SERVICES["急诊监护费"],
        SERVICES["普通床位费"],
    )
    told_of = {row["med_list_codg"]: row for row in rows(tmp_path, "item_limit")}
    assert (
        told_of[SERVICES["普通床位费"]]["value"] == told_of[SERVICES["急诊监护费"]]["value"] == "1"
    )
    assert told_of[SERVICES["糖化血红蛋白测定"]]["min_gap_days"] == "60"
    assert done.batch.points == 9


def test_what_is_not_understood_is_listed_by_row_and_not_used(
    tmp_path: Path, brought: Import
) -> None:
    done = brought(batch_one(tmp_path / "一.xlsx"), batch_seven(tmp_path / "七.xlsx"))
    unused = {(one.file, one.sheet, one.row) for one in done.left if one.stops}
    assert unused == {
        ("一.xlsx", "药品限性别", 7),  # a name the catalogue does not have
        ("一.xlsx", "药品限性别", 8),  # 成人 is no sex
        ("一.xlsx", "填表说明", 0),
        ("七.xlsx", "重复收费", 3),  # a code of five figures
    }
    seen = {(one.sheet, one.row) for one in done.left if not one.stops}
    assert seen == {("药品限年龄", 4)}  # hidden, and it counts three codes where there are two


def test_every_row_of_a_table_says_where_it_stands(tmp_path: Path, brought: Import) -> None:
    brought(batch_one(tmp_path / "一.xlsx"), batch="第1批")
    source = limits(tmp_path)[CODES["黄体酮注射液"][0]]["source"]
    assert source == "第1批 · 一.xlsx›药品限性别 第 5 行 · 说明书"


def test_a_name_in_another_bracket_is_the_same_and_one_with_a_salt_is_only_proposed(
    tmp_path: Path, brought: Import
) -> None:
    path = sheet(
        tmp_path / "a.xlsx", SEX, ["复方氨基酸注射液（18AA）", "女"], ["盐酸二甲双胍缓释片", "女"]
    )
    brought(path)
    assert set(limits(tmp_path)) == set(CODES["复方氨基酸注射液(18AA)"])
    with (tmp_path / "shelf" / "proposed.csv").open(encoding="utf-8-sig") as stream:
        [near] = csv.DictReader(stream)
    assert (near["name"], near["med_list_name"]) == ("盐酸二甲双胍缓释片", "二甲双胍片")


def test_a_persons_mapping_is_used_at_the_next_import(tmp_path: Path, brought: Import) -> None:
    path = sheet(tmp_path / "a.xlsx", SEX, ["盐酸二甲双胍缓释片", "女"])
    brought(path)
    assert not (tmp_path / "shelf" / "tables" / "catalogue_limit.csv").exists()
    code = CODES["二甲双胍片"][0]
    (tmp_path / "shelf" / "mapping.csv").write_text(
        f"name,med_list_codg\n盐酸二甲双胍缓释片,{code}\n", "utf-8"
    )
    brought(path)
    assert set(limits(tmp_path)) == {code}


def test_the_same_batch_again_replaces_it(tmp_path: Path, brought: Import) -> None:
    brought(sheet(tmp_path / "a.xlsx", SEX, ["黄体酮注射液", "女"], ["阿卡波糖片", "男"]))
    brought(sheet(tmp_path / "a.xlsx", SEX, ["黄体酮注射液", "女"]))
    assert set(limits(tmp_path)) == set(CODES["黄体酮注射液"])
    assert [batch.points for batch in account.batches(tmp_path / "shelf")] == [1]


def test_a_list_that_is_replaced_stays_valid_for_its_days(tmp_path: Path, brought: Import) -> None:
    old, new = dt.date(2024, 1, 1), dt.date(2025, 7, 1)
    brought(sheet(tmp_path / "a.xlsx", SEX, ["阿卡波糖片", "女"]), batch="旧", since=old)
    brought(
        sheet(tmp_path / "b.xlsx", SEX, ["阿卡波糖片", "男"]),
        batch="新",
        since=new,
        replaces=["旧"],
    )
    spans = [
        (row["lmt_gend"], row["begndate"], row.get("enddate"))
        for row in rows(tmp_path, "catalogue_limit")
    ]
    assert sorted(spans) == [("1", "2025-07-01", None), ("2", "2024-01-01", "2025-06-30")]


def test_points_that_contradict_each_other_are_all_left_out(
    tmp_path: Path, brought: Import
) -> None:
    path = sheet(
        tmp_path / "a.xlsx", SEX, ["阿卡波糖片", "女"], ["阿卡波糖片", "男"], ["黄体酮注射液", "女"]
    )
    done = brought(path)
    assert set(limits(tmp_path)) == set(CODES["黄体酮注射液"])
    assert {one.row for one in done.left if one.stops} == {2, 3}


def test_indications_of_two_lists_are_put_together(tmp_path: Path, brought: Import) -> None:
    head = ["药品通用名", "诊断编码"]
    brought(sheet(tmp_path / "a.xlsx", head, ["阿卡波糖片", "E11"], name="适应症"), batch="1")
    brought(sheet(tmp_path / "b.xlsx", head, ["阿卡波糖片", "E10、E11"], name="适应症"), batch="2")
    assert limits(tmp_path)[CODES["阿卡波糖片"][0]]["lmt_indication"] == "E10,E11"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([["药品通用名", "颜色"], ["阿卡波糖片", "白"]], "颜色"),
        ([["a", "b"], ["1", "2"]], "列名"),
    ],
    ids=["known headings that make no list", "no known heading"],
)
def test_a_file_of_an_unknown_layout_changes_nothing(
    tmp_path: Path, brought: Import, lines: list[list[str]], why: str
) -> None:
    with pytest.raises(MedauditError, match=why):
        brought(sheet(tmp_path / "a.xlsx", *lines, name="Sheet1"))
    assert not (tmp_path / "shelf").exists()


def test_an_unknown_layout_is_told_with_the_nearest_and_what_it_lacks(
    tmp_path: Path, brought: Import
) -> None:
    with pytest.raises(MedauditError) as error:
        brought(
            sheet(
                tmp_path / "a.xlsx",
                ["药品通用名", "逻辑依据"],
                ["阿卡波糖片", "说明书"],
                name="药品区分性别使用",
            )
        )
    assert "药品通用名" in str(error.value)
    assert "最像“限定性别”，还缺少列“限定性别”" in str(error.value)


def test_dates_that_end_before_they_begin_are_left(tmp_path: Path, brought: Import) -> None:
    head = [*SEX, "生效日期", "失效日期"]
    done = brought(sheet(tmp_path / "a.xlsx", head, ["阿卡波糖片", "男", "2025-05-01", "2025-04-01"],
                         ["黄体酮注射液", "女", "2025-05-01", ""]))  # fmt: skip
    assert [one.row for one in done.left if one.stops] == [2]
    assert limits(tmp_path)[CODES["黄体酮注射液"][0]]["begndate"] == "2025-05-01"


def test_a_formula_is_not_trusted(tmp_path: Path, brought: Import) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("药品限性别")
    page.write_row(0, 0, SEX)
    page.write_row(1, 0, ["黄体酮注射液", "女"])
    page.write(2, 0, "阿卡波糖片")
    page.write_formula(2, 1, '="女"', None, "女")
    book.close()
    done = brought(tmp_path / "a.xlsx")
    assert [one.row for one in done.left if one.stops] == [3]
    assert set(limits(tmp_path)) == set(CODES["黄体酮注射液"])


def test_macros_and_links_are_told_and_never_run_or_followed(
    tmp_path: Path, brought: Import
) -> None:
    path = sheet(tmp_path / "a.xlsm", SEX, ["黄体酮注射液", "女"])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert len(brought(path).about) == 2


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.docx"])
def test_what_is_damaged_missing_or_of_another_kind_ends_with_its_name(
    tmp_path: Path, brought: Import, name: str
) -> None:
    path = tmp_path / name
    if name != "a.csv":
        path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(MedauditError, match=name):
        brought(path)


def test_all_files_that_cannot_be_read_are_told_at_once(tmp_path: Path, brought: Import) -> None:
    with pytest.raises(MedauditError) as error:
        brought(tmp_path / "a.xlsx", tmp_path / "b.csv")
    assert len(error.value.problems) == 2


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path, brought: Import) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "mine.txt").write_text("x")
    with pytest.raises(MedauditError, match="shelf"):
        brought(sheet(tmp_path / "a.xlsx", SEX, ["黄体酮注射液", "女"]))
    assert (tmp_path / "shelf" / "mine.txt").exists()


def test_two_batches_are_compared_point_by_point(tmp_path: Path, brought: Import) -> None:
    brought(
        sheet(tmp_path / "a.xlsx", SEX, ["黄体酮注射液", "女"], ["阿卡波糖片", "男"]), batch="1"
    )
    brought(sheet(tmp_path / "b.xlsx", SEX, ["阿卡波糖片", "女"], ["参麦注射液", "女"]), batch="2")
    frame = shown.changes(tmp_path / "shelf", "1", "2")
    assert dict(zip(frame["item"], frame["change"], strict=True)) == {
        "黄体酮注射液": "取消", "阿卡波糖片": "改变", "参麦注射液": "新增",
    }  # fmt: skip


def test_the_account_says_which_files_came_when(tmp_path: Path, brought: Import) -> None:
    path = sheet(tmp_path / "a.xlsx", SEX, ["黄体酮注射液", "女"])
    brought(path, batch="第1批", since=dt.date(2025, 6, 1))
    [batch] = json.loads((tmp_path / "shelf" / "knowledge.json").read_text("utf-8"))["batches"]
    assert (batch["name"], batch["since"], batch["until"]) == ("第1批", "2025-06-01", None)
    assert batch["files"] == [{"name": "a.xlsx", "sha256": shelf.hashed(path)}]


def test_what_comes_with_medaudit_is_shown_beside_what_was_imported(
    tmp_path: Path, brought: Import, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    shown.show_shelf(format="json")
    said = capsys.readouterr()
    assert "medaudit knowledge import" in said.err
    rows = {row["list"]: row for row in json.loads(said.out)}
    assert rows["限定支付（按名称）"]["rules"] == "POL03、POL04、POL07"
    assert {row["batch"] for row in rows.values()} == {"随附"}
    brought(sheet(tmp_path / "性别.xlsx", SEX, ["阿卡波糖片", "女"]))
    shown.show_shelf(tmp_path / "shelf", format="json")
    batches = {row["batch"] for row in json.loads(capsys.readouterr().out)}
    assert len(batches) == 2 and "随附" in batches


def test_a_folder_named_without_lists_in_it_ends(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="没有导入的清单"):
        shown.show_shelf(tmp_path)
