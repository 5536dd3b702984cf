"""What is said of reviews after a scan."""

from __future__ import annotations

from medaudit.language import speak
from medaudit.runs.reviewed import RULES, by_rule, calibrated

LEARNT = {
    "reviewed": 1,
    "unknown": 1,
    "unknown_first": ["STY02-x"],
    "contradicted": 4,
    "contradicted_first": ["a.csv, line 2 and a.csv, line 5"] * 3,
    "level": 0.9,
    "rules": {
        f"STY{i:02}": {"confirmed": i, "dismissed": 1, "share": 0.5, "interval": [0.2, 0.8]}
        for i in range(1, RULES + 3)
    },
}


def test_unknown_and_contradicting_reviews_are_named() -> None:
    speak("en")
    told = calibrated(LEARNT)
    assert "1 review concerns nothing in this run (STY02-x)." in told
    assert "4 decisions contradict earlier ones; the later holds (a.csv, line 2 and" in told
    assert "…)" in told
    assert told.endswith("P was adjusted by reviews of 1 subject.")


def test_the_rules_with_most_reviews_are_told_with_their_interval() -> None:
    head, first, *rest = by_rule(LEARNT)
    assert "90%" in head
    assert first.strip() == "STY12 12, 1; 50% (20%–80%)"
    assert len(rest) == RULES
    assert "另有 2 条规则" in rest[-1]


def test_without_reviews_nothing_is_told_of_rules() -> None:
    assert list(by_rule({"reviewed": 0})) == []
    assert "尚未" in calibrated({"reviewed": 0})
