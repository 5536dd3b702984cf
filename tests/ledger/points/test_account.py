"""One doctor's account: points by calendar year, suspensions to the day, corrections, restorations, appeals."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from medaudit.ledger.points import read, suspended
from medaudit.ledger.points.account import account, lifted, months_on, pending
from tests.ledger.points.books import Desk, day


def lost(desk: Desk, year: int, scheme: str = "national2024", as_of: str = "2026-12-31") -> Decimal:
    return desk.reckon(scheme, as_of).account.lost.get(year, Decimal(0))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-15", 1, "2025-02-15"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-10-31", 4, "2026-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(
    start: str, months: int, end: str
) -> None:
    assert str(months_on(day(start), months)) == end


def test_points_of_one_year_do_not_count_in_the_next(desk: Desk) -> None:
    desk.award("2025-12-31", 3)
    desk.award("2026-01-01", 3)
    assert (lost(desk, 2025), lost(desk, 2026)) == (3, 3)
    assert desk.spans("qinzhou", "2026-12-31") == []  # 3 and 3 are not 6


def test_a_suspension_runs_over_the_years_end(desk: Desk) -> None:
    desk.award("2025-12-10", 6)
    assert desk.spans("qinzhou") == [("2025-12-10", "2026-03-10")]
    told = desk.reckon("qinzhou", "2026-02-01")
    assert told.lost == 0  # the new year began at nothing
    assert told.span is not None


@pytest.mark.parametrize(
    ("points", "end"), [(4, "2025-04-05"), (6, "2025-06-05"), (8, "2025-09-05"), (10, "2026-03-05")]
)
def test_one_award_that_passes_several_limits_has_the_harshest_effect_only(
    desk: Desk, points: int, end: str
) -> None:
    desk.award("2025-03-05", points)
    assert desk.spans("qinzhou") == [("2025-03-05", end)]


def test_just_below_the_first_limit_nothing_follows(desk: Desk) -> None:
    desk.award("2025-03-05", 3.99)
    assert desk.spans("qinzhou") == []


def test_a_harsher_effect_takes_the_place_of_a_milder_one_that_is_running(desk: Desk) -> None:
    desk.award("2025-03-01", 4)  # one month
    second = desk.award("2025-03-20", 2)  # six in all: three months
    milder, harsher = desk.reckon("qinzhou").account.spans
    assert milder.replaced == second
    assert (str(harsher.first), str(harsher.last)) == ("2025-03-20", "2025-06-20")
    [one] = suspended(desk.ledger, read("qinzhou"), day("2025-12-31"))
    assert one[:3] == ("D1", day("2025-03-01"), day("2025-06-20"))


def test_of_overlapping_suspensions_the_later_end_holds(desk: Desk) -> None:
    desk.award("2025-12-20", 8)  # six months, to 20 June
    desk.award("2026-01-10", 4)  # one month, within them
    assert desk.spans("qinzhou", "2026-12-31") == [
        ("2025-12-20", "2026-06-20"),
        ("2026-01-10", "2026-02-10"),
    ]
    [one] = suspended(desk.ledger, read("qinzhou"), day("2026-12-31"))
    assert one[:3] == ("D1", day("2025-12-20"), day("2026-06-20"))
    span = desk.reckon("qinzhou", "2026-02-01").span
    assert span is not None
    assert span.last == day("2026-06-20")


def test_suspensions_that_do_not_touch_are_two(desk: Desk) -> None:
    desk.award("2025-01-01", 4)
    desk.award("2026-03-01", 4)
    told = suspended(desk.ledger, read("qinzhou"), day("2026-12-31"))
    assert [one.until_day for one in told] == [day("2025-02-01"), day("2026-04-01")]


def test_a_range_of_months_counts_as_its_least_until_a_person_chooses(desk: Desk) -> None:
    number = desk.award("2025-05-10", 9)
    [span] = desk.reckon().account.spans
    assert (span.last, span.latest) == (day("2025-06-10"), day("2025-11-10"))
    desk.points("chosen", "2025-05-12", of=number, months=4)
    [span] = desk.reckon().account.spans
    assert (span.last, span.latest, span.months) == (day("2025-09-10"), None, 4)


def test_twelve_at_once_keep_out_longer_than_twelve_in_parts(desk: Desk) -> None:
    desk.award("2025-02-01", 12, doctor="D1")
    desk.award("2025-02-01", 6, doctor="D2")
    desk.award("2025-03-01", 6, doctor="D2")
    [at_once] = desk.reckon().account.spans
    [in_parts] = desk.reckon(doctor="D2").account.spans
    assert (at_once.last, at_once.again) == (None, day("2028-02-01"))
    assert (in_parts.last, in_parts.again) == (None, day("2026-03-01"))


def test_an_ending_lasts_until_somebody_registers_the_doctor_again(desk: Desk) -> None:
    desk.award("2025-02-01", 12)
    assert suspended(desk.ledger, read(), day("2030-01-01"))[0].until_day is None
    desk.points("reinstated", "2028-02-01")
    assert suspended(desk.ledger, read(), day("2030-01-01"))[0].until_day == day("2028-01-31")


def test_events_of_one_day_count_in_the_order_of_their_numbers(desk: Desk) -> None:
    # Two restored before anything was lost restore nothing; afterwards they do.
    desk.points("restored", "2025-05-01", 2, approved=["甲"])
    desk.award("2025-05-01", 4)
    assert lost(desk, 2025) == 4
    desk.points("restored", "2025-05-01", 2, approved=["甲"])
    assert lost(desk, 2025) == 2
    assert [line.lost for line in desk.reckon().account.lines] == [0, 4, 2]


def test_an_event_entered_late_counts_from_its_day(desk: Desk) -> None:
    desk.award("2025-06-01", 4)
    earlier = desk.award("2025-03-01", 4)
    [first, second] = desk.reckon("qinzhou").account.spans
    assert (first.by, str(first.last)) == (earlier, "2025-04-01")
    assert str(second.last) == "2025-12-01"  # eight in all: six months


def test_a_correction_that_takes_points_below_the_limit_lifts_the_suspension_from_its_start(
    desk: Desk,
) -> None:
    first = desk.award("2025-03-01", 4)
    desk.award("2025-03-10", 5)  # nine: suspended
    correction = desk.correct("2025-04-01", first)
    told = desk.reckon()
    assert told.account.spans == []
    assert told.lost == 5
    [(span, by)] = lifted(told.entries, read())
    assert (str(span.first), by) == ("2025-03-10", correction)
    assert suspended(desk.ledger, read(), day("2025-03-31")) != []  # as it was known then
    assert suspended(desk.ledger, read(), day("2025-04-01")) == []


def test_a_correction_to_fewer_points_changes_the_effect(desk: Desk) -> None:
    number = desk.award("2025-03-01", 8)
    desk.correct("2025-03-02", number, 4)
    assert desk.spans("qinzhou") == [("2025-03-01", "2025-04-01")]


def test_a_correction_can_itself_be_taken_back(desk: Desk) -> None:
    award = desk.award("2025-03-01", 8)
    correction = desk.correct("2025-03-02", award)
    desk.correct("2025-03-03", correction)
    assert lost(desk, 2025) == 8
    assert desk.spans("qinzhou") == [("2025-03-01", "2025-09-01")]
    assert lifted(desk.reckon("qinzhou").entries, read("qinzhou")) == []


def test_the_last_of_several_corrections_holds(desk: Desk) -> None:
    award = desk.award("2025-03-01", 8)
    desk.correct("2025-03-02", award, 2)
    desk.correct("2025-03-03", award, 6)
    assert lost(desk, 2025) == 6


def test_points_are_the_persons_wherever_they_come_from(desk: Desk) -> None:
    desk.award("2025-03-01", 4, at="H1")
    desk.award("2025-04-01", 5, at="H2")
    told = desk.reckon()
    assert told.lost == 9
    assert [line.entry.institution for line in told.account.lines] == ["H1", "H2"]
    assert told.account.spans[0].first == day("2025-04-01")


def test_as_of_a_day_only_what_took_effect_by_then_counts(desk: Desk) -> None:
    desk.award("2025-03-01", 4)
    desk.award("2025-04-01", 5)
    assert desk.reckon(as_of="2025-03-31").lost == 4
    assert desk.reckon(as_of="2025-04-01").lost == 9
    assert desk.reckon(as_of="2025-02-28").lost == 0


def test_restored_points_do_not_shorten_a_suspension_but_leave_room(desk: Desk) -> None:
    desk.award("2025-03-01", 9)
    desk.points("restored", "2025-03-05", 3, approved=["甲"])
    told = desk.reckon(as_of="2025-03-06")
    assert told.lost == 6
    assert told.span is not None
    desk.award("2025-08-01", 3)  # nine again: the limit is reached anew
    assert [str(one.first) for one in desk.reckon().account.spans] == ["2025-03-01", "2025-08-01"]


def test_all_points_regained_with_three_approvers_restore_the_qualification(desk: Desk) -> None:
    desk.award("2025-03-01", 12)
    desk.points("restored", "2025-09-01", 8, approved=["甲", "乙", "丙"])
    assert desk.spans("lixin") == [("2025-03-01", "")]
    # In the next year too they are the points that led to the ending.
    desk.points("restored", "2026-02-01", 4, approved=["甲", "乙", "丙"])
    assert desk.spans("lixin", "2026-12-31") == [("2025-03-01", "2026-01-31")]


def test_a_restoration_with_too_few_approvers_does_not_count(desk: Desk) -> None:
    desk.award("2025-03-01", 12)
    desk.points("restored", "2025-09-01", 12, approved=["甲", "乙", "乙"])
    told = desk.reckon("lixin")
    assert told.lost == 12
    assert told.account.lines[-1].notes == (("approvals", 3),)


def test_no_more_is_regained_than_was_lost(desk: Desk) -> None:
    desk.award("2025-03-01", 4)
    desk.points("restored", "2025-09-01", 6, approved=["甲"])
    told = desk.reckon()
    assert told.lost == 0
    assert told.account.lines[-1].points == -4


def test_a_scheme_that_knows_no_restoration_counts_none(desk: Desk) -> None:
    desk.award("2025-03-01", 3)
    desk.points("restored", "2025-09-01", 3, approved=["甲"])
    assert desk.reckon("qinzhou").lost == 3


def test_an_appeal_is_pending_until_it_is_rejected_or_the_points_are_corrected(desk: Desk) -> None:
    award = desk.award("2025-03-01", 4)
    appeal = desk.points("appealed", "2025-03-02", of=award)
    assert [one.number for one in pending(desk.reckon().entries)] == [appeal]
    assert desk.reckon().lost == 4  # what it is about counts meanwhile
    desk.points("rejected", "2025-03-05", of=appeal)
    assert pending(desk.reckon().entries) == []
    second = desk.points("appealed", "2025-03-06", of=award)
    assert [one.number for one in pending(desk.reckon().entries)] == [second]
    desk.correct("2025-03-07", award, 2)
    assert pending(desk.reckon().entries) == []


def test_a_day_ahead_waits_for_its_day(desk: Desk) -> None:
    desk.award("2025-12-20", 4)
    told = desk.reckon(as_of="2025-12-19")
    assert told.lost == 0
    assert told.account.lines == []


def test_the_order_in_which_events_are_read_does_not_matter(desk: Desk) -> None:
    first = desk.award("2025-03-01", 6)
    desk.award("2025-03-01", 3)
    desk.correct("2025-05-01", first, 4)
    desk.points("restored", "2025-06-01", 2, approved=["甲"])
    desk.award("2025-02-01", 4)
    entries = list(desk.reckon().entries)
    usual = account(entries, read())
    for seed in range(20):
        shuffled = random.Random(seed).sample(entries, len(entries))
        told = account(shuffled, read())
        assert told.lines == usual.lines
        assert [(one.by, one.last) for one in told.spans] == [(one.by, one.last) for one in usual.spans]  # fmt: skip
    # Four in February, four and three in March: eleven, the limit of nine passed by the last.
    assert [line.lost for line in usual.lines] == [4, 8, 11, 11, 9]
