"""Many cases as one small county: every id marked with its case, so that they do not meet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from medaudit.cases import Case

# What tells people, bills, places, doctors and items of one case from those of another.
IDS = {
    "setl_id", "mdtrt_id", "psn_no", "certno", "fixmedins_code", "feedetl_sn", "bkkp_sn", "init_setl_id",
    "init_feedetl_sn", "atddr_no", "dr_codg", "bilg_dr_codg", "opter_id", "rxno", "drord_no", "invono",
    "med_list_codg", "generic_code", "care_home", "paid_item", "denied_item", "whole_item", "part_item",
    "adm_bed", "second", "first",
}  # fmt: skip
MARK = re.compile(r"~(\d+)\b")


def merge(cases: Sequence[Case]) -> dict[str, str]:
    """The tables of all cases as one; a case's mark is its place among them."""
    rows: dict[str, list[dict[str, str]]] = {}
    for number, case in enumerate(cases):
        for name, text in case.tables.items():
            for row in csv.DictReader(io.StringIO(text.strip())):
                marked = {k: f"{v}~{number}" if v and k in IDS else v for k, v in row.items()}
                rows.setdefault(name, []).append(marked)
    return {name: _csv(table) for name, table in rows.items()}


def deal(rows: Sequence[Mapping[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Findings by the case they are of, without the marks."""
    dealt: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, default=str)
        marks = set(MARK.findall(text))
        assert len(marks) == 1, f"a finding across cases: {text}"
        plain = {k: MARK.sub("", v) if isinstance(v, str) else v for k, v in row.items()}
        dealt.setdefault(int(marks.pop()), []).append(plain)
    return dealt


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()
