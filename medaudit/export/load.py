"""Everything that goes out of a run: the cases, and of each its findings, lines, days and what to do, as they may leave."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from medaudit.detectors.rule import Rule
from medaudit.dossier.opened import Opened
from medaudit.dossier.profile import CLEAR, LEAVING, profile
from medaudit.dossier.who import Who
from medaudit.export import going, hiding
from medaudit.export.chosen import Case, Chosen
from medaudit.export.wanted import Wanted
from medaudit.findings.text import sentence
from medaudit.language import say, spoken
from medaudit.output.cells import parsed, shown

if TYPE_CHECKING:
    import pandas as pd

SOME = 10_000  # findings read at a time
TOGETHER = 50  # cases whose papers are read at once
# Of each on a case's paper at most so many; the rest is counted.
FINDINGS, LINES, DAYS = 200, 300, 200

Row = dict[str, Any]


@dataclass
class Paper:
    """What one case's paper shows: at most FINDINGS, LINES and DAYS rows, and how many more there are of each."""

    findings: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    more_lines: int = 0
    days: list[Row] = field(default_factory=list)
    more_days: int = 0


@dataclass(frozen=True)
class Load:
    """The cases of an export. rules: by code. states, numbers: how findings stand that were decided
    about, and by which event. reveal: names and numbers as they are.
    Needs going.prepare."""

    run: Opened
    wanted: Wanted
    chosen: Chosen
    rules: Mapping[str, Rule]
    states: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    reveal: bool = False

    @property
    def cases(self) -> list[Case]:
        return self.chosen.cases

    def findings(self) -> Iterator[pd.DataFrame]:
        """The findings that go out, each once with the number of its first `case`, as they may leave, in frames of SOME rows: case by
        case, certain and dear ones first."""
        for batch in self.run.engine.batches(_ONCE, SOME):
            yield self._leaving([self._said(row) for row in batch.to_pylist()])

    def papers(self) -> Iterator[tuple[Case, Paper]]:
        """Each case with its paper."""
        for first in range(0, len(self.cases), TOGETHER):
            cases = self.cases[first : first + TOGETHER]
            papers: dict[int, Paper] = defaultdict(Paper)
            within = {"since": cases[0].number, "until": cases[-1].number}
            for row in self._rows(going.FINDINGS, within, FINDINGS):
                papers[row["case"]].findings.append(row)
            for row in self._rows(going.LINES, within, LINES):
                papers[row["case"]].lines.append(row)
                papers[row["case"]].more_lines = row["of"] - LINES
            for row in self._rows(going.DAYS, within, DAYS):
                papers[row["case"]].days.append(row)
                papers[row["case"]].more_days = row["of"] - DAYS
            for case in cases:
                yield case, papers[case.number]

    def counts(self, case: Case) -> Sequence[Row]:
        """Rule by rule: rule, findings, yuan and the last day, most yuan first."""
        return self._counts.get(case.number, ())

    def bills(self) -> dict[str, list[Row]]:
        """Of each finding that has bills, institution by institution: code, name, bills, setl_id and day of the first, amount."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.run.rows(going.BILLS):
            found[row["finding_id"]].append(row)
        return found

    def cases_of(self) -> dict[str, list[int]]:
        """Of each finding the numbers of the cases it is of."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.run.rows('SELECT finding_id, "case" FROM going ORDER BY "case"'):
            found[row["finding_id"]].append(row["case"])
        return found

    def ids(self) -> list[str]:
        """Every finding that goes out, once, case by case."""
        rows = self.run.rows('SELECT finding_id FROM going WHERE "first" ORDER BY "case", place')
        return [row["finding_id"] for row in rows]

    def facts(self, case: Case) -> list[tuple[str, str]]:
        """What the records say of the subject, heading and text."""
        return profile(self.run, Who(case.kind, case.id), CLEAR if self.reveal else LEAVING)

    def why(self, case: Case) -> str:
        """The main reasons in few words: rules by money; of who only stands out, how."""
        told = [
            say(
                f"{self.title(one['rule'])} {one['findings']} 条（{shown(one['amount'], 'amount')} 元）",
                f"{self.title(one['rule'])}: {one['findings']} ({shown(one['amount'], 'amount')} yuan)",
            )
            for one in self.counts(case)[:5]
        ]
        if not self.wanted.narrowed and case.number in self._stands_out:
            if self.run.told["language"] == spoken():
                told.append(say("与同类相比：", "against peers: ") + self._stands_out[case.number])
            else:
                told.append(say("与同类相比突出", "stands out among its peers"))
        return say("；", "; ").join(told)

    def title(self, code: str) -> str:
        return self.rules[code].name if code in self.rules else code

    def asked(self, case: Case) -> tuple[list[Rule], dt.date | None]:
        """The rules behind a case that are known, and the last day of its findings."""
        counts = self.counts(case)
        days = [one["last"] for one in counts if one["last"]]
        known = [self.rules[one["rule"]] for one in counts if one["rule"] in self.rules]
        return known, max(days, default=None)

    @cached_property
    def _counts(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.run.rows(going.COUNTS):
            found[row["case"]].append(row)
        return found

    @cached_property
    def _stands_out(self) -> dict[int, str]:
        return {row["case"]: row["reason"] or "" for row in self.run.rows(going.STANDS_OUT)}

    def _rows(self, sql: str, within: Mapping[str, int], most: int) -> list[Row]:
        """Rows as they may leave, of at most so many a case."""
        rows = [self._said(row) for row in self.run.rows(sql, **within, most=most)]
        return [
            {str(k): v for k, v in row.items()} for row in self._leaving(rows).to_dict("records")
        ]

    def _leaving(self, rows: list[dict[str, Any]]) -> pd.DataFrame:
        import pandas as pd

        return hiding.leaving(pd.DataFrame(rows, dtype=object), self.reveal)

    def _said(self, row: dict[str, Any]) -> dict[str, Any]:
        """A finding whose sentence is said again where the run spoke another language."""
        rule = self.rules.get(row.get("rule", ""))
        if rule is None or self.run.told["language"] == spoken():
            return row
        evidence = parsed(row["evidence"] or "{}")
        # The evidence leaves out what was blank, which a sentence says is unknown.
        values = (
            dict.fromkeys(rule.columns) | row | (evidence if isinstance(evidence, dict) else {})
        )
        values |= {"charge_": row["charge_amount"], "amount_": row["amount"]}
        return row | {"reason": sentence(rule, values)}


_ONCE = 'SELECT * EXCLUDE ("first", place) FROM going WHERE "first" ORDER BY "case", place'
