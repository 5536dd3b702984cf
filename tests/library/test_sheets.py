"""What a sheet is taken for, where its tables begin and end, and which of its rows are used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from medaudit.errors import MedauditError
from medaudit.library.points import Told, points_of
from medaudit.library.sheets import Sheet, read
from medaudit.library.values import plain

LOGIC = ["药品通用名", "检出逻辑"]
SEX, AGE = ["药品通用名", "限定性别"], ["药品通用名", "限定年龄"]
ONE, TWO = "001102000030000", "001109000010000"
ROW = ["阿卡波糖片", "见说明书"]


def told(*rows: Sequence[str], name: str = "Sheet1", file: str = "a.xlsx") -> Told:
    return points_of(Sheet(Path(file), name, [[plain(cell) for cell in row] for row in rows]))


def values(one: Told) -> list[tuple[str, str, dict[str, str]]]:
    return [(point.layout, point.name, dict(point.values)) for point in one.points]


def lists(one: Told) -> set[str]:
    return {point.layout for point in one.points}


@pytest.mark.parametrize(
    ("file", "name", "notes", "layout"),
    [
        ("药品限儿童、限新生儿知识点.xlsx", "限儿童", "", {"child"}),
        ("药品限儿童、限新生儿知识点.xlsx", "限新生儿", "", {"newborn"}),
        ("药品限儿童、限新生儿知识点.xlsx", "Sheet1", "", set()),
        ("药品限儿童、限新生儿知识点.xlsx", "Sheet1", "附件1 限儿童", {"child"}),
        ("中药饮片单复方均不予支付及单方不予支付.xlsx", "单方不予支付", "", {"single"}),
        ("中药饮片单复方均不予支付及单方不予支付.xlsx", "单复方均不予支付", "", {"unpaid"}),
        ("限工伤和限生育.xlsx", "限工伤", "", {"injury"}),
        ("限工伤和限生育.xlsx", "限生育", "", {"birth"}),
        ("限工伤.xlsx", "Sheet1", "", {"injury"}),
        ("限工伤.xlsx", "药品清单2025年", "", {"injury"}),
        ("药品限工伤保险知识点.xlsx", "工伤保险", "", {"injury"}),
        ("限工伤.xlsx", "互联网医院", "", set()),
        ("不限儿童.xlsx", "Sheet1", "", set()),
    ],
)
def test_a_sheet_goes_by_its_own_name_then_the_notes_then_the_file(
    file: str, name: str, notes: str, layout: set[str]
) -> None:
    assert lists(told([notes], LOGIC, ROW, name=name, file=file)) == layout


def test_a_title_that_names_two_lists_is_refused_with_both() -> None:
    [left] = told(LOGIC, ROW, file="限工伤和限生育.xlsx").left
    assert "限工伤保险" in left.why and "限生育保险" in left.why and left.stops


def test_headings_of_two_rows_are_read_together() -> None:
    found = told(
        ["", "项目A", "", "项目B", "", ""],
        ["序号", "名称", "代码", "项目名称", "项目代码", "备注"],
        ["1", "监护", ONE, "床位", TWO, ""],
    )
    [point] = found.points
    assert (point.code, point.other_code, point.layout) == (ONE, TWO, "pair")


def test_merged_headings_of_two_rows_are_read_together(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("重复收费")
    page.merge_range(0, 0, 1, 0, "序号")
    page.merge_range(0, 1, 0, 2, "项目A")
    page.merge_range(0, 3, 0, 4, "项目B")
    page.merge_range(0, 5, 1, 5, "逻辑依据")
    page.write_row(1, 1, ["名称", "代码", "名称", "代码"])
    page.write_row(2, 0, ["1", "监护", ONE, "床位", TWO, "内涵"])
    book.close()
    [sheet], _ = read(tmp_path / "a.xlsx")
    [point] = points_of(sheet).points
    assert (point.name, point.code, point.other_name, point.other_code, point.basis) == (
        "监护", ONE, "床位", TWO, "内涵",
    )  # fmt: skip


def test_tables_below_each_other_are_both_read() -> None:
    found = told(SEX, ["甲", "女"], [], ["二、限年龄"], AGE, ["乙", "≥14岁"], ["丙", "?"])
    assert values(found) == [("sex", "甲", {"lmt_gend": "2"}), ("age", "乙", {"lmt_age_min": "14"})]
    assert [(left.row, left.stops) for left in found.left] == [(7, True)]
    assert found.layout and found.layout.zh == "限定性别、限定年龄"


def test_a_table_of_unknown_headings_is_not_read_as_rows_of_the_one_above() -> None:
    found = told(["限儿童"], LOGIC, ROW, ["药品通用名", "医保支付范围"], ["乙", "略"])
    assert [point.name for point in found.points] == ["阿卡波糖片"]
    assert [(left.row, "医保支付范围" in left.why) for left in found.left] == [(4, True)]


def test_a_table_without_rows_ends_where_another_begins() -> None:
    assert values(told(["限儿童"], LOGIC, AGE, ["乙", "≥14岁"])) == [
        ("age", "乙", {"lmt_age_min": "14"})
    ]


def test_tables_of_the_same_headings_go_by_their_own_titles() -> None:
    found = told(
        ["一、限工伤"], LOGIC, ROW, [], ["二、限生育"], LOGIC, ROW, LOGIC, ROW, name="险种"
    )
    assert [point.layout for point in found.points] == ["injury", "birth", "birth"]
    assert not found.left


def test_the_last_row_of_a_table_is_no_title_of_the_next() -> None:
    found = told(["限工伤"], LOGIC, ROW, ["参麦注射液"], [], AGE, ["乙", "≥14岁"], name="险种")
    assert [point.name for point in found.points] == ["阿卡波糖片", "参麦注射液", "乙"]


def test_tables_side_by_side_are_both_read() -> None:
    found = told(
        ["序号", *SEX, "序号", *SEX], ["1", "甲", "女", "2", "乙", "男"], ["3", "丙", "女"]
    )
    assert [(name, one["lmt_gend"]) for _, name, one in values(found)] == [
        ("甲", "2"), ("丙", "2"), ("乙", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "row", "expected"),
    [
        ([*LOGIC, *LOGIC], ["甲", "x", "乙", "x"], [("child", "甲"), ("child", "乙")]),
        ([*SEX, *AGE], ["甲", "女", "乙", "≥14岁"], [("sex", "甲"), ("age", "乙")]),
        (["药品代码", "国家医保代码", *SEX], ["", "", "甲", "女"], [("sex", "甲")]),
        ([*SEX[::-1], *AGE[::-1]], ["女", "甲", "≥14岁", "乙"], []),
    ],
    ids=[
        "lists by their title",
        "different lists",
        "two codes of one item",
        "whose limit is not clear",
    ],
)
def test_tables_side_by_side_each_have_their_items(
    heading: list[str], row: list[str], expected: list[tuple[str, str]]
) -> None:
    found = told(heading, row, name="限儿童")
    assert [(point.layout, point.name) for point in found.points] == expected
    assert bool(found.left) != bool(expected)


def test_two_columns_of_the_same_limit_are_refused() -> None:
    [left] = told([*AGE, "年龄范围"], ["甲", "≥14岁", "≥6岁"]).left
    assert "限定年龄" in left.why and "年龄范围" in left.why


def test_what_stands_above_the_headings_and_is_more_than_notes_is_told() -> None:
    found = told(["规则", "含义"], ["甲", "一"], ["乙", "二"], SEX, ["甲", "女"])
    assert "1–3" in found.left[0].why and len(found.points) == 1


def test_headings_far_down_are_found() -> None:
    assert lists(told(*[["说明文字"]] * 40, SEX, ["甲", "女"])) == {"sex"}


@pytest.mark.parametrize(
    ("cell", "is_note"),
    [
        ("注：以说明书为准", True),
        ("注1.以说明书为准", True),
        ("备注:以说明书为准", True),
        ("填表说明：略", True),
        ("注射用青霉素钠", False),
        ("注射用重组人凝血因子Ⅷ(含冻干粉针剂及配套溶剂、按效价规格分别列示的全部品种)", False),
        ("来源不明的药品", False),
        ("1.阿卡波糖片", False),
        ("*阿卡波糖片", False),
    ],
)
def test_a_footnote_says_so_and_every_other_row_is_told(cell: str, is_note: bool) -> None:
    found = told(SEX, ["甲", "女"], [cell])
    assert (found.notes, len(found.left)) == ((1, 0) if is_note else (0, 1))


def test_a_footnote_goes_on_in_numbered_rows() -> None:
    assert told(SEX, ["甲", "女"], ["说明："], ["1.以说明书为准"], ["2.略"]).notes == 3


def test_two_limits_of_a_row_are_two_points() -> None:
    found = told(
        [*SEX, "限定年龄"], ["甲", "女", "≥14岁"], ["乙", "不限", "≥6岁"], ["丙", "女", "成人"]
    )
    assert values(found) == [
        ("sex", "甲", {"lmt_gend": "2"}),
        ("age", "甲", {"lmt_age_min": "14"}),
        ("age", "乙", {"lmt_age_min": "6"}),
    ]
    assert [left.row for left in found.left] == [4]


@pytest.mark.parametrize(
    ("heading", "row", "why"),
    [
        ([*SEX, "科室"], ["甲", "女", "妇科"], "限科室"),
        ([*SEX, "支付标准", "药品代码"], ["甲", "女", "3", ""], "限定单价"),
        (["项目A名称", "项目B名称", "限定频次"], ["甲", "乙", "1次/日"], "重复收费"),
    ],
)
def test_limits_that_are_not_read_together_are_refused_with_what_helps(
    heading: list[str], row: list[str], why: str
) -> None:
    found = told(heading, row)
    assert not found.points and why in found.left[0].why and "再导入" in found.left[0].do


def test_prices_are_read_with_the_level_they_are_for() -> None:
    found = told(
        ["项目代码", "医疗机构级别", "最高限价"],
        [ONE, "三级", "100元/次"], [ONE, "各级", "80"], [ONE, "三级甲等", "120"],
    )  # fmt: skip
    assert [one for *_, one in values(found)] == [
        {"lmt_pric": "100", "hosp_lv": "3"}, {"lmt_pric": "80"},
    ]  # fmt: skip
    assert [left.row for left in found.left] == [4]


PAIR = ["可收费项目名称", "可收费项目代码", "不可收费项目名称", "不可收费项目代码", "重复范围"]


@pytest.mark.parametrize(
    ("scope", "becomes"),
    [("同次住院", "visit"), ("同一天", "day"), ("", "day"), ("同一部位", None)],
)
def test_a_pair_is_of_a_visit_or_a_day(scope: str, becomes: str | None) -> None:
    found = told(PAIR, ["监护", ONE, "床位", TWO, scope])
    assert [point.values["scope"] for point in found.points] == [becomes] * bool(becomes)
    assert len(found.left) == (0 if becomes else 1)


@pytest.mark.parametrize(
    "row",
    [
        ["监护", ONE, "床位", ONE, ""],
        ["监护", "", "监护", "", ""],
        ["监护", ONE, "床位", f"{TWO},{ONE}", ""],
    ],
    ids=["the same code", "the same name", "several codes"],
)
def test_a_pair_that_is_none_is_left(row: list[str]) -> None:
    found = told(PAIR, row)
    assert not found.points and len(found.left) == 1


def test_no_limit_is_told_as_such() -> None:
    [left] = told(["药品通用名", "限定科室"], ["甲", "不限"]).left
    assert left.why == "没有限定（“不限”）"


def test_whether_an_item_is_listed_is_understood_or_the_row_is_left() -> None:
    found = told([*SEX, "是否医保目录内"], ["甲", "女", "否"], ["乙", "女", "待定"])
    assert len(found.points) == 1 and [left.row for left in found.left] == [3]


@pytest.mark.parametrize("end", ["长期", "9999-12-31"])
def test_an_end_that_never_comes_is_no_end(end: str) -> None:
    [point] = told([*SEX, "失效日期"], ["甲", "女", end]).points
    assert point.enddate is None


@pytest.mark.parametrize(
    ("heading", "file", "nearest"),
    [
        (["药品通用名", "限定适应症"], "药品限适应症.xlsx", "“限适应症”，还缺少列“适应症诊断编码”"),
        (["药品通用名", "限定适应症"], "a.xlsx", "“限适应症”"),
        (LOGIC, "药品区分性别使用.xlsx", "“限定性别”，还缺少列“限定性别”"),
        (["项目名称", "检出逻辑"], "互联网医院.xlsx", "能读的清单：限定性别"),
    ],
)
def test_the_nearest_list_is_that_whose_words_the_titles_share(
    heading: list[str], file: str, nearest: str
) -> None:
    [left] = told(heading, ROW, file=file).left
    assert nearest in left.do and heading[0] in left.why


def test_without_known_headings_the_fullest_row_is_shown() -> None:
    [left] = told(["清单"], ["甲栏", "乙栏"], ["1", "2"]).left
    assert "甲栏、乙栏" in left.why


@pytest.mark.parametrize("name", ["a.xls", "a.xlsb"])
def test_a_workbook_whose_formulas_cannot_be_seen_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(MedauditError, match=r"另存为 \.xlsx"):
        read(tmp_path / name)
