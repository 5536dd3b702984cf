"""What a rule may read is listed whole: every table, fact and column, with a type and a meaning."""

from __future__ import annotations

import pytest

from medaudit import facts
from medaudit.handbook.tables import Readable, readables
from medaudit.language import LANGUAGES, speak


@pytest.fixture(scope="module", params=LANGUAGES)
def listed(request: pytest.FixtureRequest) -> list[Readable]:
    speak(request.param)
    found = readables()
    speak("zh")
    return found


def test_everything_a_rule_may_read_is_there_once(listed: list[Readable]) -> None:
    assert sorted(one.name for one in listed) == sorted(facts.readable())


def test_every_column_has_a_type_and_a_meaning(listed: list[Readable]) -> None:
    blank = [
        (one.name, name)
        for one in listed
        for name, kind, label in one.columns
        if not (kind and label)
    ]
    assert not blank
    assert all(one.grain for one in listed)


def test_only_those_asked_for_are_listed() -> None:
    assert [one.name for one in readables({"stay", "price_limit"})] == ["stay", "price_limit"]
