"""What is to be exported: whom, out of which findings, how many, and in which form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from medaudit.errors import Problem, did_you_mean
from medaudit.export.profiles import Profile
from medaudit.language import say

PLACES = ("institution", "pharmacy")  # where inspectors go
BUDGET = 10  # cases, when nobody says
FORMS = ("xlsx", "csv", "json", "docx")
USUAL = ("xlsx", "csv", "json")


@dataclass(frozen=True)
class Wanted:
    """Which findings count, and whose list they make. kinds: subject types. areas: admdvs prefixes. rules: code prefixes.
    item_types, item_names, diagnoses: as of a Profile. min_amount: yuan a case must have. Empty or None means all."""

    kinds: tuple[str, ...] = PLACES
    areas: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    item_names: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    person: str | None = None
    min_amount: float | None = None
    budget: int = BUDGET
    profile: Profile | None = None

    @property
    def narrowed(self) -> bool:
        """Whether only some of a subject's findings count, so that the run's own money and order are not theirs."""
        return any(
            (
                self.areas, self.institutions, self.rules, self.item_types, self.item_names, self.diagnoses,
                self.since, self.until, self.person,
            )
        )  # fmt: skip


def of_profile(profile: Profile | None, asked: Any, budget: int | None) -> Wanted:
    """What a profile wants, where the command line does not say otherwise.

    asked: has by, area, institution, since, until, person and min_amount, each None when it was not given.
    """
    base = Wanted()
    if profile:
        base = Wanted(
            kinds=(profile.by,) if profile.by else PLACES,
            areas=profile.areas,
            institutions=profile.institutions,
            rules=profile.rules,
            item_types=profile.item_types,
            item_names=profile.item_names,
            diagnoses=profile.diagnoses,
            since=profile.since,
            until=profile.until,
            budget=profile.budget or BUDGET,
            profile=profile,
        )
    given: dict[str, Any] = {
        "kinds": (str(asked.by),) if asked.by else None,
        "areas": (asked.area,) if asked.area else None,
        "institutions": tuple(asked.institution or ()) or None,
        "since": asked.since,
        "until": asked.until,
        "person": asked.person,
        "min_amount": asked.min_amount,
        "budget": budget,
    }
    return replace(base, **{name: value for name, value in given.items() if value is not None})


def forms(text: str | None, notice: bool) -> tuple[tuple[str, ...], list[Problem]]:
    """The files asked for by `xlsx,csv,docx,json`, and what is wrong with that. notice: a notice too."""
    asked = [one.strip().lower() for one in (text or "").split(",") if one.strip()] or [*USUAL]
    wrong = [
        Problem(say(f"没有 {one} 这种格式", f"there is no format {one}"), "--format", did_you_mean(one, FORMS))
        for one in asked
        if one not in FORMS
    ]  # fmt: skip
    if notice:
        asked.append("docx")
    if "docx" in asked and not wrong:
        try:
            import docx  # noqa: F401
        except ImportError:
            what = say("没有安装写 Word 文件的库", "the library for Word files is not installed")
            do = say("安装 medaudit[docx]", "install medaudit[docx]")
            wrong.append(Problem(what, "--notice", do))
    return tuple(one for one in FORMS if one in asked), wrong
