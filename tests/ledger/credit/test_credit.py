"""Institutions' credit: every deduction, what decides besides the sum, lists, history."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from medaudit.errors import MedauditError
from medaudit.ledger import Event
from medaudit.ledger.credit import book, words
from medaudit.ledger.credit.book import Act, act
from medaudit.ledger.credit.scheme import read
from medaudit.ledger.credit.scoring import Known, Scored
from medaudit.ledger.schemes import FOLDER
from tests.ledger.points.books import Desk, day

SCHEME = read()
YEAR = (day("2025-01-01"), day("2025-12-31"))


@pytest.fixture
def desk(where: str) -> Desk:
    return Desk(where)


def run(fund: int = 1_000_000, doctors: int = 100) -> dict[str, Known]:
    staff = frozenset(f"D{number}" for number in range(1, doctors + 1))
    return {"H1": Known("甲医院", Decimal(fund), *YEAR, staff)}


def card(desk: Desk, as_of: str = "2025-12-31", known: dict[str, Known] | None = None, **rest: Any) -> Scored:  # fmt: skip
    opened = book.opened(desk.ledger, SCHEME, day(as_of), institution="H1", **rest)
    return book.scored(opened, SCHEME, known or {}, "H1")[0]


def decide(desk: Desk, action: str, about: str, when: str = "2025-06-01", **rest: Any) -> Event:
    return act(desk.ledger, "H1", Act(action, about, "王", "会议纪要", day(when), **rest), SCHEME, day("2025-06-01"))  # fmt: skip


def test_without_anything_confirmed_the_score_is_full(desk: Desk) -> None:
    told = card(desk)
    assert (told.score, told.grade, told.card) == (100, "AAA", "green")


def test_each_level_costs_what_the_scheme_says(desk: Desk) -> None:
    for number, level in enumerate(["violation", "violation", "suspected", "lead"]):
        desk.finding(f"BIL03-{number}", "条例 38(3)", level=level)
    told = card(desk)
    assert [line.points for line in told.deductions[:3]] == [6, 1, Decimal("0.5")]
    assert told.score == Decimal("92.5")
    assert words.total(told, SCHEME) == "100 − 6 − 1 − 0.5 = 92.5"


def test_one_part_deducts_no_more_than_its_most(desk: Desk) -> None:
    for number in range(30):
        desk.finding(f"BIL03-{number}", "条例 38(3)", level="violation")
    told = card(desk)
    assert told.score == 60  # not 10
    assert (told.grade, told.card) == ("A", "yellow")


def test_each_whole_per_cent_of_the_fund_payments_costs(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="29999", level="lead")
    told = card(desk, known=run())
    assert (told.share, told.deductions[1].points) == (Decimal("0.029999"), 10)  # two whole ones
    assert "29,999.00 / 1,000,000.00 = 3.00%" in words.line(told.deductions[1], SCHEME)


def test_money_from_outside_the_days_of_the_run_is_not_set_against_its_payments(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="50000", occurred="2024-12-31")
    assert card(desk, known=run()).share == 0


def test_without_a_run_the_share_is_not_known_and_that_is_said(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="50000")
    told = card(desk)
    assert told.share is None
    assert any("--run" in words.line(line, SCHEME) for line in told.deductions)


def test_a_rule_confirmed_again_in_a_later_year_costs_more(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", when="2024-05-01")
    desk.finding("BIL03-2", "条例 38(3)", when="2025-05-01")
    desk.finding("STY02-1", "条例 38(1)", when="2025-05-01")
    desk.finding("STY02-2", "条例 38(1)", when="2025-06-01")
    told = card(desk)
    [line] = [line for line in told.deductions if line.part == "repetition"]
    assert (line.points, line.about["rules"]) == (5, {"BIL03": 2024})


def test_findings_count_for_as_long_as_the_scheme_says(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", when="2025-01-01")
    assert card(desk, "2025-12-31").score == 99
    assert card(desk, "2026-01-01").score == 100


def test_a_confirmed_finding_under_article_40_means_the_lowest_grade_for_years(desk: Desk) -> None:
    desk.finding("BIL09-1", "条例 38(4)", "条例 40(3)", when="2025-03-01")
    for as_of in ("2025-03-01", "2028-02-29"):
        told = card(desk, as_of)
        assert (told.grade, told.card, told.supervised) == ("A", "red", True)
        assert told.black == "proposed"
    assert card(desk, "2028-03-01").grade == "AAA"


def test_a_dismissed_veto_is_none(desk: Desk) -> None:
    desk.finding("BIL09-1", "条例 40(3)", when="2025-03-01")
    desk.finding("BIL09-1", "条例 40(3)", when="2025-04-01", action="dismissed")
    assert card(desk, "2025-03-31").grade == "A"
    assert card(desk, "2025-04-01").grade == "AAA"


@pytest.mark.parametrize(("penalised", "grade"), [(2, "AAA"), (3, "AA")])
def test_more_than_two_per_cent_of_penalised_doctors_lower_the_grade(
    desk: Desk, penalised: int, grade: str
) -> None:
    for number in range(1, penalised + 1):
        desk.award("2025-12-01", 9, doctor=f"D{number}")
    told = card(desk, known=run())
    assert (len(told.penalised), told.doctors) == (penalised, 100)
    assert (told.grade, told.supervised) == (grade, penalised > 2)


def test_a_doctor_suspended_over_the_years_end_is_penalised_in_the_new_year(desk: Desk) -> None:
    desk.award("2025-12-20", 9)
    assert card(desk, "2026-01-19", known=run(doctors=10)).penalised == ["D1"]
    assert card(desk, "2026-01-21", known=run(doctors=10)).penalised == []


def test_doctors_known_only_from_the_ledger_lower_no_grade(desk: Desk) -> None:
    desk.award("2025-12-01", 12)
    told = card(desk)
    assert (told.grade, told.lowered, told.supervised) == ("AAA", 0, False)
    assert any("医师总数不详" in line for line in words.after(told, SCHEME))


def test_a_person_grades_otherwise_until_a_day(desk: Desk) -> None:
    decide(desk, "graded", "A", until=day("2025-08-31"))
    assert card(desk, "2025-05-31").grade == "AAA"
    told = card(desk, "2025-08-31")
    assert (told.grade, told.computed) == ("A", "AAA")
    assert card(desk, "2025-09-01").grade == "AAA"


def test_a_decided_grade_can_be_left_to_the_score_again(desk: Desk) -> None:
    decide(desk, "graded", "A")
    decide(desk, "graded", "computed", when="2025-07-01")
    assert [card(desk, as_of).grade for as_of in ("2025-06-30", "2025-07-01")] == ["A", "AAA"]


def test_lists_are_proposed_and_a_person_lists(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", action="dismissed")
    assert card(desk).red == "proposed"
    decide(desk, "listed", "black")
    assert card(desk).black == "listed"
    decide(desk, "unlisted", "black", when="2025-07-01")
    assert [card(desk, as_of).black for as_of in ("2025-06-30", "2025-07-01")] == ["listed", ""]


def test_where_nobody_looked_nothing_is_proposed_for_the_red_list(desk: Desk) -> None:
    assert card(desk, known=run()).red == ""


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    for given, said in (
        (("graded", "AAAA"), "没有 AAAA 这一等级"),
        (("listed", "grey"), "没有 grey 这个名单"),
        (("unlisted", "red"), "不在名单上"),
    ):
        with pytest.raises(MedauditError, match=said):
            decide(desk, *given)
    decide(desk, "listed", "red")
    with pytest.raises(MedauditError, match="已经在名单上"):
        decide(desk, "listed", "red", when="2025-06-02")
    with pytest.raises(MedauditError, match="一年以上"):
        decide(desk, "graded", "AA", when="2026-06-02")
    assert len(desk.ledger.events()) == 1


def test_the_history_says_what_was_known_at_each_years_end(desk: Desk) -> None:
    desk.finding("BIL09-1", "条例 40(3)", when="2023-05-01")
    desk.finding("BIL09-1", "条例 40(3)", when="2024-02-01", action="dismissed")
    opened = book.opened(desk.ledger, SCHEME, day("2025-06-01"), institution="H1")
    past = book.history(desk.ledger, opened, SCHEME, {}, "H1")
    assert [(one.day.year, one.grade) for one in past] == [(2023, "A"), (2024, "AAA")]


def test_the_worst_come_first(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", at="H2")
    desk.finding("BIL09-1", "条例 40(3)", at="H3")
    desk.finding("BIL03-2", "条例 38(3)", at="H1", action="dismissed")
    opened = book.opened(desk.ledger, SCHEME, day("2025-12-31"))
    assert [one.institution for one in book.scored(opened, SCHEME, {})] == ["H3", "H2", "H1"]


def test_where_two_must_confirm_one_confirmation_costs_nothing(desk: Desk) -> None:
    desk.finding("BIL09-1", "条例 40(3)", who="李")
    assert card(desk, confirmations=2).grade == "AAA"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("least = 75", "least = 95", "没有逐个下降"),
        ('name = "yellow"', 'name = "amber"', "green、yellow、red"),
        ("above = 0.02", "abov = 0.02", "是不是 above？"),
        ("per = 0.01", "per = 0", "应大于 0"),
        ('scheme = "national2024"', 'scheme = "national"', "没有叫 national 的方案"),
        ("start = 100", 'start = "all"', "start 的值不对"),
        ("months = 36", "months = -1", "veto[1].months 的值不对"),
    ],
)
def test_a_bad_scheme_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (FOLDER / "aaa.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(MedauditError) as refused:
        read(str(tmp_path / "own.toml"))
    assert said in str(refused.value)
