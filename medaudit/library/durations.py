"""How long and how often, as official sheets say it: payable courses, counts in a period, least time between."""

from __future__ import annotations

import re
from collections.abc import Mapping

from medaudit.library.numerals import figures

Values = Mapping[str, str]  # column of the table → value

_DAYS = {
    "天": 1,
    "日": 1,
    "周": 7,
    "星期": 7,
    "个月": 30,
    "月": 30,
    "季度": 90,
    "季": 90,
    "年": 365,
}
_UNIT = "(个月|天|日|周|星期|月|季度|季|年)"
_SPAN = re.compile(rf"(\d+){_UNIT}?(?:(?:-|或|、|或者)(\d+))?{_UNIT}")
_HALF = {"半年": 180, "半个月": 15, "半月": 15}


def _span(text: str) -> tuple[int, int] | None:
    """3个月, 2-3个月, 2或3个月 … as the least and the most days."""
    if text in _HALF:
        return _HALF[text], _HALF[text]
    found = _SPAN.fullmatch(text)
    if not found or (found[2] and not found[3]):
        return None
    low = int(found[1]) * _DAYS[found[2] or found[4]]
    high = int(found[3]) * _DAYS[found[4]] if found[3] else low
    return (low, high) if 0 < low <= high else None


_AT_MOST = r"(?:不超过|不得超过|不大于|不多于|最长|最多|≤|<=)"


def days(cell: str) -> Values | None:
    """14天, 不超过两周, 1个疗程30日 … as days; of a span the longer, doubt favours the provider."""
    if re.fullmatch(r"[1-9]\d{0,3}", cell):
        return {"course_max_days": cell}
    text = re.sub(
        rf"^(?:限|仅限)?(?:支付|疗程|支付疗程|1个疗程)?:?{_AT_MOST}*(?:支付)?|(?:以内|之内|内)$",
        "",
        figures(cell),
    )
    span = None if "半" in text else _span(text)
    return {"course_max_days": str(span[1])} if span else None


_UNITS = {
    "日": "day", "天": "day", "住院": "stay", "次住院": "stay", "月": "month", "个月": "month", "年": "year",
}  # fmt: skip
_TIMES = r"(\d+)(?:次|个|小时|人次|项|组)?"


def frequency(cell: str) -> Values | None:
    """1次/日, 每日不超过24次, 每次住院3次 … as a count and its period."""
    text = figures(cell)
    text = re.sub(r"限定?|最多|不得?超过|不多于|不大于|≤|<=|收取|计费|仅|只能", "", text)
    first = re.fullmatch(rf"{_TIMES}(?:/|每)(次住院|住院|日|天|月|个月|年)", text)
    then = re.fullmatch(rf"(?:每|1)(次住院|住院|日|天|个月|月|年){_TIMES}", text)
    if first:
        return {"value": first[1], "unit": _UNITS[first[2]], "kind": "count"}
    if then:
        return {"value": then[2], "unit": _UNITS[then[1]], "kind": "count"}
    return None


_BETWEEN = re.compile(
    r"(?:至少|最少|最小)?(?:间隔|周期)?(?:时间)?:?(?:不少于|不小于|不低于|不短于|至少|≥|>=)?"
    r"(?P<span>[^次限每]+?)(?:及?以上)?"
)
_ONCE = re.compile(
    r"每?隔?(?P<span>[^次限每]+?)(?:以内|之内|内)?(?:仅|只)?(?:限|能|可|不超过|不得超过|最多)?(?:做|查|检查|收取|计费)?1次"
)
_ONCE_IN = re.compile(r"(?:限|不超过|最多)?1次(?:/|每)(?P<span>.+)")


def cycle(cell: str) -> Values | None:
    """2-3个月1次, 间隔不少于14天 … as the least days between; of a span the shorter, doubt favours the provider."""
    text = figures(cell)
    for form in (_BETWEEN, _ONCE, _ONCE_IN):
        found = form.fullmatch(text)
        told = found["span"] if found else ""
        span = _span(f"1{told}" if re.fullmatch(_UNIT, told) and form is not _BETWEEN else told)
        if span:
            return {"min_gap_days": str(span[0]), "kind": "count"}
    return None
