"""What two accounts of runs say about how differently they were made."""

from __future__ import annotations

from typing import Any

import pytest

from medaudit.compared.changes import changed_inputs, changed_rules
from medaudit.compared.telling import REASONS


def told(**more: Any) -> dict[str, Any]:
    """What run.json says of a run of one rule over one file."""
    return {
        "settings": {}, "inputs": [{"file": "a.csv", "part": "", "sha256": "1"}],
        "detectors": [{"rule": "STY01", "state": "ran", "version": "v1"}],
    } | more  # fmt: skip


def ran(rule: str = "STY01", **more: Any) -> list[dict[str, Any]]:
    return [{"rule": rule, "state": "ran", "version": "v1"} | more]


@pytest.mark.parametrize(
    ("new", "reasons"),
    [
        (told(), {}),
        (told(detectors=ran(version="v2")), {"rule_version": ["STY01"]}),
        (told(detectors=ran(version="v2"), settings={"params": {"STY01": {"days": 3}}}), {"params": ["STY01"]}),
        # A value written out that is the default's makes the same version.
        (told(settings={"params": {"STY01": {"days": 3}}}), {}),
        (told(detectors=ran(state="skipped")), {"rule_skipped": ["STY01"]}),
        (told(detectors=ran(state="failed")), {"rule_failed": ["STY01"]}),
        (told(detectors=[]), {"rule_absent": ["STY01"]}),
        (told(detectors=[], settings={"ignore": ["sty"]}), {"selection": ["STY01"]}),
        (told(detectors=[], settings={"select": ["BIL"]}), {"selection": ["STY01"]}),
        (told(detectors=[], settings={"rules": {"ignore": ["STY01"]}}), {"selection": ["STY01"]}),
        # What the command line selects stands before the settings file.
        (told(detectors=[], settings={"select": ["STY"], "rules": {"select": ["BIL"]}}), {"rule_absent": ["STY01"]}),
    ],
    ids=["the same", "rewritten", "parameter", "parameter as it was", "skipped", "failed", "not there", "ignored",
         "not selected", "ignored by settings", "selected by the command line"],
)  # fmt: skip
def test_of_a_rule_it_says_why_it_may_find_something_else(
    new: dict[str, Any], reasons: dict[str, list[str]]
) -> None:
    assert changed_rules(told(), new) == reasons
    assert set(reasons) <= REASONS.keys()


def test_without_versions_only_the_parameters_tell() -> None:
    old = told(detectors=[{"rule": "STY01", "state": "ran"}])
    assert changed_rules(old, told()) == {}
    other = told(settings={"params": {"STY01": {"days": 3}}})
    assert changed_rules(old, other) == {"params": ["STY01"]}


def test_a_run_that_does_not_say_what_ran_is_no_run_without_rules() -> None:
    silent = told()
    del silent["detectors"]
    assert changed_rules(silent, told()) == {}


def test_files_are_told_by_their_content_and_not_by_their_names() -> None:
    renamed = told(inputs=[{"file": "b.csv", "part": "", "sha256": "1"}])
    assert changed_inputs(told(), renamed) == (0, 0)
    more = told(inputs=[{"file": "a.csv", "part": "", "sha256": "2"}, {"file": "c.csv", "part": "", "sha256": "3"}])  # fmt: skip
    assert changed_inputs(told(), more) == (1, 2)
