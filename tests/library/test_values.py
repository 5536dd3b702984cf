"""Cells of official sheets, and the values they come to."""

from __future__ import annotations

import datetime as dt

import pytest

from medaudit.library import values
from medaudit.library.icd import not_icd
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
    # Two readings: the wider, or none.
    ("gend", "女性", {"lmt_gend": "2"}),
    ("gend", "限女性患者使用", {"lmt_gend": "2"}),
    ("gend", "男性禁用", None),
    ("gend", "男性患者不予支付", None),
    ("gend", "男性患者使用", None),  # the wording of what is wrong, not of what is allowed
    ("gend", "女性除外", None),
    ("gend", "非女性", None),
    ("age", "60岁以上(含60岁)", {"lmt_age_min": "60"}),
    ("age", "2岁以上14岁以下", {"lmt_age_min": "2", "lmt_age_max": "14"}),
    ("age", "6—14岁", {"lmt_age_min": "6", "lmt_age_max": "14"}),
    ("age", "6至14岁", {"lmt_age_min": "6", "lmt_age_max": "14"}),
    ("age", "6一14岁", None),
    ("age", "不到18岁", {"lmt_age_max": "17"}),
    ("age", "18岁以下(不含18岁)", None),
    ("age", "18岁以下禁用", None),
    ("level", "二级以上(含二级)", {"lmt_hosp_lv": "2"}),
    ("level", "1级", {"lmt_hosp_lv": "1"}),
    ("level", "二级或三级医院", {"lmt_hosp_lv": "2"}),
    ("level", "一级、二级", {"lmt_hosp_lv": "1"}),
    ("level", "二级及以下", None),
    ("scheme", "限工伤保险和生育保险", {"lmt_insutype": "工伤,生育"}),
    ("scheme", "城镇职工基本医疗保险", {"lmt_insutype": "职工"}),
    ("scheme", "除工伤保险外", None),
    ("scheme", "非工伤", None),
    ("scheme", "工伤保险不予支付", None),
    ("scheme", "生育保险除外", None),
    ("scheme", "限职工，居民不予支付", None),
    ("list", "肿瘤科、血液内科或ICU", {"lmt_dept": "肿瘤科,血液内科,ICU"}),
    ("list", "限重症医学科使用", {"lmt_dept": "重症医学科"}),
    ("list", "A03.01", {"lmt_dept": "A03.01"}),
    ("list", "除急诊科外", None),
    ("list", "非手术科室", None),
    ("list", "不限", None),
    ("days", "一百二十天", {"course_max_days": "120"}),
    ("days", "一百八十天", {"course_max_days": "180"}),
    ("days", "一百零五日内", {"course_max_days": "105"}),
    ("days", "7-14天", {"course_max_days": "14"}),
    ("days", "1.5个月", None),
    ("days", "1个疗程(7天),最多3个疗程", None),
    ("days", "每疗程14天，最多2个疗程", None),
    ("days", "不超过6周期", None),
    ("days", "不少于14天", None),
    ("days", "术后3天内", None),
    ("days", "每月不超过10日", None),
    ("days", "每年累计60天", None),
    ("days", "二三天", None),
    ("days", "一百二天", None),
    ("cycle", "2—3个月1次", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "2–3个月一次", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "2或3个月1次", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "2、3个月", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "2至3个月", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "两个月到三个月1次", {"min_gap_days": "60", "kind": "count"}),
    ("cycle", "2一3个月1次", None),
    ("cycle", "二三个月1次", None),
    ("cycle", "1次/月", {"min_gap_days": "30", "kind": "count"}),
    ("cycle", "每月1次", {"min_gap_days": "30", "kind": "count"}),
    ("cycle", "每3个月不超过1次", {"min_gap_days": "90", "kind": "count"}),
    ("cycle", "半年1次", {"min_gap_days": "180", "kind": "count"}),
    ("cycle", "一百八十天1次", {"min_gap_days": "180", "kind": "count"}),
    ("cycle", "至少间隔14天", {"min_gap_days": "14", "kind": "count"}),
    ("cycle", "间隔不超过14天", None),
    ("cycle", "1.5年1次", None),
    ("cycle", "每年11次", None),
    ("cycle", "连续使用不超过7天", None),
    ("cycle", "有效期7天", None),
    ("cycle", "12周岁以上每年1次", None),
    ("icd", "C50.900x001", {"lmt_indication": "C50.900X001"}),
    ("icd", "A06.800x003；B20", {"lmt_indication": "A06.800X003,B20"}),
    ("icd", "E10～E14", {"lmt_indication": "E10-E14"}),
    ("icd", "C00–C97", {"lmt_indication": "C00-C97"}),
    ("icd", "E10 — E14、I10", {"lmt_indication": "E10-E14,I10"}),
    ("icd", "E10.900-E14.900", {"lmt_indication": "E10-E14"}),
    ("icd", "C50.-", {"lmt_indication": "C50"}),
    ("icd", "A17.0†、G01*", {"lmt_indication": "A17.0,G01"}),
    ("icd", "E10.300+H36.0*", {"lmt_indication": "E10.300,H36.0"}),
    ("icd", "I10.x00", {"lmt_indication": "I10"}),
    ("icd", "I10.x00x002", {"lmt_indication": "I10X00X002"}),
    ("icd", "C34.900×001", {"lmt_indication": "C34.900X001"}),
    ("icd", "E14-E10", None),
    ("price", "100元/次", {"lmt_pric": "100"}),
    ("price", "￥100", {"lmt_pric": "100"}),
    ("price", "100元/盒", None),
    ("hosp_lv", "三级医院", {"hosp_lv": "3"}),
    ("hosp_lv", "各级医疗机构", {}),
    ("hosp_lv", "三级甲等", None),
    ("hosp_lv", "", None),
    ("scope", "同次住院", {"scope": "visit"}),
    ("scope", "同一次就诊", {"scope": "visit"}),
    ("scope", "同日", {"scope": "day"}),
    ("scope", "同一天", {"scope": "day"}),
    ("scope", "", {"scope": "day"}),
    ("scope", "同一部位", None),
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


@pytest.mark.parametrize("cell", ["长期", "9999-12-31", "99991231", "9999-12-31 23:59:59", "至今"])
def test_what_ends_never(cell: str) -> None:
    assert values.is_endless(cell)


def test_of_several_codes_the_one_not_understood_is_named() -> None:
    assert not_icd("C50、乳腺癌、E10-E14") == ["乳腺癌"]


def test_names_are_alike_whatever_their_brackets_and_widths() -> None:
    assert alike("复方氨基酸注射液（18AA）") == alike("复方氨基酸注射液 [18aa]")
    assert alike("阿卡波糖片") != alike("阿卡波糖胶囊")


def test_names_are_near_without_salt_and_form() -> None:
    assert near("盐酸二甲双胍缓释片") == near("二甲双胍片")
    assert near("头孢曲松钠") == near("注射用头孢曲松钠")
    assert near("氯化钠") == "氯化"  # near is for proposals alone
