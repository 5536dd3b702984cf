"""What is cited: articles by their numbers, as far as they were in force on the day, and intent never taken for granted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from medaudit.detectors.rule import Rule
from medaudit.handbook import words
from medaudit.language import say

# From when each may be cited of what happened.
_IN_FORCE = {"条例": dt.date(2021, 5, 1), "实施细则": dt.date(2026, 4, 1)}
# These need a purpose, which no bill shows, or are about insured persons.
_FRAUD = re.compile(r"条例\s*40")
_PERSONS = re.compile(r"条例\s*41")


def cited(rules: Iterable[Rule], last: dt.date | None, to_institution: bool = False) -> list[str]:
    """The legal basis of these rules, each once, by article number only.

    last: the latest day of what it is cited for; what came into force later is left out. to_institution: without what needs a
    purpose to be shown first, and without what is about insured persons.
    """
    found: dict[str, None] = {}
    for text in sorted({basis for rule in rules for basis in rule.basis}, key=_order):
        begins = next((day for name, day in _IN_FORCE.items() if text.startswith(name)), None)
        if begins and last and last < begins:
            continue
        fraud = bool(_FRAUD.match(text))
        if to_institution and (fraud or _PERSONS.match(text)):
            continue
        told = _name(text)
        if fraud:
            told += say("（仅在查明目的之后才谈得上）", " (only where the purpose has been shown)")
        found[told] = None
    return list(found)


def _name(text: str) -> str:
    if text.startswith("实施细则"):
        return say(
            text, "Rules for carrying out the Regulation (NHSA order 7, in force from 2026-04-01)"
        )
    return words.basis(text).partition(say("：", ": "))[0]


def _order(text: str) -> tuple[int, int, int, str]:
    """Articles by number, then the rest."""
    article = re.match(r"条例\s*(\d+)(?:\((\d+)\))?", text)
    if article:
        return 0, int(article[1]), int(article[2] or 0), ""
    return (1 if text.startswith("实施细则") else 2), 0, 0, text
