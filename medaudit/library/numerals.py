"""Numbers as they stand in Chinese sheets: numerals up to 999 as figures, every kind of dash as one."""

from __future__ import annotations

import re

_ONES = {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万半\d.]+")
_ONE = "[一二三四五六七八九]"
_WHOLE = re.compile(
    rf"(?:(?P<hundreds>[一二两三四五六七八九])百(?:零(?P<odd>{_ONE}))?)?"
    rf"(?P<tens>(?P<ten>{_ONE})?十(?P<one>{_ONE})?)?"
)
DASHES = re.compile(r"[-—–―−‐‑‒~～〜]+|至(?!少)|(?<!不)到")


def figures(text: str) -> str:
    """Chinese numerals as figures, 一百二十天 is 120天; blanks gone, 2至3 and 2—3 are 2-3.

    What is no numeral stays as it is, so that nobody takes a part of it: 二三个月, 一百二, 2一3.
    """
    return DASHES.sub("-", _NUMERAL.sub(_figure, text.replace(" ", "")))


def _figure(found: re.Match[str]) -> str:
    number = _number(found[0])
    return found[0] if number is None else str(number)


def _number(numeral: str) -> int | None:
    if numeral in ("零", "〇"):
        return 0
    if numeral in _ONES:
        return _ONES[numeral]
    told = _WHOLE.fullmatch(numeral)
    if not told or (told["odd"] and told["tens"]):
        return None
    tens = (_ONES[told["ten"]] if told["ten"] else 1) if told["tens"] else 0
    ones = told["one"] or told["odd"]
    return _ONES.get(told["hundreds"] or "", 0) * 100 + tens * 10 + (_ONES[ones] if ones else 0)
