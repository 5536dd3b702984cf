"""How things stand by the ledger, on both databases: the last decision, who agrees, what ended, and what came of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from medaudit.ledger import Event, Ledger
from medaudit.ledger.decisions import standing
from medaudit.ledger.summary import summary
from medaudit.ranking.said import MOST, said
from medaudit.review.worklist import stood


def review(action: str, who: str = "甲", finding: str = "STY02-1", **rest: Any) -> Event:
    if action == "confirmed":
        rest.setdefault("amount", Decimal(100))
    usual = {"rule": finding[:5], "fixmedins_code": "H1", "day": dt.date(2026, 3, 2)}
    return Event("review", action, who, finding_id=finding, **(usual | rest))


def states(ledger: Ledger, as_of: dt.date | None = None, confirmations: int = 1) -> dict[str, str]:
    now = standing(as_of, confirmations).c
    with ledger.reading() as connection:
        return {key: state for key, state in connection.execute(sa.select(now.key, now.state))}  # noqa: C416


def test_the_last_decision_holds_and_reopening_takes_it_back(ledger: Ledger) -> None:
    ledger.add(review("dismissed"), review("confirmed", "乙"), review("confirmed", finding="BIL01-1"), review("reopened", finding="BIL01-1"))  # fmt: skip
    ledger.add(Event("review", "escalated", "甲", subject_type="doctor", subject_id="D1", day=dt.date(2026, 3, 2)))  # fmt: skip
    assert states(ledger) == {"STY02-1": "confirmed", "BIL01-1": "open", "doctor D1": "escalated"}


def test_as_of_a_day_later_decisions_are_not_seen(ledger: Ledger) -> None:
    ledger.add(review("dismissed", day=dt.date(2026, 1, 5)), review("confirmed", day=dt.date(2026, 2, 5)))  # fmt: skip
    assert states(ledger, dt.date(2026, 1, 4)) == {}
    assert states(ledger, dt.date(2026, 1, 31)) == {"STY02-1": "dismissed"}
    assert states(ledger, dt.date(2026, 2, 5)) == {"STY02-1": "confirmed"}


def test_a_dismissal_holds_through_its_last_day(ledger: Ledger) -> None:
    ledger.add(review("dismissed", day=dt.date(2026, 1, 5), until=dt.date(2026, 2, 28)))
    assert states(ledger, dt.date(2026, 2, 28)) == {"STY02-1": "dismissed"}
    assert states(ledger, dt.date(2026, 3, 1)) == {"STY02-1": "open"}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([("甲", 100)], "waiting"), ([("甲", 100), ("甲", 100)], "waiting"), ([("甲", 100), ("乙", 100)], "confirmed"),
        ([("甲", 100), ("乙", 90)], "waiting"), ([("甲", 100), ("乙", 90), ("甲", 90)], "confirmed"),
    ],
)  # fmt: skip
def test_two_people_confirm_by_the_same_amount(
    ledger: Ledger, events: list[tuple[str, int]], state: str
) -> None:
    ledger.add(*(review("confirmed", who, amount=Decimal(yuan)) for who, yuan in events))
    assert states(ledger, confirmations=2) == {"STY02-1": state}


def test_a_confirmation_from_before_a_dismissal_counts_no_more(ledger: Ledger) -> None:
    ledger.add(review("confirmed", "甲"), review("dismissed", "乙"), review("confirmed", "乙"))
    assert states(ledger, confirmations=2) == {"STY02-1": "waiting"}


def test_what_was_seen_is_kept_with_how_it_stands(ledger: Ledger) -> None:
    ledger.add(review("confirmed", content={"amount_found": "12.50", "rule_version": "ab"}))
    told = stood(ledger, ["STY02-1", "STY02-2", "doctor D1"])
    assert told.index.tolist() == ["STY02-1"]
    assert told.loc["STY02-1", ["state", "amount_found", "rule_version"]].tolist() == ["confirmed", 12.5, "ab"]  # fmt: skip


def test_the_ranking_hears_of_decisions_and_reports(ledger: Ledger) -> None:
    ledger.add(review("dismissed"), review("confirmed", finding="BIL01-1"))
    ledger.add(*(Event("tip", "documented", "甲", subject_type="doctor", subject_id="D1") for _ in range(3)))  # fmt: skip
    ledger.add(Event("tip", "vague", "甲", subject_type="doctor", subject_id="D2"))
    told = said(ledger)
    assert [(one.finding_id, one.confirmed) for one in told.reviews] == [("STY02-1", False), ("BIL01-1", True)]  # fmt: skip
    assert told.dismissed == ["STY02-1"]
    assert told.tips == {("doctor", "D1"): (3, MOST), ("doctor", "D2"): (1, 0.2)}


def test_a_summary_adds_up_what_stands_and_what_came_back(ledger: Ledger) -> None:
    ledger.add(
        review("confirmed", amount=Decimal("10.50"), content={"run_finished": "2026-02-28T08:00:00+08:00"}),
        review("dismissed", finding="STY02-2", day=dt.date(2026, 4, 1)),
        review("recovered", amount=Decimal("4.25"), day=dt.date(2026, 5, 1)),
    )  # fmt: skip
    months = summary(ledger).set_index("month")
    assert months.index.tolist() == ["2026-03", "2026-04", "2026-05"]
    assert months["confirmed_amount"].tolist() == [10.5, 0, 0]
    assert months["recovered_amount"].tolist() == [0, 0, 4.25]
    assert months.loc["2026-03", "days"] == 2  # from the last of February to the second of March
    [rule] = summary(ledger, "rule").to_dict("records")
    assert (rule["rule"], rule["confirmed"], rule["dismissed"], rule["dismissed_share"]) == ("STY02", 1, 1, 0.5)  # fmt: skip
