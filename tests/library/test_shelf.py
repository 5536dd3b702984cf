"""What an import never does: lose a point, a batch or a person's file, or take one item for another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import medaudit
from medaudit.errors import MedauditError
from medaudit.library import account, shelf, shown
from medaudit.library.bring import Brought, Order, bring
from medaudit.library.match import Catalogue, Item
from medaudit.settings import Settings
from tests.library.sheets import CODES, SERVICES, catalogue
from tests.library.test_import import SEX, rows, sheet

ACARBOSE = CODES["阿卡波糖片"][0]


def put(
    tmp_path: Path, name: str, *lines: list[Any], title: str = "药品限性别", **order: Any
) -> Brought:
    path = sheet(tmp_path / f"{name}.xlsx", *lines, name=title)
    items = [catalogue(tmp_path)]
    return bring(Order([path], tmp_path / "shelf", catalogue=items, **order), Settings())


def sex(tmp_path: Path, name: str, limit: str, **order: Any) -> Brought:
    return put(tmp_path, name, SEX, ["阿卡波糖片", limit], **order)


def table(tmp_path: Path, name: str) -> list[dict[str, str]]:
    path = tmp_path / "shelf" / "tables" / f"{name}.csv"
    return rows(tmp_path, name) if path.exists() else []


def days(tmp_path: Path) -> dict[str, tuple[str, str]]:
    """Sex → first and last day of the limit."""
    rows = table(tmp_path, "catalogue_limit")
    return {row["lmt_gend"]: (row.get("begndate", ""), row.get("enddate", "")) for row in rows}


# ---- which item ----

ITEMS = [
    Item("XB05DAF1", "腹膜透析液(15%)", ""), Item("T000700202", "阿胶", ""), Item("ZA09BAA0001010100001", "阿胶", ""),
    Item("XA10BFA148A001010100001", "阿卡波糖片", "XA10BF"), Item("XA10BFA148A001010100001", "拜唐苹", "XA10BF"),
]  # fmt: skip
MATCHES: list[tuple[str, str, str, int]] = [
    ("腹膜透析液(1.5%)", "", "", 0),
    ("阿胶", "", "kinds", 0),
    ("拜唐苹", "", "name", 1),
    ("黄体酮注射液", "XA10BFA148A001010100001", "other", 0),
    ("阿卡波糖", "XA10BFA148A001010100001", "code", 1),
    ("", "XA10BF", "generic", 1),
    ("", "XA10BAE148A0010101", "part", 0),
]


@pytest.mark.parametrize(("name", "code", "how", "number"), MATCHES)
def test_an_item_is_taken_for_no_other(name: str, code: str, how: str, number: int) -> None:
    matched = Catalogue(ITEMS, {}).match(name, code)
    assert (matched.how, len(matched.codes)) == (how, number)


def test_a_mapping_to_a_code_that_is_not_in_the_catalogue_is_told_and_not_used() -> None:
    told = Catalogue(ITEMS, {"胶": ["abc", "T000700202"]})
    assert told.unknown == [("胶", "abc")]
    assert told.match("胶", "").codes == ("T000700202",)


def test_a_price_without_a_code_limits_nothing(tmp_path: Path) -> None:
    heads = ["医疗服务项目名称", "项目代码", "最高限价"]
    code = SERVICES["糖化血红蛋白测定"]
    told = put(
        tmp_path,
        "限价",
        heads,
        ["糖化血红蛋白测定", "", 50],
        ["普通床位费", SERVICES["普通床位费"], 40],
        title="限价",
    )
    assert [row["med_list_codg"] for row in table(tmp_path, "price_limit")] == [
        SERVICES["普通床位费"]
    ]
    assert code not in str(table(tmp_path, "price_limit"))
    assert any("不按名称" in one.why for one in told.left)


def test_a_second_line_drug_of_which_one_first_line_drug_is_unknown_is_left_out(
    tmp_path: Path,
) -> None:
    heads = ["药品通用名", "一线药品通用名"]
    told = put(
        tmp_path, "二线", heads, ["阿卡波糖片", "二甲双胍片、格列美脲片"], title="限二线使用"
    )
    assert table(tmp_path, "drug_line") == []
    assert [one.why for one in told.left if one.stops] == ["目录里没有“格列美脲片”"]


# ---- when ----


def test_a_replaced_batch_imported_again_stays_replaced(tmp_path: Path) -> None:
    sex(tmp_path, "旧", "女", since=dt.date(2024, 1, 1))
    sex(tmp_path, "新", "男", since=dt.date(2025, 7, 1), replaces=["旧"])
    sex(tmp_path, "旧", "女", batch="旧", since=dt.date(2024, 1, 1))
    assert days(tmp_path) == {"2": ("2024-01-01", "2025-06-30"), "1": ("2025-07-01", "")}


def test_when_the_new_batch_begins_later_the_old_one_lasts_longer(tmp_path: Path) -> None:
    sex(tmp_path, "旧", "女", since=dt.date(2024, 1, 1))
    sex(tmp_path, "新", "男", since=dt.date(2025, 7, 1), replaces=["旧"])
    sex(tmp_path, "新", "男", batch="新", since=dt.date(2025, 10, 1))
    assert days(tmp_path) == {"2": ("2024-01-01", "2025-09-30"), "1": ("2025-10-01", "")}


def test_a_batch_that_is_replaced_whole_is_told(tmp_path: Path) -> None:
    sex(tmp_path, "旧", "女", since=dt.date(2024, 7, 1))
    told = sex(tmp_path, "新", "男", since=dt.date(2024, 1, 1), replaces=["旧"])
    assert [name for name, note in told.about if "完全取代" in note] == ["旧"]
    assert days(tmp_path) == {"1": ("2024-01-01", "")}


def test_a_point_valid_only_outside_its_batch_is_told(tmp_path: Path) -> None:
    heads = [*SEX, "生效日期"]
    told = put(
        tmp_path, "a", heads, ["阿卡波糖片", "女", "2026-01-01"], until=dt.date(2025, 12, 31)
    )
    assert table(tmp_path, "catalogue_limit") == []
    assert any("批次之外" in one.why for one in told.left)


# Tables, and two lists of it that say one thing, then two things, of one item.
LISTS: dict[str, tuple[list[str], list[Any], list[Any]]] = {
    "item_limit": (
        ["医疗服务项目名称", "限定频次"],
        ["普通床位费", "1次/日"],
        ["普通床位费", "2次/日"],
    ),
    "price_limit": (
        ["项目代码", "最高限价"],
        [SERVICES["普通床位费"], 40],
        [SERVICES["普通床位费"], 50],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_agree_are_one_row_a_day_and_those_that_do_not_are_left_out(
    tmp_path: Path, name: str
) -> None:
    heads, one, two = LISTS[name]
    put(tmp_path, "a", heads, one, since=dt.date(2025, 1, 1), until=dt.date(2025, 12, 31))
    put(tmp_path, "b", heads, one, since=dt.date(2025, 1, 1))
    spans = [(row["begndate"], row.get("enddate", "")) for row in table(tmp_path, name)]
    assert spans == [("2025-01-01", "2025-12-31"), ("2026-01-01", "")]
    told = put(tmp_path, "c", heads, two, since=dt.date(2026, 7, 1))
    spans = [(row["begndate"], row.get("enddate", "")) for row in table(tmp_path, name)]
    assert spans == [("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-06-30")]
    assert any("矛盾" in one.why for one in told.left)


def test_an_audit_goes_on_where_all_points_contradict_each_other(tmp_path: Path) -> None:
    sex(tmp_path, "a", "女")
    sex(tmp_path, "b", "男")
    data = tmp_path / "data"
    data.mkdir()
    (data / "settlement.csv").write_text(
        "setl_id,psn_no,fixmedins_code,med_type,begndate,enddate,medfee_sumamt,fund_pay_sumamt\n"
        "S1,P1,H1,11,2024-03-03,2024-03-03,100,60\n",
        "utf-8",
    )
    assert medaudit.audit(data, knowledge=[tmp_path / "shelf"], select=["STY"]).findings.empty


def test_of_two_lists_both_are_named_and_of_many_how_many(tmp_path: Path) -> None:
    heads = ["药品通用名", "诊断编码"]
    put(tmp_path, "a", heads, *(["阿卡波糖片", f"E{n}"] for n in range(10, 15)), title="限适应症")
    [row] = table(tmp_path, "catalogue_limit")
    assert "第 2 行" in row["source"] and "第 6 行" in row["source"] and "共 5 行" in row["source"]


def test_a_list_too_long_to_be_judged_by_is_told(tmp_path: Path) -> None:
    codes = "、".join(f"E{n % 90 + 10}.{n // 90:03}" for n in range(4_000))
    told = put(tmp_path, "a", ["药品通用名", "诊断编码"], ["阿卡波糖片", codes], title="限适应症")
    assert table(tmp_path, "catalogue_limit") == []
    assert any("清单太长" in one.why for one in told.left)


# ---- what stands in the folder ----


def test_a_persons_files_stay(tmp_path: Path) -> None:
    sex(tmp_path, "a", "女")
    own, old = tmp_path / "shelf" / "tables" / "price_limit.csv", tmp_path / "shelf.old"
    own.write_text("med_list_codg,lmt_pric\nX,1\n")
    (tmp_path / "shelf" / "notes.txt").write_text("mine")
    old.mkdir()
    sex(tmp_path, "b", "女")
    assert own.exists() and (tmp_path / "shelf" / "notes.txt").exists() and old.exists()


def test_another_list_of_the_same_file_name_is_not_taken_for_a_correction(tmp_path: Path) -> None:
    sex(tmp_path, "附件1", "女")
    with pytest.raises(MedauditError, match="已有同名的批次"):
        put(tmp_path, "附件1", SEX, ["黄体酮注射液", "女"])
    told = put(tmp_path, "附件1", SEX, ["黄体酮注射液", "女"], batch="附件1")
    assert ("附件1", "换掉了原有的 1 条") in told.about


def test_a_list_without_a_point_replaces_nothing(tmp_path: Path) -> None:
    sex(tmp_path, "a", "女")
    told = sex(tmp_path, "a", "不明", batch="a")
    assert told.batch is None
    assert [one.points for one in account.batches(tmp_path / "shelf")] == [1]


DAMAGES = {
    "points.parquet": None, "catalogue.parquet": "x", "mapping.csv": "名称,代码\n甲,乙\n", "knowledge.json": '{"batches": []}',
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_shelf_ends_with_the_name_of_the_file_and_stays_as_it_was(
    tmp_path: Path, name: str
) -> None:
    sex(tmp_path, "a", "女")
    path, damage = tmp_path / "shelf" / name, DAMAGES[name]
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage, "utf-8")
    items = sheet(tmp_path / "b.xlsx", SEX, ["黄体酮注射液", "女"])
    with pytest.raises(MedauditError, match=name):
        bring(Order([items], tmp_path / "shelf"), Settings())
    assert table(tmp_path, "catalogue_limit")


def test_a_mapping_saved_by_a_spreadsheet_in_its_own_encoding_is_read(tmp_path: Path) -> None:
    sex(tmp_path, "a", "女")
    (tmp_path / "shelf" / "mapping.csv").write_bytes(
        f"name,med_list_codg\n仙丹,{ACARBOSE}\n".encode("gb18030")
    )
    put(tmp_path, "b", SEX, ["仙丹", "女"])
    assert shelf.mapping(tmp_path / "shelf") == {"仙丹": [ACARBOSE]}
    assert days(tmp_path) == {"2": ("", "")}


@pytest.mark.parametrize("place", [".", "file"])
def test_a_place_that_cannot_be_a_shelf_is_told(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    path = sheet(tmp_path / "a.xlsx", SEX, ["阿卡波糖片", "女"])
    with pytest.raises(MedauditError, match="--to"):
        bring(Order([path], Path(place)), Settings())


def test_what_was_dropped_from_a_list_of_several_rows_is_seen(tmp_path: Path) -> None:
    heads = ["药品通用名", "诊断编码"]
    put(tmp_path, "1", heads, ["阿卡波糖片", "E11"], ["阿卡波糖片", "E10"], title="限适应症")
    put(tmp_path, "2", heads, ["阿卡波糖片", "E11"], title="限适应症")
    [row] = shown.changes(tmp_path / "shelf", "1", "2").to_dict("records")
    assert (row["change"], row["after"]) == ("改变", "限定适应症 E11")
    assert "E10" in row["before"]
