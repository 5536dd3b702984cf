"""What confirmed findings would mean in points: proposals by tier, and items that a scheme counts by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from medaudit.ledger.points import book, read
from medaudit.ledger.points.scheme import named
from medaudit.ledger.points.words import proposed
from tests.ledger.points.books import Desk, day


def ranges(desk: Desk, scheme: str = "national2024") -> list[tuple[str, list[tuple[int, int]]]]:
    return [
        (one.institution, [(int(tier.low), int(tier.high)) for tier in one.tiers])
        for one in desk.reckon(scheme).proposals
    ]


@pytest.mark.parametrize(
    ("article", "wanted", "within"),
    [
        ("条例 38(3)", "条例 38", True),
        ("条例 38", "条例 38", True),
        ("条例 38", "条例 3", False),
        ("条例 40(1)", "条例 38", False),
        ("GZ10000102012000", "条例 38", False),
    ],
)
def test_a_paragraph_lies_within_its_article(article: str, wanted: str, within: bool) -> None:
    assert named([article], [wanted]) is within


def test_a_finding_under_article_38_proposes_four_to_six(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", "GZ10000102012000")
    assert ranges(desk) == [("H1", [(4, 6)])]
    assert desk.reckon().lost == 0  # nothing is awarded by itself


def test_findings_that_one_decision_would_be_about_are_one_proposal(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)")
    desk.finding("STY02-1", "条例 38(1)")
    desk.finding("BIL03-2", "条例 38(3)", at="H2")
    desk.finding("BIL03-3", "条例 38(3)", occurred="2024-12-31")
    told = desk.reckon().proposals
    assert [(one.institution, one.year, len(one.findings)) for one in told] == [
        ("H1", 2024, 1),
        ("H1", 2025, 2),
        ("H2", 2025, 1),
    ]


def test_a_finding_of_two_articles_leads_to_either_tier(desk: Desk) -> None:
    desk.finding("BIL09-1", "条例 38(4)", "条例 40(3)")
    assert ranges(desk) == [("H1", [(4, 6), (10, 12)])]


def test_what_only_names_conduct_leads_to_the_article_that_penalises_it(desk: Desk) -> None:
    desk.finding("DOC01-1", "条例 15", "条例 20")
    desk.finding("MED01-1", "条例 15", "条例 38(2)", at="H2")
    assert ranges(desk) == [("H1", [(4, 6), (10, 12)]), ("H2", [(4, 6)])]


def test_what_leads_to_no_tier_is_still_shown(desk: Desk) -> None:
    desk.finding("XXX01-1", "条例 41(1)")
    assert ranges(desk) == [("H1", [])]
    assert ranges(desk, "qinzhou") == [("H1", [])]


@pytest.mark.parametrize("action", ["dismissed", "escalated", "reopened"])
def test_only_what_is_confirmed_now_proposes(desk: Desk, action: str) -> None:
    desk.finding("BIL03-1", "条例 38(3)")
    desk.finding("BIL03-1", "条例 38(3)", action=action, when="2025-03-02")
    assert ranges(desk) == []


def test_a_finding_counts_from_the_day_it_was_confirmed(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", when="2025-03-01")
    assert book.opened(desk.ledger, day("2025-02-28")).doctors == []
    assert book.opened(desk.ledger, day("2025-03-01")).doctors == ["D1"]


def test_where_two_must_confirm_one_proposes_nothing(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", who="李")
    assert book.opened(desk.ledger, day("2025-12-31"), confirmations=2).doctors == []
    desk.finding("BIL03-1", "条例 38(3)", who="赵")
    assert book.opened(desk.ledger, day("2025-12-31"), confirmations=2).doctors == ["D1"]


def test_what_was_awarded_for_is_no_longer_proposed_until_the_award_is_taken_back(
    desk: Desk,
) -> None:
    desk.finding("BIL03-1", "条例 38(3)")
    award = desk.award("2025-04-01", 4, findings=["BIL03-1"])
    assert ranges(desk) == []
    desk.correct("2025-05-01", award)
    assert ranges(desk) == [("H1", [(4, 6)])]


def test_the_arithmetic_is_told(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", amount="1234.5")
    desk.award("2025-04-01", 4)
    told = desk.reckon()
    text = proposed(told.proposals[0], told.lost, read(), 2025)
    assert "BIL03 × 1" in text
    assert "1,234.50 元" in text
    assert "已扣 4 + 4~6 = 8~10 分" in text  # nine lies between
    assert "10 分时暂停支付资格 1~6 个月" in text


def test_indicators_and_findings_lower_a_score(desk: Desk) -> None:
    desk.finding("DOC08-1", "条例 38(2)", when="2025-02-01")
    desk.finding("BIL03-1", "条例 38(3)", when="2025-03-01")
    desk.finding("BIL09-1", "条例 38(4)", "条例 40(3)", when="2025-04-01")
    told = desk.reckon("liaocheng")
    assert [line.points for line in told.account.lines] == [3, 5, 20]
    assert told.lost == 28
    assert told.proposals == []


def test_an_indicator_costs_no_more_a_year_than_the_scheme_says(desk: Desk) -> None:
    for number in range(6):
        desk.finding(f"DOC06-{number}", "条例 15", when=f"2025-0{number + 1}-01")
    assert desk.reckon("liaocheng").lost == 12  # four of six at 3
    desk.finding("DOC06-9", "条例 15", when="2026-01-05")
    assert desk.reckon("liaocheng", "2026-01-06").lost == 3


def test_below_the_total_the_score_suspends(desk: Desk) -> None:
    for number in range(2):
        desk.finding(f"BIL09-{number}", "条例 40(3)", when=f"2025-02-0{number + 1}")
    assert desk.reckon("liaocheng").span is None  # sixty left are not below sixty
    desk.finding("DOC10-1", "条例 38(2)", when="2025-02-05")
    assert desk.spans("liaocheng") == [("2025-02-05", "2025-05-05")]


def test_an_indicator_between_the_limits_of_the_scheme_costs_nothing(desk: Desk) -> None:
    desk.finding("DOC08-1", "条例 38(2)")
    desk.finding("DOC08-2", "条例 38(2)")
    opened = book.opened(desk.ledger, day("2025-12-31"))
    measured = {"DOC08-1": (1.2, 1.3), "DOC08-2": (1.49, 1.51)}  # the second may be 1.5
    assert book.reckon(opened, "D1", read("liaocheng"), measured).lost == Decimal(3)


def test_what_was_awarded_for_is_not_counted_again(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)")
    desk.award("2025-04-01", 2, findings=["BIL03-1"])
    assert desk.reckon("liaocheng").lost == 2
