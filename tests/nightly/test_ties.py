"""Refunds that meet across people, and lines before their settlement: what counts after a night is what counts after a full scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from medaudit import facts
from medaudit.nightly.session import opened
from medaudit.runs.plan import Plan
from tests.small_county import Row, line, settlement
from tests.workspace.conftest import Workspace

WANTED = ("visit", "line", "stay_part")


@dataclass(frozen=True)
class Story:
    """Rows that are there when the base is made, and rows that come the day after."""

    settlements: list[Row]
    next_settlements: list[Row]
    lines: list[Row] = field(default_factory=list)
    next_lines: list[Row] = field(default_factory=list)


def bill(setl_id: str, psn_no: str, **values: object) -> Row:
    return settlement(setl_id, psn_no=psn_no, mdtrt_id=f"V-{setl_id}", certno=None, **values)


def charge(feedetl_sn: str, setl_id: str, psn_no: str, amount: int, day: str, **values: object) -> Row:  # fmt: skip
    told = {"fee_ocur_time": f"{day} 09:00:00", "med_list_codg": "X9", "cnt": 1 if amount > 0 else -1}  # fmt: skip
    return line(feedetl_sn, setl_id=setl_id, psn_no=psn_no, det_item_fee_sumamt=amount, pric=abs(amount), **told, **values)  # fmt: skip


OTHERS = [bill(f"B{n:02}", f"P{n:02}") for n in range(30)]
NEW = bill("NEW", "P01", medfee_sumamt=9, fund_pay_sumamt=0)

STORIES = {
    "a refund under another's number takes back what the person has": Story(
        [bill("O0", "P01", medfee_sumamt=77, fund_pay_sumamt=0), bill("R0", "P01", medfee_sumamt=-77, fund_pay_sumamt=0, refd_setl_flag="1", init_setl_id="O0"),
         bill("O1", "P01", medfee_sumamt=500, fund_pay_sumamt=0), bill("R1", "P02", medfee_sumamt=-500, fund_pay_sumamt=0, refd_setl_flag="1", init_setl_id="O1")],
        [NEW],
    ),
    "a refunded line names another person than its settlement": Story(
        [], [bill("NB", "P02", medfee_sumamt=9, fund_pay_sumamt=0)],
        [charge("LX", "B01", "P02", 333, "2025-03-02")], [charge("LR", "NB", "P02", -333, "2025-06-01")],
    ),
    "and was taken back before, when the settlement's person has something new": Story(
        [bill("NB", "P02", medfee_sumamt=9, fund_pay_sumamt=0)], [NEW],
        [charge("LX", "B01", "P02", 333, "2025-03-02"), charge("LR", "NB", "P02", -333, "2025-06-01")],
    ),
    "a line is taken back by one under another's number that names it": Story(
        [bill("E1", "P02", medfee_sumamt=5, fund_pay_sumamt=0)], [NEW],
        [charge("LO", "B01", "P01", 333, "2025-03-02"), charge("LQ", "B01", "P01", 50, "2025-03-02"), charge("LQR", "B01", "P01", -50, "2025-03-02"),
         charge("LR", "E1", "P02", -333, "2025-03-04", init_feedetl_sn="LO")],
    ),
    "the line that a refund meets has come before its settlement": Story(
        [], [NEW],
        [charge("L0", "B01", "P01", 333, "2025-01-11"), charge("LX", "LATE", "P01", 333, "2025-01-20"), charge("LR", "B01", "P01", -333, "2025-02-11")],
    ),
}  # fmt: skip


def records(folder: Path, plan: Plan) -> tuple[str, dict[str, list[tuple[object, ...]]]]:
    """How they were computed; visits and lines, in order."""
    with opened(folder, plan) as session:
        session.go_on()
        facts.compute(session.engine, WANTED)
        session.computed(is_whole=True)
        found = {n: sorted(session.engine.rows(f'SELECT * FROM "{n}"'), key=repr) for n in WANTED}
        session.leave()
        return session.records.how["computed"], found


@pytest.mark.parametrize("name", STORIES)
def test_a_night_counts_what_a_full_scan_counts_though(name: str, county: Workspace) -> None:
    story = STORIES[name]
    county.bring(settlement=[*OTHERS, *story.settlements], fee_item=[line("F1", setl_id="B00", psn_no="P00"), *story.lines])  # fmt: skip
    records(county.folder, Plan())
    more = {"fee_item": story.next_lines} if story.next_lines else {}
    county.bring(settlement=story.next_settlements, **more)
    how, night = records(county.folder, Plan())
    assert how == "changes"
    assert night == records(county.folder, Plan(full=True))[1]


def test_a_base_of_which_a_byte_is_another_is_not_gone_on_from(county: Workspace) -> None:
    county.bring(settlement=OTHERS, fee_item=[line("F1", setl_id="B00", psn_no="P00")])
    records(county.folder, Plan())
    county.bring(settlement=[NEW])
    file = county.folder / "nights" / "line.parquet"
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)
    assert records(county.folder, Plan())[0] == "all"
