"""What the cells of an official sheet say, as the values the tables of knowledge hold; None where it is not understood."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

Values = Mapping[str, str]  # column of the table → value

_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 0}
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "个月": 30, "月": 30, "年": 365}
_YEARS = r"(?:周岁|岁)"


@lru_cache(100_000)  # sheets repeat themselves
def plain(cell: str) -> str:
    """A cell as it is read: widths folded, line breaks and blanks at its edges gone."""
    if cell.isalnum() and unicodedata.is_normalized("NFKC", cell):
        return cell
    text = unicodedata.normalize("NFKC", cell).replace("_x000D_", "")
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<![!-~]) | (?![!-~])", "", text)


def _figures(text: str) -> str:
    """Chinese numerals up to 99 as figures: 二级 is 2级, 二十八天 is 28天."""

    def told(found: re.Match[str]) -> str:
        tens, ten, ones = found[1], found[2], found[3]
        if not ten:
            return str(_CHINESE[tens or ones])
        return str((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0))

    return re.sub(r"([一二两三四五六七八九零]?)(十)([一二三四五六七八九]?)|([一二两三四五六七八九零])",
                  lambda m: told(m) if m[2] else str(_CHINESE[m[4]]), text)  # fmt: skip


def gend(cell: str) -> Values | None:
    """限男性, 女 … as 1 or 2."""
    sexes = {sex for sex in "男女" if sex in cell}
    return {"lmt_gend": "1" if sexes == {"男"} else "2"} if len(sexes) == 1 else None


def age(cell: str) -> Values | None:
    """An age as lmt_age_min and lmt_age_max in full years, both inclusive.

    A limit in days or months is one in years that is never tighter. 以下 may or may not hold its own number:
    doubt favours the provider, so it does; 不满, 未满 and 小于 say that it does not.
    """
    text = _figures(cell).replace(" ", "")
    if text in ("新生儿", "限新生儿", "限新生儿使用"):
        return {"lmt_age_max": "0"}  # 28 days
    if text in ("儿童", "限儿童", "限儿童使用"):
        return {"lmt_age_max": "18"}
    text = re.sub(
        r"^(?:限|仅限|适用于|用于|年龄)+|(?:的)?(?:儿童|患者|人群|患儿|使用|参保人员)+$", "", text
    )
    number = rf"(\d+)({_YEARS}|个月|月|天|日)?"
    span = re.fullmatch(rf"{number}(?:\(含\))?[-~至到]{number}(?:\(含\))?", text)
    if span:
        unit = span[4] or "岁"
        low, high = _years(span[1], span[2] or unit, False), _years(span[3], unit, True)
        return {"lmt_age_min": low, "lmt_age_max": high} if int(low) <= int(high) else None
    upper = re.fullmatch(
        rf"(不满|未满|小于|<|≤|<=|不超过|不大于|小于等于)?{number}(?:\(含\))?(以下|及以下|以内|以前)?",
        text,
    )
    if upper and (upper[1] or upper[4]):
        below = upper[1] in ("不满", "未满", "小于", "<")
        years = int(_years(upper[2], upper[3] or "岁", True))
        return {
            "lmt_age_max": str(years - 1 if below and upper[3] in (None, "岁", "周岁") else years)
        }
    lower = re.fullmatch(
        rf"(大于|>|≥|>=|不小于|满|年满|大于等于)?{number}(?:\(含\))?(以上|及以上)?", text
    )
    if lower and (lower[1] or lower[4]):
        # "over 14" may mean 14 as well, but for > and 大于 alone it does not; it stays the wider of the two.
        return {"lmt_age_min": _years(lower[2], lower[3] or "岁", False)}
    return None


def _years(number: str, unit: str, up: bool) -> str:
    months = {"个月": 12, "月": 12, "天": 365, "日": 365}.get(unit)
    return number if months is None else str(int(number) // months)


def level(cell: str) -> Values | None:
    """二级及以上 … as the lowest level allowed."""
    text = _figures(cell).replace(" ", "")
    found = re.fullmatch(
        r"(?:限|仅限)*([123])级(?:[甲乙丙]等)?(?:及其?以上|以上|及以上)?(?:定点)?(?:医疗机构|医院)?(?:使用)?",
        text,
    )
    above = found and ("以上" in text or found[1] == "3")
    return {"lmt_hosp_lv": found[1]} if found and above else None


_VISITS = (
    "急诊抢救",
    "门诊慢特病",
    "普通住院",
    "普通门诊",
    "日间手术",
    "定点药店",
    "住院",
    "门诊",
    "急诊",
    "抢救",
    "生育",
    "药店",
)


def visit(cell: str) -> Values | None:
    """限住院, 住院或急诊 … as words the rule on kinds of visit knows."""
    text = re.sub(
        r"^(?:限|仅限|仅|只限)+|(?:患者|使用|支付|治疗|期间|时)+$", "", cell.replace(" ", "")
    )
    words = [
        re.sub(r"^(?:限|仅)|(?:患者|使用)$", "", w)
        for w in re.split(r"[、,，;；/]|或者?|和|及", text)
    ]
    known = [word for word in words if word in _VISITS]
    return {"lmt_med_type": ",".join(known)} if known and len(known) == len(words) else None


def scheme(cell: str) -> Values | None:
    """工伤保险, 职工医保 … as words the rule on kinds of insurance knows."""
    known = [word for word in ("工伤", "生育", "职工", "居民") if word in cell]
    return {"lmt_insutype": ",".join(known)} if known else None


def days(cell: str) -> Values | None:
    """14天, 不超过两周, 1个疗程30日 … as days."""
    text = _figures(cell).replace(" ", "")
    spans = re.findall(r"(\d+)(个月|天|日|周|星期|月|年)", text)
    if len(spans) != 1:
        return {"course_max_days": text} if re.fullmatch(r"[1-9]\d{0,3}", text) else None
    return {"course_max_days": str(int(spans[0][0]) * _DAYS[spans[0][1]])}


_UNITS = {
    "日": "day",
    "天": "day",
    "住院": "stay",
    "次住院": "stay",
    "月": "month",
    "个月": "month",
    "年": "year",
}
_TIMES = r"(\d+)(?:次|个|小时|人次|项|组)?"


def frequency(cell: str) -> Values | None:
    """1次/日, 每日不超过24次, 每次住院3次 … as a count and its period."""
    text = _figures(cell).replace(" ", "")
    text = re.sub(r"限定?|最多|不得?超过|不多于|不大于|≤|<=|收取|计费|仅|只能", "", text)
    first = re.fullmatch(rf"{_TIMES}(?:/|每)(次住院|住院|日|天|月|个月|年)", text)
    then = re.fullmatch(rf"(?:每|1)(次住院|住院|日|天|个月|月|年){_TIMES}", text)
    if first:
        return {"value": first[1], "unit": _UNITS[first[2]], "kind": "count"}
    if then:
        return {"value": then[2], "unit": _UNITS[then[1]], "kind": "count"}
    return None


def cycle(cell: str) -> Values | None:
    """2-3个月1次, 间隔不少于14天 … as the least days between; of a span the shorter, doubt favours the provider."""
    text = _figures(cell).replace(" ", "")
    found = re.search(r"(\d+)(?:[-~至到](\d+))?(个月|天|日|周|星期|月|年)", text)
    if not found or len(re.findall(r"\d+(?:个月|天|日|周|星期|月|年)", text)) != 1:
        return None
    once = re.search(r"(\d+)次", text)
    if once and once[1] != "1":
        return None
    return {"min_gap_days": str(int(found[1]) * _DAYS[found[3]]), "kind": "count"}


def icd(cell: str) -> Values | None:
    """Codes and spans of ICD-10, as the rule on indications reads them; one that is none makes all not understood."""
    parts = [part for part in re.split(r"[、,，;；\s|/]+", cell.upper()) if part]
    fits = [
        re.fullmatch(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4}\+?\*?)?(?:-[A-Z]\d[0-9A-Z])?", part)
        for part in parts
    ]
    return {"lmt_indication": ",".join(parts)} if parts and all(fits) else None


def listed(cell: str) -> Values | None:
    parts = [part for part in re.split(r"[、,，;；/]+", cell) if part]
    return {"lmt_dept": ",".join(parts)} if parts else None


def price(cell: str) -> Values | None:
    text = cell.replace(",", "").removesuffix("元").strip()
    return (
        {"lmt_pric": text} if re.fullmatch(r"\d+(\.\d{1,6})?", text) and float(text) > 0 else None
    )


def day(cell: str) -> dt.date | None:
    """2025-01-01, 2025年1月1日, 20250101, 2025.1.1."""
    found = re.fullmatch(
        r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?", cell
    )
    if not found:
        return None
    try:
        return dt.date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        return None


@lru_cache(100_000)
def read(kind: str, cell: str) -> Values | None:
    """What a cell with a limit of this kind says."""
    return READERS[kind](cell)


READERS: dict[str, Callable[[str], Values | None]] = {
    "gend": gend, "age": age, "level": level, "visit": visit, "scheme": scheme, "days": days, "frequency": frequency,
    "cycle": cycle, "icd": icd, "list": listed, "price": price,
}  # fmt: skip
