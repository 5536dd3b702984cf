"""The findings behind the pages, each told once however many suspects it is of, masked as it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened
from medaudit.export import hiding
from medaudit.findings.text import sentence
from medaudit.handbook import words
from medaudit.language import spoken
from medaudit.output.cells import parsed, shown
from medaudit.output.mask import masked
from medaudit.report import behind

PLAIN = (
    "lines",
    "feedetl_sn",
    "also",
)  # of the evidence what the page shows elsewhere, or nobody reads


def findings(
    run: Opened,
    rules: Mapping[str, Rule],
    states: Mapping[str, str],
    reveal: bool,
    heads: dict[str, int],
) -> tuple[dict[int, list[str]], dict[str, dict[str, Any]]]:
    """Of each page the ids of its first findings, and by id what is told of each: rule, level, day, charge, fund (yuan), packaged,
    strength, setl, reason, facts (place in `heads`, which grows, and text), state ("" undecided), lines (day, item, count, price, charge, fund), more lines."""
    of_page: dict[int, list[str]] = {}
    rows: dict[str, dict[str, Any]] = {}
    for row in run.rows(behind.FOUND):
        of_page.setdefault(row["page"], []).append(row["finding_id"])
        rows.setdefault(row["finding_id"], _said(run, rules, row))
    if not rows:
        return {}, {}
    left = list(rows.values()) if reveal else _masked(list(rows.values()))
    told = {row["finding_id"]: _told(row, states, heads) for row in left}
    for line in run.rows(behind.FEE_LINES):
        one = told[line["finding_id"]]
        one["lines"].append(
            [
                str(line["fee_ocur_time"] or "")[:10], line["item_name"] or line["feedetl_sn"], _number(line["cnt"], 4),
                _number(line["pric"], 4), _number(line["charge"]), _number(line["amount"]), line["setl_id"] or "",
            ]
        )  # fmt: skip
        one["more"] = line["of"] - len(one["lines"])
    return of_page, told


def _said(run: Opened, rules: Mapping[str, Rule], row: dict[str, Any]) -> dict[str, Any]:
    """A finding whose sentence is said again where the run spoke another language."""
    rule = rules.get(row["rule"])
    if rule is None or run.told["language"] == spoken():
        return row
    # The evidence leaves out what was blank, which a sentence says is unknown.
    values = dict.fromkeys(rule.columns) | row | _object(row["evidence"])
    values |= {"charge_": row["charge_amount"], "amount_": row["amount"]}
    return row | {"reason": sentence(rule, values)}


def _masked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they leave, their evidence rid too of names and numbers that stand within a longer text."""
    import pandas as pd

    left = masked(pd.DataFrame(rows, dtype=object)).to_dict("records")
    for before, after in zip(rows, left, strict=True):
        for name in ("psn_no", "psn_name", *hiding.SECRET):
            secret = before.get(name)
            if isinstance(secret, str) and len(secret) >= (4 if secret.isascii() else 2):
                for text in ("evidence", "reason"):
                    after[text] = (after[text] or "").replace(secret, str(after[name]))
    return [{str(name): value for name, value in row.items()} for row in left]


def _told(
    row: Mapping[Any, Any], states: Mapping[str, str], heads: dict[str, int]
) -> dict[str, Any]:
    evidence = _object(row["evidence"])
    return {
        "rule": row["rule"],
        "level": row["level"],
        "day": str(row["occurred_on"] or ""),
        "charge": _number(row["charge_amount"]),
        "fund": _number(row["amount"]),
        "packaged": int(row["packaged"] or 0),
        "strength": _number(row["strength"]),
        "setl": row["setl_id"] or "",
        "reason": row["reason"],
        "facts": [
            [
                heads.setdefault(words.column(name), len(heads)),
                shown(words.value(name, value), name),
            ]
            for name, value in evidence.items()
            if name not in PLAIN and value is not None
        ],
        "state": states.get(str(row["finding_id"]), ""),
        "lines": [],
        "more": 0,
    }


def _object(text: Any) -> dict[str, Any]:
    told = parsed(text) if isinstance(text, str) else {}
    return told if isinstance(told, dict) else {}


def _number(value: Any, digits: int = 2) -> float | None:
    return None if value is None or value != value else round(float(value), digits)
