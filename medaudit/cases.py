"""A rule's cases: a few rows of each table as CSV text, and exactly the findings they must give."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.detectors.rule import Rule
from medaudit.engine import Engine
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.records.schema import TABLES

if TYPE_CHECKING:
    from medaudit.records.load import Records


@dataclass(frozen=True)
class Case:
    """One case: its sentence, its tables as CSV text, and what must be found (nothing: a clean case)."""

    name: str
    tables: Mapping[str, str]
    found: tuple[Mapping[str, Any], ...]
    params: Mapping[str, Any] = field(default_factory=dict)


def read_cases(path: Path) -> list[Case]:
    """The cases in a file. Raises MedauditError for a file that is not one."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MedauditError(
            Problem(
                say("读不到用例", "the cases cannot be read") + f": {error}",
                str(path),
                say("每条用例是一个 [[case]]", "each case is a [[case]]"),
            )
        ) from error
    cases = []
    for entry in content.get("case", []):
        tables = {
            name: text for name, text in entry.items() if name not in ("name", "found", "params")
        }
        for name in tables:
            if name not in TABLES:
                what = say(f"没有名为 {name} 的表", f"no table called {name}")
                raise MedauditError(
                    Problem(what, f"{path}: {entry['name']}", did_you_mean(name, TABLES))
                )
        cases.append(
            Case(entry["name"], tables, tuple(entry.get("found", ())), entry.get("params", {}))
        )
    return cases


def run_case(rule: Rule, case: Case) -> str:
    """Run one case through records, facts, rule and findings; "" when it holds, else what differs."""
    from medaudit.engine.duckdb import DuckEngine

    with tempfile.TemporaryDirectory(prefix="medaudit-case-") as folder:
        engine = DuckEngine(Path(folder) / "staging", threads=1)
        try:
            rows = found(rule, case.tables, case.params, engine)
        except MedauditError as error:
            return str(error)
        finally:
            engine.close()
    return differs(case.found, rows)


def found(
    rule: Rule, tables: Mapping[str, str], params: Mapping[str, Any], engine: Engine
) -> list[dict[str, Any]]:
    """The findings of one rule on tables of CSV text. Raises MedauditError when a row is rejected or it fails."""
    records = staged(tables, [rule], engine)
    return findings_of([rule], {rule.code: params}, engine, records)[rule.code]


def staged(tables: Mapping[str, str], rules: Iterable[Rule], engine: Engine) -> Records:
    """Load tables of CSV text and compute what `rules` stand on. Raises MedauditError when a row is rejected."""
    from medaudit.detectors.run import prepare, reads
    from medaudit.records.load import load
    from medaudit.settings import Settings

    data = engine.folder / "case"
    data.mkdir()
    for name, text in tables.items():
        (data / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    records = load([data], Settings(), engine)
    if any(account.rejects for account in records.accounts.values()):
        raise MedauditError(_rejected(engine, records))
    prepare(engine, reads(rules))
    return records


def _rejected(engine: Engine, records: Records) -> list[Problem]:
    """The rows of a case that could not be used: line (the headings are line 1), column and why."""
    from medaudit.records.load import keep_rejects
    from medaudit.records.typed import reasons

    keep_rejects(engine, records)
    words = reasons()
    return [
        Problem(words[reason], f"{Path(file).name}:{line} {column}".rstrip())
        for file, line, column, reason in engine.rows(
            "SELECT file, line, column_name, reason FROM rejects ORDER BY file, line"
        )
    ]


def findings_of(
    rules: Iterable[Rule],
    params: Mapping[str, Mapping[str, Any]],
    engine: Engine,
    records: Records,
) -> dict[str, list[dict[str, Any]]]:
    """What each rule by itself finds on what is staged: evidence and fixed columns in one mapping each.

    Raises MedauditError for the rules that fail.
    """
    from medaudit import findings
    from medaudit.detectors.run import run

    alone = [replace(rule, subsumes=()) for rule in rules]
    outcome = run(alone, engine, records, params)
    failed = [Problem(ran.why, ran.rule.code) for ran in outcome if ran.state == "failed"]
    if failed:
        raise MedauditError(failed)
    findings.collect(engine, outcome)
    found: dict[str, list[dict[str, Any]]] = {rule.code: [] for rule in alone}
    for row in _findings(engine):
        found[row["rule"]].append(_row(row))
    return found


def _findings(engine: Engine) -> Iterator[dict[str, Any]]:
    import json

    for batch in engine.batches("SELECT * FROM findings ORDER BY finding_id"):
        for row in batch.to_pylist():
            # Figures of the finding itself stand over evidence of the same name.
            own = {k: v for k, v in row.items() if k != "evidence" and v is not None}
            yield json.loads(row["evidence"]) | own


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    from medaudit.findings.text import plain

    return {name: plain(value) for name, value in row.items()}


def differs(wanted: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> str:
    """Match each wanted finding to one row that has all its values; "" when none is left on either side."""
    left = list(rows)
    missing = []
    for want in wanted:
        match = next(
            (row for row in left if all(_same(row.get(k), v) for k, v in want.items())), None
        )
        if match is None:
            missing.append(dict(want))
        else:
            left.remove(match)
    if not missing and not left:
        return ""
    told = ("setl_id", "psn_no", "dr_codg", "fixmedins_code", "charge_amount", "amount", "level", "strength",
            "feedetl_sn", "reason")  # fmt: skip
    asked = dict.fromkeys(name for want in missing for name in want)
    names = dict.fromkeys([*asked, *told])  # what was asked for first: there it differs
    lines = [say("应报未报：", "not found: ") + _pairs(want) for want in missing]
    for row in left:
        has = {name: row[name] for name in names if row.get(name) is not None}
        lines.append(say("多报：", "found besides: ") + _pairs(has))
    return "\n".join(lines)


def _pairs(told: Mapping[str, Any]) -> str:
    return say("，", ", ").join(f"{name} = {value}" for name, value in told.items())


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, (int, float)) and isinstance(value, (int, float)):
        return abs(value - wanted) < 0.006
    return str(value) == str(wanted)
