"""Cells of official sheets, and the values they come to."""

from __future__ import annotations

import datetime as dt

import pytest

from medaudit.library import values
from medaudit.library.names import alike, near

READ = [
    ("gend", "女", {"lmt_gend": "2"}),
    ("gend", "限男性", {"lmt_gend": "1"}),
    ("gend", "男女", None),
    ("gend", "成人", None),
    ("age", "18周岁以下", {"lmt_age_max": "18"}),
    ("age", "不满18周岁", {"lmt_age_max": "17"}),
    ("age", "＜１８岁", {"lmt_age_max": "17"}),
    ("age", "≤12岁", {"lmt_age_max": "12"}),
    ("age", "十四周岁及以上", {"lmt_age_min": "14"}),
    ("age", "≥14岁", {"lmt_age_min": "14"}),
    ("age", "6-14岁", {"lmt_age_min": "6", "lmt_age_max": "14"}),
    ("age", "6个月至3岁", {"lmt_age_min": "0", "lmt_age_max": "3"}),
    ("age", "18个月以下", {"lmt_age_max": "1"}),
    ("age", "28天以内", {"lmt_age_max": "0"}),
    ("age", "限新生儿使用", {"lmt_age_max": "0"}),
    ("age", "14-6岁", None),
    ("age", "老年人", None),
    ("age", "14岁", None),
    ("level", "二级及以上医疗机构", {"lmt_hosp_lv": "2"}),
    ("level", "限三级医院使用", {"lmt_hosp_lv": "3"}),
    ("level", "二级", None),
    ("level", "一级及以下", None),
    ("visit", "限住院", {"lmt_med_type": "住院"}),
    ("visit", "住院或急诊抢救", {"lmt_med_type": "住院,急诊抢救"}),
    ("visit", "住院、急诊", {"lmt_med_type": "住院,急诊"}),
    ("visit", "有营养风险的住院患者", None),
    ("scheme", "工伤保险", {"lmt_insutype": "工伤"}),
    ("days", "14天", {"course_max_days": "14"}),
    ("days", "不超过两周", {"course_max_days": "14"}),
    ("days", "1个疗程30日", {"course_max_days": "30"}),
    ("days", "三个月", {"course_max_days": "90"}),
    ("days", "一个疗程", None),
    ("days", "首次14天，之后7天", None),
    ("frequency", "1次/日", {"value": "1", "unit": "day", "kind": "count"}),
    ("frequency", "每日不超过24次", {"value": "24", "unit": "day", "kind": "count"}),
    ("frequency", "每次住院3次", {"value": "3", "unit": "stay", "kind": "count"}),
    ("frequency", "两次/月", {"value": "2", "unit": "month", "kind": "count"}),
    ("frequency", "酌情", None),
    ("cycle", "2-3个月1次", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "间隔不少于14天", {"min_gap_days": "14", "kind": "count"}),
    ("cycle", "每月3次", None),
    ("icd", "C50、C50.900", {"lmt_indication": "C50,C50.900"}),
    ("icd", "c00-c97", {"lmt_indication": "C00-C97"}),
    ("icd", "乳腺癌", None),
    ("icd", "C50 乳腺癌", None),
    ("price", "1,250.5元", {"lmt_pric": "1250.5"}),
    ("price", "0", None),
    ("price", "面议", None),
]


@pytest.mark.parametrize(("kind", "cell", "told"), READ, ids=[f"{k} {c}" for k, c, _ in READ])
def test_a_cell_comes_to_what_it_says_or_to_nothing(kind: str, cell: str, told: object) -> None:
    assert values.read(kind, values.plain(cell)) == told


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("黄体酮\n注射液", "黄体酮注射液"),
        ("知识点对应药品\n代码数量", "知识点对应药品代码数量"),
        ("（２２版）", "(22版)"),
        (" Vitamin  C ", "Vitamin C"),
    ],
)
def test_a_cell_is_read_without_widths_and_breaks(cell: str, told: str) -> None:
    assert values.plain(cell) == told


@pytest.mark.parametrize(
    "cell", ["2025-01-31", "2025年1月31日", "20250131", "2025/1/31", "2025-01-31 00:00:00"]
)
def test_a_date_in_any_form(cell: str) -> None:
    assert values.day(cell) == dt.date(2025, 1, 31)


@pytest.mark.parametrize("cell", ["2025-02-30", "2025", "长期", "202501"])
def test_what_is_no_date(cell: str) -> None:
    assert values.day(cell) is None


def test_names_are_alike_whatever_their_brackets_and_widths() -> None:
    assert alike("复方氨基酸注射液（18AA）") == alike("复方氨基酸注射液 [18aa]")
    assert alike("阿卡波糖片") != alike("阿卡波糖胶囊")


def test_names_are_near_without_salt_and_form() -> None:
    assert near("盐酸二甲双胍缓释片") == near("二甲双胍片")
    assert near("头孢曲松钠") == near("注射用头孢曲松钠")
    assert near("氯化钠") == "氯化"  # near is for proposals alone
