"""Profiles of a campaign: a theme, whom and where it looks at, and when; ours and those of the settings."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import pick, say

FOLDER = Path(__file__).parent / "profiles"
KINDS = ("institution", "pharmacy", "doctor", "patient", "settlement", "ring")
_LISTS = ("rules", "areas", "institutions", "item_types", "item_names", "diagnoses")
_TEXTS = ("title", "note")
_DAYS = ("since", "until")
KEYS = (*_TEXTS, "by", *_LISTS, *_DAYS, "budget")


@dataclass(frozen=True)
class Profile:
    """A campaign. title, note: {zh, en}. rules: code prefixes, all when empty. by: one of KINDS, None for places.
    item_types (med_chrgitm_type), item_names (a part of one), diagnoses (ICD prefixes): a finding must be on a fee line or a bill
    that any of them fits; none given means any. budget: so many cases."""

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    by: str | None = None
    areas: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    item_names: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    budget: int | None = None

    @property
    def heading(self) -> str:
        return pick(self.title) or self.name


def find(name: str, own: Mapping[str, Any], codes: Collection[str], where: str = "") -> Profile:
    """The profile of that name; the settings' own goes before ours of the same name.

    own: table [profile] of the settings, which lie at `where`. codes: the rules there are. Raises MedauditError for an unknown
    name, naming the likely one, and with everything wrong in it.
    """
    known = shipped()
    if name not in own and name not in known:
        what = say(f"没有专项 {name}", f"there is no profile {name}")
        raise MedauditError(Problem(what, "--profile", did_you_mean(name, [*own, *known])))
    if name in own:
        if wrong := list(problems({name: own[name]}, where, codes)):
            raise MedauditError(wrong)
        return _profile(name, own[name])
    return _profile(name, tomllib.loads(known[name].read_text(encoding="utf-8")))


def shipped() -> dict[str, Path]:
    """Our profiles by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def problems(own: Any, where: str, codes: Collection[str]) -> Iterator[Problem]:
    """Everything wrong in table [profile] of the settings at `where`."""
    if not isinstance(own, Mapping):
        yield Problem(
            say("[profile] 应是一个表", "[profile] must be a table"),
            where,
            say("写成 [profile.名称]", "write [profile.NAME]"),
        )
        return
    for name, told in own.items():
        place = f"profile.{name}"
        if not isinstance(told, Mapping):
            what = say(f"{place} 应是一个表", f"{place} must be a table")
            yield Problem(what, where, say(f"写成 [{place}]", f"write [{place}]"))
            continue
        for key, value in told.items():
            yield from _wrong(f"{place}.{key}", key, value, where, codes)
        since, until = (_day(told.get(key)) for key in _DAYS)
        if since and until and since > until:
            what = say(f"{place} 的起始日在截止日之后", f"{place} begins after it ends")
            yield Problem(what, where, say("对调 since 与 until", "swap since and until"))


def _wrong(
    name: str, key: str, value: Any, where: str, codes: Collection[str]
) -> Iterator[Problem]:
    if key not in KEYS:
        what = say(f"不认识设置：{name}", f"unknown: {name}")
        yield Problem(what, where, did_you_mean(key, KEYS))
        return
    must = _must(key, value)
    if must:
        what = say(f"{name} 的值不对", f"{name} has the wrong kind of value")
        yield Problem(what, where, say(f"应为{must[0]}", f"it must be {must[1]}"))
    elif key == "by" and value not in KINDS:
        what = say(f"没有这类对象：{name} = {value}", f"no such subjects: {name} = {value}")
        yield Problem(what, where, did_you_mean(value, KINDS))
    elif key == "rules":
        for prefix in value:
            if not any(code.startswith(prefix.upper()) for code in codes):
                what = say(
                    f"{name}：没有以 {prefix} 开头的规则",
                    f"{name}: no rule's code begins with {prefix}",
                )
                yield Problem(what, where, did_you_mean(prefix, sorted(codes)))


def _must(key: str, value: Any) -> tuple[str, str] | None:
    """What the value of a key must be, in Chinese and English; None when it is."""
    if key in _LISTS:
        fits = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        return None if fits else ('文本列表，如 ["a"]', 'a list of texts such as ["a"]')
    if key in _TEXTS:
        fits = isinstance(value, str) or (
            isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
        )
        return None if fits else ("文本，或 { zh, en }", "a text, or { zh, en }")
    if key in _DAYS:
        return None if _day(value) else ("日期，如 2025-01-31", "a date such as 2025-01-31")
    if key == "budget":
        fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return None if fits else ("正整数", "a whole number above 0")
    return None if isinstance(value, str) else ("文本", "a text")


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _profile(name: str, told: Mapping[str, Any]) -> Profile:
    texts = {key: told.get(key, {}) for key in _TEXTS}
    texts = {k: {"zh": v, "en": v} if isinstance(v, str) else dict(v) for k, v in texts.items()}
    lists = {key: tuple(told.get(key, ())) for key in _LISTS}
    days = {key: _day(told.get(key)) for key in _DAYS}
    return Profile(name, **texts, **lists, **days, by=told.get("by"), budget=told.get("budget"))  # type: ignore[arg-type]
