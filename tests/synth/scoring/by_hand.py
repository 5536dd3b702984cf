"""A run small enough to score by hand: two hospitals, a pharmacy, three doctors, six people, forty settlements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

Row = tuple[Any, ...]
TRUTH = [
    "scheme",
    "role",
    "subject_type",
    "subject_id",
    "setl_id",
    "feedetl_sn",
    "amount",
    "intensity",
]

# setl_id, psn_no, fixmedins_code, fund money
SETTLEMENTS = [
    ("S01", "P1", "H1", 100.0),
    ("S02", "P1", "H1", 200.0),
    ("S03", "P2", "H1", 300.0),
    ("S04", "P2", "H2", 400.0),
    ("S05", "P3", "H2", 500.0),
    ("S06", "P3", "K1", 60.0),
    ("S07", "P4", "K1", 70.0),
    ("S08", "P4", "H2", 80.0),
    ("S09", "P5", "H2", 90.0),
    ("S10", "P5", "H2", 10.0),
    *((f"S{number}", "P6", "H2", 1.0) for number in range(11, 41)),
]
DOCTOR = {"H1": "D1", "H2": "D2", "K1": "D3"}

# finding_id, rule, level, its lines as (setl_id, feedetl_sn or None)
Finding = tuple[str, str, str, list[tuple[str, str | None]]]
FINDINGS: list[Finding] = [
    ("f1", "AAA01", "violation", [("S01", "S01-1"), ("S01", "S01-2")]),
    ("f2", "AAA01", "suspected", [("S02", "S02-1")]),
    ("f3", "BBB01", "suspected", [("S03", None)]),
    ("f4", "BBB01", "lead", [("S09", None)]),
]
# subject → probability; the rank follows this order within a type.
SUSPECTS = {
    ("settlement", "S03"): 0.5,
    ("settlement", "S01"): 0.4,
    ("settlement", "S02"): 0.4,
    ("settlement", "S09"): 0.1,
    ("institution", "H1"): 0.3,
    ("institution", "H2"): 0.05,
    ("patient", "P1"): 0.4,
    ("patient", "P5"): 0.1,
}

# Lines 1 and 3 of S01 and line 1 of S04 by one scheme, S03 and S05 as wholes by another; S09 is a lookalike.
PLANTED: list[Row] = [
    ("double", "responsible", "settlement", "S01", "S01", "S01-1", 20.0, 2.0),
    ("double", "responsible", "settlement", "S01", "S01", "S01-3", 10.0, 0.5),
    ("double", "responsible", "settlement", "S01", "S01", "", 30.0, 2.0),
    ("double", "responsible", "institution", "H1", "S01", "", 30.0, 2.0),
    ("double", "involved", "patient", "P1", "S01", "", 30.0, 2.0),
    ("double", "responsible", "settlement", "S04", "S04", "S04-1", 40.0, 0.5),
    ("double", "responsible", "settlement", "S04", "S04", "", 40.0, 0.5),
    ("double", "responsible", "institution", "H2", "S04", "", 40.0, 0.5),
    ("phantom", "responsible", "settlement", "S03", "S03", "", 300.0, 3.0),
    ("phantom", "responsible", "institution", "H1", "S03", "", 300.0, 3.0),
    ("phantom", "responsible", "patient", "P2", "S03", "", 300.0, 3.0),
    ("phantom", "responsible", "settlement", "S05", "S05", "", 500.0, 1.0),
    ("phantom", "responsible", "institution", "H2", "S05", "", 500.0, 1.0),
    ("phantom", "responsible", "patient", "P3", "S05", "", 500.0, 1.0),
    ("cycle", "lookalike", "settlement", "S09", "S09", "", 90.0, 1.0),
    ("cycle", "lookalike", "patient", "P5", "S09", "", 90.0, 1.0),
]  # fmt: skip


def write_truth(path: Path, rows: Sequence[Row], columns: Sequence[str] = TRUTH) -> Path:
    pd.DataFrame(list(rows), columns=list(columns)).to_csv(path, index=False)
    return path


def write_run(
    folder: Path,
    select: Sequence[str] = (),
    states: Mapping[str, str] | None = None,
    more: Sequence[Finding] = (),
) -> Path:
    """The run folder with only the columns that scoring reads; `more` findings than those above."""
    findings = [*FINDINGS, *more]
    (folder / "records").mkdir(parents=True)
    place = {setl_id: code for setl_id, _, code, _ in SETTLEMENTS}
    person = {setl_id: psn_no for setl_id, psn_no, _, _ in SETTLEMENTS}
    write = {
        "findings": [(f, rule, level, lines[0][0]) for f, rule, level, lines in findings],
        "finding_lines": [
            (f, line, setl, 1.0) for f, _, _, lines in findings for setl, line in lines
        ],
        "claims": sorted(
            {
                (kind, who, f)
                for f, _, _, lines in findings
                for setl, _ in lines
                for kind, who in (
                    ("settlement", setl),
                    ("institution", place[setl]),
                    *([("patient", person[setl])] if setl != "S03" else []),
                )
            }
        ),
        "subjects": _subjects(),
        "suspects": _suspects(),
        "records/settlement": [(s, p, h) for s, p, h, _ in SETTLEMENTS if p != "P6"],
    }
    columns = {
        "findings": "finding_id rule level setl_id",
        "finding_lines": "finding_id feedetl_sn setl_id amount",
        "claims": "subject_type subject_id finding_id",
        "subjects": "subject_type subject_id settlements people charge fund_money first_day last_day",
        "suspects": "subject_type subject_id rank probability amount findings",
        "records/settlement": "setl_id psn_no fixmedins_code",
    }
    for name, rows in write.items():
        pd.DataFrame(rows, columns=columns[name].split()).to_parquet(folder / f"{name}.parquet")
    states = {"AAA01": "ran", "BBB01": "ran", "CCC01": "ran"} | dict(states or {})
    detectors = [
        {"rule": rule, "title": f"规则{rule}", "state": state, "why": "缺 fee_item"}
        for rule, state in states.items()
    ]
    told = {
        "medaudit": "0", "finished": "2025-01-01", "detectors": detectors,
        "settings": {"select": list(select), "ignore": []},
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(told), "utf-8")
    return folder


def _subjects() -> list[Row]:
    days = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-03-01"))
    rows: list[Row] = [
        ("settlement", s, 1, 1, 2 * f, f, days[0], days[0]) for s, _, _, f in SETTLEMENTS
    ]
    for kind, of in (
        ("institution", lambda s: s[2] if s[2] != "K1" else None),
        ("pharmacy", lambda s: s[2] if s[2] == "K1" else None),
        ("doctor", lambda s: DOCTOR[s[2]]),
        ("patient", lambda s: s[1]),
    ):
        for who in sorted({of(s) for s in SETTLEMENTS} - {None}):
            its = [s for s in SETTLEMENTS if of(s) == who]
            money = sum(s[3] for s in its)
            rows.append((kind, who, len(its), len({s[1] for s in its}), 2 * money, money, *days))
    return rows


def _suspects() -> list[Row]:
    rows, rank = [], dict.fromkeys(("settlement", "institution", "patient"), 0)
    for (kind, who), probability in SUSPECTS.items():
        rank[kind] += 1
        rows.append((kind, who, rank[kind], probability, 50.0, 2 if who == "H1" else 1))
    return rows
