"""What the cells of an official sheet say, as the values the tables of knowledge hold; None where it is not understood."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from medaudit.library.durations import Values, cycle, days, frequency
from medaudit.library.icd import icd
from medaudit.library.numerals import figures

_YEARS = r"(?:周岁|岁)"


@lru_cache(100_000)  # sheets repeat themselves
def plain(cell: str) -> str:
    """A cell as it is read: widths folded, line breaks and blanks at its edges gone."""
    if cell.isalnum() and unicodedata.is_normalized("NFKC", cell):
        return cell
    text = unicodedata.normalize("NFKC", cell).replace("_x000D_", "")
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<![!-~]) | (?![!-~])", "", text)


def gend(cell: str) -> Values | None:
    """限男性, 女, 限女性患者使用 … as 1 or 2."""
    found = re.fullmatch(
        r"(?:仅限|限|仅)(?:于|用于)?([男女])性?(?:患者|参保人员?)?(?:使用|专用)?|([男女])(?:性|士|性专用)?",
        cell,
    )
    return {"lmt_gend": "1" if (found[1] or found[2]) == "男" else "2"} if found else None


def age(cell: str) -> Values | None:
    """An age as lmt_age_min and lmt_age_max in full years, both inclusive.

    A limit in days or months is one in years that is never tighter. 以下 may or may not hold its own number:
    doubt favours the provider, so it does; 不满, 未满 and 小于 say that it does not.
    """
    text = re.sub(r"\(含(?:\d+(?:周?岁)?|本数)?\)", "", figures(cell))
    if text in ("新生儿", "限新生儿", "限新生儿使用"):
        return {"lmt_age_max": "0"}  # 28 days
    if text in ("儿童", "限儿童", "限儿童使用"):
        return {"lmt_age_max": "18"}
    text = re.sub(
        r"^(?:限|仅限|适用于|用于|年龄)+|(?:的)?(?:儿童|患者|人群|患儿|使用|参保人员)+$", "", text
    )
    number = rf"(\d+)({_YEARS}|个月|月|天|日)?"
    span = re.fullmatch(rf"{number}-{number}", text) or re.fullmatch(
        rf"{number}及?以上[,、]?(?:且|至|-)?{number}及?(?:以下|以内)", text
    )
    if span:
        unit = span[4] or "岁"
        low, high = _years(span[1], span[2] or unit), _years(span[3], unit)
        return {"lmt_age_min": low, "lmt_age_max": high} if int(low) <= int(high) else None
    upper = re.fullmatch(
        rf"(不满|未满|不到|小于|<|≤|<=|不超过|不大于|小于等于)?{number}(以下|及以下|以内|以前)?",
        text,
    )
    if upper and (upper[1] or upper[4]):
        below = upper[1] in ("不满", "未满", "不到", "小于", "<")
        years = int(_years(upper[2], upper[3] or "岁"))
        return {
            "lmt_age_max": str(years - 1 if below and upper[3] in (None, "岁", "周岁") else years)
        }
    lower = re.fullmatch(rf"(大于|>|≥|>=|不小于|满|年满|大于等于)?{number}(以上|及以上)?", text)
    if lower and (lower[1] or lower[4]):
        # "over 14" may mean 14 as well, but for > and 大于 alone it does not; it stays the wider of the two.
        return {"lmt_age_min": _years(lower[2], lower[3] or "岁")}
    return None


def _years(number: str, unit: str) -> str:
    months = {"个月": 12, "月": 12, "天": 365, "日": 365}.get(unit)
    return number if months is None else str(int(number) // months)


_LEVEL = r"([123])级(?:[甲乙丙]等)?(?:定点)?(?:医疗机构|医院)?"


def level(cell: str) -> Values | None:
    """二级及以上, 二级或三级医院 … as the lowest level allowed. 二级 alone may mean no other, so it is not understood."""
    text = re.sub(r"\(含[123]?级?\)", "", figures(cell))
    text = re.sub(r"^(?:限|仅限)|使用$", "", text)
    above = re.fullmatch(
        r"([123])级(?:[甲乙丙]等)?(?:及其?以上|以上)(?:定点)?(?:医疗机构|医院)?|" + _LEVEL, text
    )
    if above and (above[1] or above[2] in "13"):
        return {"lmt_hosp_lv": above[1] or above[2]}
    several = [re.fullmatch(_LEVEL, part) for part in re.split(r"、|,|/|或者?|和|及", text)]
    levels = sorted(found[1] for found in several if found)
    if len(several) > 1 and len(levels) == len(several) and (levels[0] == "1" or levels[-1] == "3"):
        return {"lmt_hosp_lv": levels[0]}
    return None


def at_level(cell: str) -> Values | None:
    """三级医院 as the one level a price is for; 各级 as all."""
    if re.fullmatch(r"(?:各级|所有级别|不分级别)(?:医疗机构|医院)?", cell) or NOTHING.fullmatch(
        cell
    ):
        return {}
    found = re.fullmatch(r"(?:([123])级)(?:医疗机构|医院)?|([123])", figures(cell))
    return {"hosp_lv": found[1] or found[2]} if found else None


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


_SCHEMES = re.compile(
    r"(?:限|仅限)?(?:城镇|城乡)?(工伤|生育|职工|居民)(?:基本)?(?:医疗)?(?:保险|医保)?(?:基金)?(?:支付|使用)?"
)


def scheme(cell: str) -> Values | None:
    """工伤保险, 职工医保 … as words the rule on kinds of insurance knows."""
    parts = re.split(r"[、,;/]|或者?|和|及", cell)
    known = [found[1] for part in parts if (found := _SCHEMES.fullmatch(part))]
    return {"lmt_insutype": ",".join(known)} if len(known) == len(parts) else None


_DEPT = re.compile(
    r"[一-鿿A-Z0-9()]*(?:科|室|部|中心|门诊|病区|病房|急诊|ICU|CCU)|[A-Z]?\d{2}(?:\.\d{2})*"
)
_OTHERS = re.compile(r"不|非|除|禁|以外|科室$")


def departments(cell: str) -> Values | None:
    """肿瘤科、血液科 as names of departments; all but one, or a kind of them, is not understood."""
    parts = [
        re.sub(r"^(?:限|仅限)|使用$", "", part)
        for part in re.split(r"[、,;/]|或者?|和|及|与", cell.upper())
    ]
    if all(_DEPT.fullmatch(part) and not _OTHERS.search(part) for part in parts):
        return {"lmt_dept": ",".join(parts)}
    return None


def price(cell: str) -> Values | None:
    """1,250.5元, 100元/次 …"""
    text = re.sub(r"^¥|元?(?:/(?:次|人次|项|例|日|天|床日|小时|部位))?$", "", cell.replace(",", ""))
    text = text.strip()
    return (
        {"lmt_pric": text} if re.fullmatch(r"\d+(\.\d{1,6})?", text) and float(text) > 0 else None
    )


def scope(cell: str) -> Values | None:
    """Within what two items may not meet: a visit or a day; blank is a day, the narrower."""
    if re.fullmatch(r"同一?[日天]|同1[日天]|[当每][日天]|", cell):
        return {"scope": "day"}
    once = r"(?:同一?|1|本|每)次(?:就诊|住院|就医|门诊)(?:期间|过程)?(?:中|内)?|同一就诊|住院期间"
    return {"scope": "visit"} if re.fullmatch(once, cell) else None


_FOREVER = re.compile(r"长期(?:有效)?|永久(?:有效)?|至今|9999.*")


def is_endless(cell: str) -> bool:
    """Whether the date on which something ends says that it does not."""
    return bool(_FOREVER.fullmatch(cell))


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


NOTHING = re.compile(
    r"[不无未](?:作|设|受)?限(?:制|定)?(?:性别|年龄|科室|级别|机构级别|医疗机构级别|险种|就医方式|频次|次数|疗程|适应症|周期)?"
    r"|无|无要求|(?:所有|全部|各)科室|全院|[-/—–]+"
)


@lru_cache(100_000)
def read(kind: str, cell: str) -> Values | None:
    """What a cell with a limit of this kind says."""
    return READERS[kind](cell)


READERS: dict[str, Callable[[str], Values | None]] = {
    "gend": gend, "age": age, "level": level, "visit": visit, "scheme": scheme, "days": days, "frequency": frequency,
    "cycle": cycle, "icd": icd, "list": departments, "price": price, "scope": scope, "hosp_lv": at_level,
}  # fmt: skip
