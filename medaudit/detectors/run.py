"""Rules over facts: each rule's hits as one Parquet table, exclusions taken out, nothing lost in silence."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medaudit import facts
from medaudit.detectors import links
from medaudit.detectors.rule import Rule
from medaudit.engine import Engine, OutOfMemory, SQLFailed, quoted_name
from medaudit.engine.duckdb import quoted
from medaudit.language import say
from medaudit.progress import SILENT, Progress
from medaudit.records.load import Records
from medaudit.records.schema import TABLES


@dataclass
class Ran:
    """What became of one rule: it ran, was skipped (and why) or failed (and how)."""

    rule: Rule
    state: str = "ran"  # ran | skipped | failed
    why: str = ""
    examined: int = 0
    hits: int = 0  # rows of the rule; several may be one finding
    found: int = 0
    excluded: int = 0  # hits set aside for one of the rule's exclusions
    covered: int = 0  # findings told within those of a rule that subsumes this one
    seconds: float = 0.0

    def as_run(self) -> dict[str, Any]:
        """The entry in `run.json`."""
        entry: dict[str, Any] = {
            "rule": self.rule.code,
            "title": self.rule.name,
            "state": self.state,
        }
        if self.state == "ran":
            entry |= {"examined": self.examined, "found": self.found, "excluded": self.excluded}
            entry |= {"covered": self.covered} if self.covered else {}
        else:
            entry["why"] = self.why
        return entry | {"seconds": round(self.seconds, 3)}


def skips(rules: Iterable[Rule], records: Records) -> dict[str, list[str]]:
    """Rule code → the tables and columns (`table.column`) without which it cannot run."""
    missing = {}
    for rule in rules:
        lacking = [need for rule_need in rule.needs for need in _precisely(rule_need, records)]
        if lacking:
            missing[rule.code] = lacking
    return missing


def _precisely(need: str, records: Records) -> list[str]:
    """A missing need named as exactly as known: the table, or the very column of it."""
    if not records.lacks(need):
        return []
    if "|" in need:
        return [need.replace("|", say(" 或 ", " or "))]
    table, _, column = need.partition(".")
    account = records.accounts.get(table)
    if account is None or column:
        return [need]
    if account.read and not account.used:
        n = account.read
        return [
            say(
                f"{need}（读入的 {n:,} 行无一可用）", f"{need} (none of its {n:,} rows can be used)"
            )
        ]
    return [
        f"{table}.{name}" for name in TABLES[table].required if name not in account.columns
    ] or [need]


def hits_sql(rule: Rule, exclusion: str = "exclusion") -> str:
    """The rule's SELECT without the hits that carry one of its exclusions, which stand in table `exclusion`."""
    if not rule.excludes:
        return f"SELECT h.* FROM (\n{rule.sql}\n) h"
    reasons = ", ".join(quoted(reason) for reason in rule.excludes)
    return (
        f"SELECT h.* FROM (\n{rule.sql}\n) h\nWHERE NOT EXISTS (SELECT 1 FROM {exclusion} e "
        f"WHERE e.setl_id = h.setl_id AND e.reason IN ({reasons}))"
    )


def _keep(engine: Engine, rule: Rule, params: Mapping[str, Any]) -> None:
    """Keep the rule's hits as table `hits_CODE`; those set aside by an exclusion stay in `all_CODE`, to be counted."""
    if not rule.excludes:
        engine.keep(f"hits_{rule.code}", hits_sql(rule), params)
        return
    reasons = ", ".join(quoted(reason) for reason in rule.excludes)
    engine.keep(
        f"all_{rule.code}",
        f"SELECT h.*, e.setl_id IS NOT NULL AS set_aside_ FROM (\n{rule.sql}\n) h LEFT JOIN "
        f"(SELECT setl_id FROM exclusion WHERE reason IN ({reasons}) GROUP BY setl_id) e ON e.setl_id = h.setl_id",
        params,
    )
    columns = ", ".join(map(quoted_name, rule.columns))
    engine.view(f"hits_{rule.code}", f"SELECT {columns} FROM all_{rule.code} WHERE NOT set_aside_")


def _count(engine: Engine, outcome: Sequence[Ran]) -> None:
    """Count the hits of every rule that ran, and those set aside, in one statement."""
    counts = [
        f"SELECT '{ran.rule.code}' AS rule, "
        + (
            f"count(*) AS n, sum(CASE WHEN set_aside_ THEN 1 ELSE 0 END) AS aside FROM all_{ran.rule.code}"
            if ran.rule.excludes
            else f"count(*) AS n, 0 AS aside FROM hits_{ran.rule.code}"
        )
        for ran in outcome
        if ran.state == "ran"
    ]
    told = (
        {rule: (n, aside or 0) for rule, n, aside in engine.rows(" UNION ALL ".join(counts))}
        if counts
        else {}
    )
    for ran in outcome:
        n, ran.excluded = told.get(ran.rule.code, (0, 0))
        ran.hits = n - ran.excluded


def reads(rules: Iterable[Rule]) -> set[str]:
    """The tables and facts that these rules, their exclusions and the money of their hits stand on."""
    names = {"visit", "line", "people", "doctor_visit", "subject"}
    for rule in rules:
        names |= rule.reads | ({"exclusion"} if rule.excludes else set())
    return names


def prepare(
    engine: Engine,
    names: Iterable[str],
    progress: Progress = SILENT,
    before: links.Before | None = None,
) -> list[links.Linked]:
    """Compute the facts behind `names`, and find the links where something stands on them. before: see links.find."""
    names = set(names)
    facts.compute(engine, names, progress)
    return links.find(engine, names, before, progress=progress)


def run(
    rules: Iterable[Rule],
    engine: Engine,
    records: Records,
    params: Mapping[str, Mapping[str, Any]],
    progress: Progress = SILENT,
) -> list[Ran]:
    """Run every rule; its hits become table `hits_CODE`. A rule that fails does not stop the others."""
    rules = list(rules)
    missing = skips(rules, records)
    lines, visits = engine.rows(
        "SELECT l.n, v.n FROM (SELECT count(*) AS n FROM line) l CROSS JOIN (SELECT count(*) AS n FROM visit) v"
    )[0]
    outcome = []
    progress.stage("rules", len(rules) - len(missing))
    for rule in rules:
        ran = Ran(rule)
        outcome.append(ran)
        if rule.code in missing:
            ran.state = "skipped"
            listed = say("、", ", ").join(missing[rule.code])
            ran.why = say(f"需要 {listed}", f"needs {listed}")
            continue
        progress.step(f"{rule.code} {rule.name}")
        started = time.perf_counter()
        try:
            _keep(engine, rule, rule.values(params))
            _demand_kinds(engine, rule)
        except (SQLFailed, OutOfMemory) as error:  # a full disk stops everything
            ran.state, ran.why = "failed", str(error)
        else:
            ran.examined = lines if rule.by_line else visits
        ran.seconds = time.perf_counter() - started
    _count(engine, outcome)
    return outcome


def _demand_kinds(engine: Engine, rule: Rule) -> None:
    """Raise SQLFailed when a column that is reckoned with is no figure or no date: in the rule, not later."""
    types = engine.columns(f"hits_{rule.code}")
    for name, kinds in _KINDS.items():
        if not types[name].startswith(kinds):
            raise SQLFailed(
                say(
                    f"返回列 {name} 的类型是 {types[name]}，应为 {kinds[0]}",
                    f"column {name} is {types[name]} and must be {kinds[0]}",
                )
            )


_KINDS = {
    "occurred_on": ("DATE", "TIMESTAMP"),
    "charge_amount": ("DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "BIGINT", "HUGEINT", "SMALLINT"),
    "strength": ("DOUBLE", "DECIMAL", "FLOAT", "INTEGER", "BIGINT", "HUGEINT", "SMALLINT"),
}
