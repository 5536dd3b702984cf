"""A check as one JSON document, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from medaudit import __version__
from medaudit.check import Report
from medaudit.check.report import encoding
from medaudit.records.columns import likely_columns
from medaudit.records.source import Source


def as_json(report: Report) -> str:
    """The whole report. Names and values are language-free but for titles, `what`, `why` and `do`."""
    period = report.looked.period
    return json.dumps(
        {
            "medaudit": __version__,
            "can_be_audited": report.can_be_audited,
            "period": {"first": period[0], "last": period[1]} if period else None,
            "files": [_file(report, source) for source in report.records.sources],
            "not_read": [asdict(one) for one in report.records.recognised.unread],
            "tables": {name: _table(report, name) for name in report.records.accounts},
            "rules": [_rule(report, rule.code, rule.name) for rule in report.rules],
            "missing": [
                {
                    "need": want.need.split("|"),
                    "rules": [rule.code for rule in want.rules],
                    "unlocks_alone": want.alone,
                    "blank": want.blank,
                }
                for want in report.wants
            ],
            "odd_codes": [
                asdict(code) for one in report.looked.odd for code in one.codes if code.value
            ],
            "notes": [asdict(note) for note in report.notes],
        },
        ensure_ascii=False,
        indent=1,
    )


def _file(report: Report, source: Source) -> dict[str, Any]:
    strangers = report.records.recognised.strangers.get(source.name, [])
    meant = likely_columns(source, strangers)
    read, rejected = report.rows[source.number]
    return {
        "file": source.name,
        "table": source.table,
        "rows": read,
        "rejected": rejected,
        "encoding": encoding(source),
        "columns": {column: source.headers[place] for column, place in source.mapping.items()},
        "lacks": [gap.column for gap in report.records.recognised.missing if gap.source is source],
        "unknown_headers": [
            {
                "header": header,
                "likely": meant[header].column if header in meant else None,
                "sure": header in meant and meant[header].sure,
            }
            for header in strangers
        ],
    }


def _table(report: Report, name: str) -> dict[str, Any]:
    told = asdict(report.records.accounts[name])
    columns = told.pop("columns")
    full = report.looked.filled.get(name, {})
    return told | {"columns": {column: full.get(column) for column in columns}}


def _rule(report: Report, code: str, name: str) -> dict[str, Any]:
    missing = report.skipped.get(code)
    return {"rule": code, "title": name, "runs": missing is None, "needs": missing or []}
