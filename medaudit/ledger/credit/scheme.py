"""A credit scheme, read and checked: every number of the scorecard and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from medaudit.errors import MedauditError
from medaudit.language import say
from medaudit.ledger.points import reading
from medaudit.ledger.points.scheme import Scheme as Points
from medaudit.ledger.schemes import HEADER, Checks, Key, content

USUAL = "aaa"
CARDS = ("green", "yellow", "red")
LEVELS = ("violation", "suspected", "lead")
Words = Mapping[str, str]


@dataclass(frozen=True)
class Band:
    """A grade or a card, from this score on."""

    name: str
    least: Decimal


@dataclass(frozen=True)
class Veto:
    basis: Sequence[str]
    months: int


@dataclass(frozen=True)
class Penalised:
    """points, scheme: when a doctor counts as penalised. above: the share of doctors from which the grade falls by `grades`. from_ledger:
    whether doctors known only from the ledger may be the denominator."""

    scheme: Points
    points: Decimal
    above: Decimal
    grades: int
    from_ledger: bool


@dataclass(frozen=True)
class Scheme:
    """A credit scheme. grades, cards: the best first. severity: level → points a finding. Each `most` is the most that its part
    deducts. sources: part → where its numbers come from."""

    name: str
    title: Words
    source: Words
    verified: Words
    unverified: Words
    since: dt.date
    start: Decimal
    months: int
    grades: Sequence[Band]
    cards: Sequence[Band]
    severity: Mapping[str, Decimal]
    severity_most: Decimal
    share_per: Decimal
    share_points: Decimal
    share_most: Decimal
    repetition_points: Decimal
    repetition_most: Decimal
    vetoes: Sequence[Veto]
    penalised: Penalised
    red_months: int
    sources: Mapping[str, Words]


_TOP = HEADER | {"start": Key("number", True), "months": Key("months", True)}
_BAND = {"name": Key("text", True), "least": Key("number", True)}
_SOURCE = {"source": Key("words", True)}
_PARTS = {
    "severity": {level: Key("number", True) for level in LEVELS} | {"most": Key("number", True)},
    "share": {name: Key("number", True) for name in ("per", "points", "most")},
    "repetition": {name: Key("number", True) for name in ("points", "most")},
    "penalised": {
        "scheme": Key("text", True), "points": Key("number", True), "above": Key("number", True), "grades": Key("months", True),
        "from_ledger": Key("flag", False, False),
    },
    "lists": {"red_months": Key("months", True)},
}  # fmt: skip
_VETO = {"basis": Key("texts", True), "months": Key("months", True)}


def read(name: str = USUAL) -> Scheme:
    """A scheme of ours by its name, or one in a .toml file. Raises MedauditError with everything that is wrong in it."""
    found, where = content(name, "credit")
    checks = Checks(where)
    inside = {*_PARTS, "grade", "card", "veto"}
    top = checks.table({key: value for key, value in found.items() if key not in inside}, _TOP)
    parts = {
        key: checks.table(found.get(key, {}), keys | _SOURCE, key) for key, keys in _PARTS.items()
    }
    vetoes = checks.tables(found.get("veto"), _VETO | _SOURCE, "veto")
    grades = _bands(checks, found.get("grade"), "grade")
    cards = _bands(checks, found.get("card"), "card")
    if cards and tuple(card["name"] for card in cards) != CARDS:
        checks.wrong(say("card 应依次为 green、yellow、red", "card must be green, yellow and red, in this order"))  # fmt: skip
    if parts["share"]["per"] == 0:
        checks.wrong(say("share.per 应大于 0", "share.per must be above 0"))
    points = _points(checks, parts["penalised"]["scheme"])
    checks.end()
    assert points is not None
    penal = parts["penalised"]
    return Scheme(
        **{key: top[key] for key in ("name", "title", "source", "verified", "unverified", "start")},
        since=top["from"],
        months=top["months"][0],
        grades=[Band(**band) for band in grades],
        cards=[Band(**band) for band in cards],
        severity={level: parts["severity"][level] for level in LEVELS},
        severity_most=parts["severity"]["most"],
        share_per=parts["share"]["per"],
        share_points=parts["share"]["points"],
        share_most=parts["share"]["most"],
        repetition_points=parts["repetition"]["points"],
        repetition_most=parts["repetition"]["most"],
        vetoes=[Veto(one["basis"], one["months"][0]) for one in vetoes],
        penalised=Penalised(
            points, penal["points"], penal["above"], penal["grades"][0], penal["from_ledger"]
        ),
        red_months=parts["lists"]["red_months"][0],
        sources={key: part["source"] for key, part in parts.items()},
    )


def _bands(checks: Checks, found: Any, at: str) -> list[dict[str, Any]]:
    bands = checks.tables(found, _BAND, at)
    if not bands:
        checks.wrong(say(f"缺少 [[{at}]]", f"[[{at}]] is missing"))
    limits = [band["least"] for band in bands]
    if None in limits:
        return bands
    if any(after >= before for before, after in pairwise(limits)):
        checks.wrong(
            say(f"{at} 的分数线没有逐个下降", f"the limits of {at} do not fall from one to the next"),
            say("最好的写在最前", "put the best first"),
        )  # fmt: skip
    if limits and limits[-1] != 0:
        checks.wrong(say(f"最低的 {at} 应从 0 分起", f"the lowest {at} must begin at 0"))
    return bands


def _points(checks: Checks, name: str | None) -> Points | None:
    if name is None:
        return None
    try:
        return reading.read(name)
    except MedauditError as error:
        checks.problems += error.problems
        return None
