"""Names of items compared: alike once widths, brackets and blanks are folded; near once salts and forms are dropped.

Only names that are alike are taken for the same item. Near ones are proposed to a person.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SALTS = (
    "盐酸", "硫酸氢", "硫酸", "磷酸", "枸橼酸", "马来酸", "富马酸", "酒石酸", "苯磺酸", "甲磺酸", "醋酸", "氢溴酸", "硝酸",
    "琥珀酸", "门冬氨酸", "乳酸", "葡萄糖酸", "重酒石酸", "双羟萘酸", "水杨酸", "草酸", "氢氯酸", "对甲苯磺酸",
)  # fmt: skip
_FORMS = (
    "注射用无菌粉末", "肠溶片", "缓释片", "控释片", "分散片", "咀嚼片", "泡腾片", "薄膜衣片", "糖衣片", "口腔崩解片", "口崩片", "含片", "舌下片",
    "片剂", "片", "肠溶胶囊", "缓释胶囊", "软胶囊", "硬胶囊", "胶囊剂", "胶囊", "颗粒剂", "颗粒", "干混悬剂", "混悬液", "口服溶液", "口服液",
    "注射剂", "注射液", "滴眼液", "滴丸", "丸", "散", "软膏", "乳膏", "凝胶", "栓", "贴片", "贴膏", "喷雾剂", "气雾剂", "吸入剂", "糖浆", "合剂", "酊",
)  # fmt: skip


@lru_cache(10_000)
def alike(name: str) -> str:
    """A name as it is compared: widths, case and kinds of brackets and dashes folded; blanks, dots and dashes gone.

    Between two figures they stay, for 1.5% is not 15% and 30/70 not 3070.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    if text.isalnum():
        return text
    text = re.sub(r"[\[【〔{《<]", "(", text)
    text = re.sub(r"[\]】〕}》>]", ")", text)
    text = re.sub(r"[—–－]+", "-", text)
    return re.sub(r"(?<!\d)[\s·•.,，。\-_/]+|[\s·•.,，。\-_/]+(?!\d)", "", text)


def parted(names: str) -> list[str]:
    """Several names in one cell, as lists write them."""
    return [name for name in re.split(r"[、;；]", names) if name]


@lru_cache(10_000)
def near(name: str) -> str:
    """A name without what stands in brackets, the acid it is bound to, its base and the form it is given in."""
    text = re.sub(r"\([^()]*\)", "", alike(name))
    text = re.sub(r"^(?:注射用|复方制剂)", "", text)
    text = re.sub(rf"^(?:{'|'.join(_SALTS)})", "", text)
    text = re.sub(rf"(?:{'|'.join(sorted(_FORMS, key=len, reverse=True))})$", "", text)
    return re.sub(r"(?<=..)(?:钠|钾|钙|镁)$", "", text)


def unlike(name: str, other: str) -> bool:
    """Whether two names have no two letters in a row in common, so that they cannot be of one item."""
    if alike(name) == alike(other):
        return False
    one, two = near(name), near(other)
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    return (
        len(one) > 1
        and len(two) > 1
        and not any(two[i : i + 2] in pairs for i in range(len(two) - 1))
    )
