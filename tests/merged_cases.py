"""Many cases as one small county: every id marked with its case, so that they do not meet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from medaudit.cases import Case, differs, findings_of, read_cases, staged
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import hits_sql
from medaudit.engine import Engine
from medaudit.errors import MedauditError
from medaudit.findings.text import plain
from medaudit.records.schema import SHIPPED

# What tells people, bills, places, doctors and items of one case from those of another.
IDS = {
    "setl_id", "mdtrt_id", "psn_no", "certno", "fixmedins_code", "feedetl_sn", "bkkp_sn", "init_setl_id",
    "init_feedetl_sn", "atddr_no", "dr_codg", "bilg_dr_codg", "opter_id", "rxno", "drord_no", "invono",
    "med_list_codg", "generic_code", "care_home", "paid_item", "denied_item", "whole_item", "part_item",
    "adm_bed", "second", "first", "addr_code", "emp_name", "tel", "coner_tel",
    "drug_trac_codg",
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
        marks = set(MARK.findall(json.dumps(row, ensure_ascii=False, default=str)))
        plain = {k: MARK.sub("", v) if isinstance(v, str) else v for k, v in row.items()}
        for mark in marks:
            dealt.setdefault(int(mark), []).append(plain)
    return dealt


class Together:
    """All cases of all rules loaded into an engine as one county, and each rule's findings there."""

    def __init__(self, rules: Sequence[Rule], engine: Engine):
        self.engine = engine
        # A table of medaudit's own that a case replaces would be replaced for all.
        self.cases = [
            (rule.code, case)
            for rule in rules
            for case in read_cases(rule.cases)
            if not set(SHIPPED) & set(case.tables)
        ]
        self._records = staged(merge([case for _, case in self.cases]), rules, engine)
        self._rules = {rule.code: rule for rule in rules}
        # Every rule once with each set of parameters that its cases have, as many rules at a time as can be.
        self._rounds: list[dict[str, dict[str, Any]]] = []
        for code, case in self.cases:
            if not any(told.get(code) == case.params for told in self._rounds):
                free = next((told for told in self._rounds if code not in told), None)
                if free is None:
                    self._rounds.append({code: case.params})
                else:
                    free[code] = case.params
        self._found: dict[int, dict[str, list[dict[str, Any]]]] = {}

    def findings(self, rule: Rule, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What a rule finds in the county of all cases. Raises MedauditError when it fails."""
        number = next(i for i, told in enumerate(self._rounds) if told.get(rule.code) == params)
        if number not in self._found:
            told = self._rounds[number]
            try:
                self._found[number] = self._of([self._rules[code] for code in told], told)
            except MedauditError:  # of some other rule, perhaps
                return self._of([rule], told)[rule.code]
        return self._found[number][rule.code]

    def hits(self, rule: Rule, params: Mapping[str, Any]) -> list[str]:
        """What a rule's SELECT alone gives in the county of all cases, in the order of its text."""
        rows = self.engine.rows(hits_sql(rule), rule.values({rule.code: params}))
        return sorted(repr([plain(value) for value in row]) for row in rows)

    def _of(self, rules: Sequence[Rule], params: Any) -> dict[str, list[dict[str, Any]]]:
        return findings_of(rules, params, self.engine, self._records)

    def differs(self, rule: Rule, case: Case) -> str:
        """ "" when a case holds within the county; else what differs: it may be about the county as a whole."""
        number = next((i for i, one in enumerate(self.cases) if one == (rule.code, case)), None)
        if number is None:
            return "not loaded"
        dealt = deal(self.findings(rule, case.params))
        return differs(case.found, dealt.get(number, []))


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()
