"""A finding in the form of the national interface's audit result (transaction 3101, node `result`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SEVERITY = {"violation": "1", "suspected": "2", "lead": "3"}  # 明确违规, 高度可疑, 轻度可疑
_VIOLATING, _RELATED = "1", "2"
_LONGEST = 500  # characters the interface gives vola_cont and vola_evid


def result_3101(
    finding: Mapping[str, Any],
    title: str | None = None,
    basis: Sequence[str] = (),
    lines: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The 3101 result of one finding, itself as in the JSON export (numbers rounded, evidence an object).

    `title` is the rule's name and `basis` its legal basis; `lines` are the fee lines (feedetl_sn,
    amount in yuan). vola_amt_stas is 1 (computed) or 0. vola_bhvr_type and task_id belong to the
    platform's own dictionary and jobs and stay empty for it to fill.
    """
    amount = finding.get("amount")
    return {
        "jr_id": finding["finding_id"],
        "rule_id": finding["rule"],
        "rule_name": title or finding["rule"],
        "vola_cont": _cut(finding.get("reason")),
        "patn_id": finding.get("psn_no"),
        "mdtrt_id": _visit(finding),
        "judge_result_detail_dtos": _details(finding, lines),
        "vola_amt": amount,
        "vola_amt_stas": "0" if amount is None else "1",
        "sev_deg": _SEVERITY.get(str(finding.get("level"))),
        "vola_evid": _cut("；".join(basis)),
        "vola_bhvr_type": None,
        "task_id": None,
    }


def _details(
    finding: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    # A line without money is violating all the same when the insured paid for all of it; it is
    # merely related where other lines carry the money, or where the finding charges nothing.
    unpaid = bool(finding.get("charge_amount")) and not any(line["amount"] for line in lines)
    return [
        {
            "jrd_id": f"{finding['finding_id']}-{line['feedetl_sn']}",
            "patn_id": finding.get("psn_no"),
            "mdtrt_id": _visit(finding),
            "rx_id": line["feedetl_sn"],  # the fee line is what finds the order again
            "vola_item_type": _VIOLATING if line["amount"] or unpaid else _RELATED,
            "vola_amt": line["amount"],
        }
        for line in lines
    ]


def _visit(finding: Mapping[str, Any]) -> Any:
    """The visit's id where the finding tells it; a settlement's id is not put in its place."""
    evidence = finding.get("evidence")
    told = evidence.get("mdtrt_id") if isinstance(evidence, Mapping) else None
    return finding.get("mdtrt_id") or told


def _cut(text: str | None) -> str | None:
    if not text:
        return None
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
