"""The form on which results come back: one row a finding, with what identifies it, what it is, and what is to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medaudit.export import hiding
from medaudit.export.casesheet import standing
from medaudit.export.load import Load
from medaudit.language import say
from medaudit.output.columns import label
from medaudit.review.form import COLUMNS as IMPORTED

# What comes back: what a row is about, what is filled in, and what was known when it went out. `review import` goes by these.
RETURNED = ("finding_id", "decision", "confirmed_amount", "why", "who", "until")
# Readable columns; of a row without a finding, what it is about.
READ = (
    "date", "case", "subject_name", "rule", "title", "level", "occurred_on", "setl_id", "charge", "fund_money", "told", "before",
    "subject_type", "subject_id", "ledger_number",
)  # fmt: skip
COLUMNS = (*RETURNED, *READ)
DECISIONS = {"查实": "confirmed", "排除": "dismissed", "移送": "escalated"}


def choices() -> list[str]:
    """What may be chosen as a decision, in the run's language."""
    return [say(zh, en) for zh, en in DECISIONS.items()]


def heading(name: str) -> str:
    """A column of the form as people read it; of what comes back, one by which `review import` knows it."""
    for called in IMPORTED.values():
        if called[0] == name:
            return say(called[1], name)
    return say(
        *{
            "date": ("核查日期", "checked_on"),
            "case": ("案件", "case"),
            "subject_name": ("对象", "subject"),
            "rule": ("规则编号", "rule"),
            "title": ("规则", "title"),
            "level": ("等级", "level"),
            "occurred_on": ("发生日期", "day"),
            "setl_id": ("结算ID", "settlement"),
            "charge": ("涉及费用(元)", "charges_yuan"),
            "fund_money": ("涉及基金(元)", "fund_money_yuan"),
            "told": ("疑点说明", "what_was_found"),
            "before": ("此前", "before"),
        }[name]
    )


def form(load: Load, number: str) -> Iterator[dict[str, Any]]:
    """The rows: a finding of several cases once, under the first; last the cases without findings, which only stand out among their
    peers, with no finding_id. number: of the export."""
    whose = {
        case.number: {
            "case": f"{number}-{case.number:02d}",
            "subject_type": case.kind,
            "subject_id": hiding.subject_id(case.kind, case.id, load.reveal),
            "subject_name": hiding.subject_name(case.kind, case.name, load.reveal),
        }
        for case in load.cases
    }
    blank: dict[str, Any] = dict.fromkeys(COLUMNS)
    for frame in load.findings():
        for row in frame.to_dict("records"):
            yield (
                blank
                | whose[row["case"]]
                | {
                    "finding_id": row["finding_id"],
                    "rule": row["rule"],
                    "title": load.title(row["rule"]),
                    "level": row["level"],
                    "occurred_on": row["occurred_on"],
                    "setl_id": row["setl_id"],
                    "charge": row["charge_amount"],
                    "fund_money": row["amount"],
                    "told": row["reason"],
                    "before": standing(load.states.get(row["finding_id"], "")),
                    "ledger_number": load.numbers.get(row["finding_id"]),
                }
            )
    for case in load.cases:
        if not case.findings:
            yield (
                blank
                | whose[case.number]
                | {
                    "told": load.why(case),
                    "fund_money": case.amount,
                    "ledger_number": load.numbers.get(f"{case.kind} {case.id}"),
                }
            )


def labelled(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its level in words. The kind stays as it is: it identifies what a row without a finding is about."""
    return row | {"level": label("level", row["level"]) if row["level"] else None}
