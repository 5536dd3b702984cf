"""Codes of diagnoses as official sheets write them, in the form that the rule on indications compares."""

from __future__ import annotations

import re

from medaudit.library.durations import Values
from medaudit.library.numerals import DASHES

_ICD = re.compile(r"([A-Z]\d[\dA-Z])(?:\.(?:-|([\dA-Z]{1,3})(X\d{3})?))?")


def icd(cell: str) -> Values | None:
    """Codes and spans of ICD-10 as the rule on indications reads them; one that is none makes all not understood."""
    told = [_icd(part) for part in _codes(cell)]
    known = dict.fromkeys(code for code in told if code)
    return {"lmt_indication": ",".join(known)} if told and all(told) else None


def not_icd(cell: str) -> list[str]:
    """What in a list of codes is none."""
    return [part for part in _codes(cell) if not _icd(part)]


def _codes(cell: str) -> list[str]:
    text = DASHES.sub("-", re.sub(r"\s*([-—–~至])\s*", r"\1", cell.upper().replace("×", "X")))
    return [part for part in re.split(r"[、,;\s|/+*†‡]+|或者?|和|及", text) if part]


def _icd(part: str) -> str | None:
    """One code or span, for a rule that compares beginnings without the dot, and spans by their first three signs."""
    if one := _ICD.fullmatch(part):
        category, detail, more = one[1], one[2] or "", one[3] or ""
        if detail.startswith("X"):  # I10.x00 is all there is of I10
            return f"{category}{detail}{more}" if more else category
        return f"{category}.{detail}{more}" if detail else category
    low, dash, high = part.rpartition("-")
    first, last = _ICD.fullmatch(low), _ICD.fullmatch(high)
    if dash and first and last and first[1] <= last[1]:
        return f"{first[1]}-{last[1]}"
    return None
