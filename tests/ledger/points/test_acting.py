"""Recording points: what is refused and why, and what is recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from medaudit.errors import MedauditError
from medaudit.ledger.points import read
from medaudit.ledger.points.act import Act
from medaudit.ledger.points.acting import act
from tests.ledger.points.books import Desk, day

TODAY = day("2025-06-15")


def do(desk: Desk, action: str, scheme: str = "national2024", **rest: Any) -> int:
    told = {"who": "王", "why": "决定书 1 号", "day": TODAY} | rest
    if "points" in told:
        told["points"] = Decimal(str(told["points"]))
    return act(desk.ledger, "D1", Act(action, **told), read(scheme), TODAY).number


def refusal(desk: Desk, action: str, scheme: str = "national2024", **rest: Any) -> str:
    before = len(desk.ledger.events())
    with pytest.raises(MedauditError) as refused:
        do(desk, action, scheme, **rest)
    assert len(desk.ledger.events()) == before
    return str(refused.value)


def test_an_award_is_an_event_with_everything_it_rests_on(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", at="H7")
    number = do(desk, "awarded", points=4.5, findings=["BIL03-1", "BIL03-1"], months=3)
    event = desk.ledger.events()[-1]
    assert (event.number, event.kind, event.action, event.points) == (number, "points", "awarded", Decimal("4.5"))  # fmt: skip
    assert (event.dr_codg, event.fixmedins_code, event.day, event.who) == ("D1", "H7", TODAY, "王")
    assert event.content == {"findings": ["BIL03-1"], "months": 3}


def test_everything_wrong_with_an_award_is_told_at_once(desk: Desk) -> None:
    told = refusal(
        desk, "awarded", points=14, why="  ", day=day("2026-06-16"), findings=["BIL03-1"], months=9
    )
    for said in ("没有写理由", "离今天一年以上", "超过方案的满分 12", "不是这位医师已查实的疑点", "应为 1~6 个月"):  # fmt: skip
        assert said in told


def test_a_year_ahead_is_just_accepted_and_so_is_the_past(desk: Desk) -> None:
    do(desk, "awarded", points=1, day=day("2026-06-15"))
    do(desk, "awarded", points=1, day=day("2019-01-01"))


@pytest.mark.parametrize("points", [0, -2])
def test_nothing_is_awarded_by_an_award_of_nothing(desk: Desk, points: int) -> None:
    assert "应大于 0" in refusal(desk, "awarded", points=points)


def test_points_are_not_awarded_twice_for_one_finding(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)")
    first = do(desk, "awarded", points=4, findings=["BIL03-1"])
    assert "已经记过分" in refusal(desk, "awarded", points=4, findings=["BIL03-1"])
    do(desk, "corrected", of=first)
    do(desk, "awarded", points=4, findings=["BIL03-1"])


def test_a_finding_of_somebody_else_or_not_confirmed_carries_no_points(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", doctor="D2")
    desk.finding("BIL03-2", "条例 38(3)", action="dismissed")
    told = refusal(desk, "awarded", points=4, findings=["BIL03-1", "BIL03-2"])
    assert told.count("不是这位医师已查实的疑点") == 2


def test_findings_of_two_institutions_need_to_be_told_where(desk: Desk) -> None:
    desk.finding("BIL03-1", "条例 38(3)", at="H1")
    desk.finding("BIL03-2", "条例 38(3)", at="H2")
    both = ["BIL03-1", "BIL03-2"]
    assert "--at" in refusal(desk, "awarded", points=4, findings=both)
    do(desk, "awarded", points=4, findings=both, institution="H2")
    assert desk.ledger.events()[-1].fixmedins_code == "H2"


def test_approvers_are_different_people(desk: Desk) -> None:
    told = refusal(desk, "restored", "lixin", points=3, approved=["甲", "乙", " 乙 "])
    assert "要 3 名不同的批准人，现有 2 名" in told
    do(desk, "restored", "lixin", points=3, approved=["甲", "乙", "丙"])


def test_a_scheme_without_restoration_records_none(desk: Desk) -> None:
    assert "没有恢复分值的办法" in refusal(desk, "restored", "qinzhou", points=3, approved=["甲"])


def test_a_correction_is_of_an_event_of_this_doctor(desk: Desk) -> None:
    other = desk.award("2025-03-01", 4, doctor="D2")
    finding = desk.finding("BIL03-1", "条例 38(3)")
    for number in (other, finding, 99):
        assert f"没有序号为 {number} 的记录" in refusal(desk, "corrected", of=number)


def test_only_points_are_changed_and_only_to_others(desk: Desk) -> None:
    award = desk.award("2025-03-01", 4)
    appeal = do(desk, "appealed", of=award)
    assert "没有分值可改" in refusal(desk, "corrected", of=appeal, points=2)
    assert "本来就是 4 分" in refusal(desk, "corrected", of=award, points=4)
    assert "不能小于 0" in refusal(desk, "corrected", of=award, points=-1)
    do(desk, "corrected", of=award, points=2)
    assert desk.reckon().lost == 2


def test_only_an_award_is_appealed_and_only_a_pending_appeal_rejected(desk: Desk) -> None:
    award = desk.award("2025-03-01", 4)
    appeal = do(desk, "appealed", of=award)
    assert "不能申诉" in refusal(desk, "appealed", of=appeal)
    assert "不是待处理的申诉" in refusal(desk, "rejected", of=award)
    do(desk, "rejected", of=appeal)
    assert "不是待处理的申诉" in refusal(desk, "rejected", of=appeal)


def test_months_are_chosen_only_where_the_scheme_leaves_a_choice(desk: Desk) -> None:
    award = desk.award("2025-03-01", 9)
    assert "固定的" in refusal(desk, "chosen", "qinzhou", of=award, months=2)
    assert "应为 1~6 个月" in refusal(desk, "chosen", of=award, months=7)
    do(desk, "chosen", of=award, months=2)
    assert desk.spans() == [("2025-03-01", "2025-05-01")]


def test_who_was_never_out_is_not_registered_again_and_nobody_too_early(desk: Desk) -> None:
    assert "没有被终止资格" in refusal(desk, "reinstated")
    desk.award("2025-03-01", 12)
    assert "2028-03-01 起才可重新登记" in refusal(desk, "reinstated")
