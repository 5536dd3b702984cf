"""The workbook an auditor opens: an overview, one sheet a subject type, the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.language import say
from medaudit.output.cells import told_by
from medaudit.output.columns import COMPARED, FINDINGS, SUSPECTS, Columns, heading
from medaudit.output.workbook import workbook

if TYPE_CHECKING:
    import pandas as pd

SHEET_ROWS = 50_000  # more than anybody reads; the CSV has them all
_EXCEL_ROWS = 1_048_575  # below the heading

# For reading from the left: what it is and how much first, the codes to look it up by after that.
_FIRST = [
    "finding_id",
    "rule",
    "level",
    "reason",
    "amount",
    "packaged",
    "charge_amount",
    "account_amount",
]
_LAST = ["reasons", "rules"]  # why, before the codes of it


def write_xlsx(
    path: str | Path,
    cover: Sequence[tuple[str, object]],
    suspects: pd.DataFrame,
    findings: Iterable[pd.DataFrame],
    findings_total: int,
    titles: Mapping[str, str] | None = None,
    named: Callable[[str], str] = str,
    said: Callable[[str, Any], Any] = lambda _, value: value,
) -> None:
    """Write the workbook of a run: overview, suspects by subject type, findings, in the order given.

    `cover` is label and value, row by row; a row whose value is None heads a section. A sheet takes
    the first 50,000 rows; what `findings_total` and the suspects have beyond that is counted on the
    overview. Ids and codes are text cells, money and dates real numbers; nothing is a formula.
    `titles` (rule code → title) lets a finding's rule read `STY02 分解住院`, `named` says what a key of the
    evidence is called and `said` what its value stands for.
    """
    names = {**_subjects(), "findings": say("疑点明细", "Findings")}
    lists = {t: suspects[suspects["subject_type"] == t] for t in _subjects()}
    lists = {subject: frame for subject, frame in lists.items() if len(frame)}
    totals = {
        **{subject: len(frame) for subject, frame in lists.items()},
        "findings": findings_total,
    }
    reading = [*_FIRST, *(name for name in FINDINGS if name not in _FIRST)]
    titled = (_titled(frame, titles or {}, named, said) for frame in findings)
    with workbook(path) as book:
        book.overview(say("概况", "Overview"), [*cover, *_left_out(totals, names)])
        for subject, frame in lists.items():
            book.sheet(names[subject], [frame], _columns(subject), frozen=3, rows=SHEET_ROWS)
        book.sheet(names["findings"], titled, reading, frozen=1, rows=SHEET_ROWS)


def write_sheet(
    path: str | Path,
    frames: Iterable[pd.DataFrame],
    columns: Columns | None = None,
    title: str = "",
) -> None:
    """Write one list as a workbook of one sheet, dressed like those of `write_xlsx`."""
    with workbook(path) as book:
        book.sheet(title or say("清单", "List"), frames, columns, rows=_EXCEL_ROWS)


def _subjects() -> dict[str, str]:
    return {
        "institution": say("机构", "Institutions"),
        "pharmacy": say("药店", "Pharmacies"),
        "doctor": say("医师", "Doctors"),
        "patient": say("患者", "Patients"),
        "settlement": say("结算", "Settlements"),
        "ring": say("关联群组", "Rings"),
    }


def _columns(subject: str) -> dict[str, str]:
    """The columns of a list of suspects and what they are called there."""
    names = [name for name in SUSPECTS if name not in ("subject_type", *_LAST)]
    columns = {name: heading(name) for name in (*names, *_LAST)}
    if subject in COMPARED:
        columns["amount"] = say("超额基金(元)", "Excess fund money (yuan)")
    return columns


def _titled(
    findings: pd.DataFrame,
    titles: Mapping[str, str],
    named: Callable[[str], str],
    said: Callable[[str, Any], Any],
) -> pd.DataFrame:
    rules = [f"{rule} {titles.get(rule, '')}".rstrip() for rule in findings["rule"]]
    evidence = [told_by(text, named, said) for text in findings["evidence"]]
    return findings.assign(rule=rules, evidence=evidence)


def _left_out(totals: dict[str, int], names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for of, total in totals.items():
        if (more := total - SHEET_ROWS) > 0:
            yield (
                names[of],
                say(
                    f"本工作簿只列前 {SHEET_ROWS:,} 条，另有 {more:,} 条未列入；完整清单见 CSV 文件",
                    f"the first {SHEET_ROWS:,} are listed here, {more:,} more are not; the CSV has all",
                ),
            )
