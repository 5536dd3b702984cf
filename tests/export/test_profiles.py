"""Profiles of campaigns: ours can be used, the settings' own are checked."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest

from medaudit.detectors import catalogue
from medaudit.errors import MedauditError
from medaudit.export.profiles import find, problems, shipped
from medaudit.language import speak

CODES = [rule.code for rule in catalogue.known()]


def told(text: str) -> dict[str, Any]:
    return tomllib.loads(text)["profile"]


def test_ours_are_the_five_campaigns() -> None:
    assert set(shipped()) == {"phantom", "dental", "herbal", "dialysis", "chronic"}


@pytest.mark.parametrize("name", shipped())
def test_ours_have_nothing_wrong_and_both_languages(name: str) -> None:
    content = tomllib.loads(shipped()[name].read_text("utf-8"))
    assert list(problems({name: content}, name, CODES)) == []
    assert set(content["title"]) == set(content["note"]) == {"zh", "en"}
    assert find(name, {}, CODES).rules


def test_every_rule_a_profile_of_ours_names_whole_is_there() -> None:
    for name in shipped():
        for prefix in find(name, {}, CODES).rules:
            assert len(prefix) == 3 or prefix in CODES, f"{name}: {prefix}"


def test_ones_own_is_read_with_its_days_and_title() -> None:
    own = told(
        '[profile.beds]\ntitle = "床位"\nrules = ["bil15"]\nby = "doctor"\nsince = 2025-01-01\nuntil = "2025-06-30"\nbudget = 5'
    )
    profile = find("beds", own, CODES)
    assert profile.heading == "床位"
    assert (profile.by, profile.budget, profile.rules) == ("doctor", 5, ("bil15",))
    assert (profile.since, profile.until) == (dt.date(2025, 1, 1), dt.date(2025, 6, 30))
    speak("en")
    assert profile.heading == "床位"


def test_ones_own_goes_before_ours_of_the_same_name() -> None:
    assert find("phantom", told('[profile.phantom]\nrules = ["BIL"]'), CODES).rules == ("BIL",)


def test_an_unknown_name_is_guessed() -> None:
    with pytest.raises(MedauditError, match="是不是 phantom") as caught:
        find("fantom", {}, CODES)
    assert caught.value.problems[0].where == "--profile"


def test_everything_wrong_is_told_at_once() -> None:
    own = told(
        '[profile.x]\nrule = ["STY"]\nrules = ["XYZ9"]\nby = "hospital"\nareas = "99"\nbudget = 0\nsince = "2025-13-01"\ntitle = 3'
    )
    with pytest.raises(MedauditError) as caught:
        find("x", own, CODES, "here.toml")
    assert len(caught.value.problems) == 7
    said = str(caught.value)
    assert all(
        key in said for key in ("rule", "XYZ9", "hospital", "areas", "budget", "since", "title")
    )
    assert {problem.where for problem in caught.value.problems} == {"here.toml"}


def test_a_campaign_that_ends_before_it_begins_is_wrong() -> None:
    [wrong] = problems(told('[profile.x]\nsince = "2025-02-01"\nuntil = "2025-01-01"'), "f", CODES)
    assert "x" in wrong.what


@pytest.mark.parametrize("own", [3, {"x": 3}])
def test_what_is_no_table_is_told(own: Any) -> None:
    [wrong] = problems(own, "f", CODES)
    assert "profile" in wrong.what
