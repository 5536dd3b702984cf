"""A sample of a run's findings held, column by column, against the findings computed anew."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.detectors.rule import Rule
from medaudit.detectors.run import skips
from medaudit.detectors.statement import stands_alone
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.language import say
from medaudit.output.cells import parsed
from medaudit.progress import Progress
from medaudit.records.load import Records
from medaudit.settings import Settings
from medaudit.verified.again import derive, with_relations
from medaudit.verified.sampling import COLUMNS, Sample

Suspended = tuple[str, dt.date, dt.date | None]  # doctor, first day, last day (None: until lifted)
CONFIRMED, DIFFERS, UNVERIFIED = "confirmed", "differs", "not_verifiable"
STATEMENT, LINKS = "statement", "links"


@dataclass(frozen=True)
class Difference:
    """A column of a finding (`evidence.key` for one of its evidence) in the run and computed anew. Column finding_id: the
    finding is not found any more (anew is None), the run has it more than once, or (recorded is None) has it not."""

    finding_id: str
    rule: str
    column: str
    recorded: Any
    anew: Any


@dataclass(frozen=True)
class Held:
    """What became of the sample. rules: code, how (statement or links), sampled, confirmed, differing, why (it was not verified)."""

    rules: Sequence[Mapping[str, Any]]
    findings: Sequence[tuple[str, str, str]]  # rule, finding_id, state
    differences: Sequence[Difference] = field(default_factory=tuple)
    lacking: Sequence[str] = ()

    @property
    def differing(self) -> int:
        """How many findings differ, of the sample and, of the rules computed anew, those that the run does not have."""
        return len({one.finding_id for one in self.differences})

    @property
    def unverified(self) -> int:
        return sum(state == UNVERIFIED for _, _, state in self.findings)


def hold(
    engine: DuckEngine,
    records: Records,
    settings: Settings,
    sample: Sample,
    told: Mapping[str, Any],
    rules: Mapping[str, Rule],
    suspended: Sequence[Suspended],
    run: Path,
    progress: Progress,
) -> Held:
    """Compute the sampled rules anew and compare every finding of the sample. Needs view `sampled` and the records. suspended: whom
    the points of the ledger had suspended."""
    from medaudit.records.small import add_suspensions

    add_suspensions(engine, suspended)
    engine.lock(engine.folder, run, *records.stored.folders)
    ran = {entry["rule"]: entry for entry in told["detectors"] if entry["state"] == "ran"}
    why = {code: text for code in sample.rules if (text := _why_not(code, ran, rules, settings))}
    why |= {code: text for code in sample.rules.keys() - why.keys() if (text := _related_changed(code, ran, rules, settings))}  # fmt: skip
    missing = skips([rules[code] for code in sample.rules if code not in why], records)
    why |= {code: say("现有文件缺少 ", "the files lack ") + ", ".join(needs) for code, needs in missing.items()}  # fmt: skip
    wanted = with_relations([code for code in sample.rules if code not in why], rules)
    # A relation that did not run then told nothing of the others.
    computed = [rules[code] for code in sorted(wanted & ran.keys() - why.keys())]
    why |= {code: text for code, text in derive(engine, records, settings, computed, run, progress).items() if code in sample.rules}  # fmt: skip
    derived = [code for code in sample.rules if code not in why]
    differences = [*_differences(engine, derived, sample.lacking), *_beside(engine, derived)]
    return _held(engine, sample, rules, why, differences)


def _why_not(
    code: str, ran: Mapping[str, Mapping[str, Any]], rules: Mapping[str, Rule], settings: Settings
) -> str:
    """Why the findings of a rule cannot be computed anew, "" when they can."""
    if code not in rules:
        return say("没有这条规则；若是自己的，用 --rules 指明", "no such rule; if it is your own, name its folder with --rules")  # fmt: skip
    if code not in ran:
        return say("run.json 说它没有运行", "run.json says it did not run")
    then, now = ran[code].get("version"), rules[code].version(settings.params)
    if then is not None and then != now:
        return say(
            f"规则已改（当时 {then}，现在 {now}），请用当时的版本核验",
            f"the rule has changed ({then} then, {now} now): verify with the version of the run",
        )
    return ""


def _related_changed(
    code: str, ran: Mapping[str, Mapping[str, Any]], rules: Mapping[str, Rule], settings: Settings
) -> str:
    """Which changed rule a rule's findings are told with, "" for none."""
    for other in sorted(with_relations([code], rules) & ran.keys() - {code}):
        if _why_not(other, ran, rules, settings):
            return say(f"与它合并的规则 {other} 已改，请用当时的版本核验", f"rule {other}, told with it, has changed: verify with the version of the run")  # fmt: skip
    return ""


def _differences(
    engine: DuckEngine, codes: Sequence[str], lacking: Sequence[str]
) -> Iterator[Difference]:
    """Every column in which a sampled finding is not what was computed anew."""
    compared = {name: kind for name, kind in COLUMNS.items() if name not in lacking}
    columns = ", ".join(
        f"TRY_CAST(s.{name} AS {kind}) AS s_{name}, CAST(a.{name} AS {kind}) AS a_{name}"
        for name, kind in compared.items()
    )
    differ = " OR ".join(f"s_{name} IS DISTINCT FROM a_{name}" for name in compared)
    sql = (
        f"SELECT * FROM (SELECT s.finding_id, a.finding_id IS NULL AS gone, {columns} FROM sampled s "
        f"LEFT JOIN findings a ON a.finding_id = s.finding_id WHERE s.rule IN ({_listed(codes)})) p "
        f"WHERE gone OR {differ} ORDER BY s_rule, finding_id"
    )
    for batch in engine.batches(sql):
        for row in batch.to_pylist():
            one, rule = row["finding_id"], row["s_rule"]
            if row["gone"]:
                yield Difference(one, rule, "finding_id", one, None)
                continue
            for name in compared:
                then, now = row[f"s_{name}"], row[f"a_{name}"]
                if then != now:
                    yield from (Difference(one, rule, *told) for told in _column(name, then, now))


def _column(name: str, then: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """The column with both values; of evidence, every key that differs."""
    if name != "evidence":
        yield name, then, now
        return
    before, after = _object(then), _object(now)
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    if not keys:  # the same values, written otherwise
        yield name, then, now
    for key in keys:
        yield f"evidence.{key}", before.get(key), after.get(key)


def _object(text: Any) -> Mapping[str, Any]:
    told = parsed(text) if isinstance(text, str) else None
    return told if isinstance(told, dict) else {}


def _beside(engine: DuckEngine, codes: Sequence[str]) -> Iterator[Difference]:
    """Of the rules computed anew: findings that the run has more than once, and those it does not have."""
    listed = _listed(codes)
    twice = "SELECT finding_id, any_value(rule) FROM recorded WHERE finding_id IN (SELECT finding_id FROM sampled) " \
        f"AND rule IN ({listed}) GROUP BY finding_id HAVING count(*) > 1 ORDER BY finding_id"  # fmt: skip
    for one, rule in engine.rows(twice):
        yield Difference(one, rule, "finding_id", f"{one} ×2+", one)
    absent = f"SELECT finding_id, rule FROM findings a WHERE rule IN ({listed}) AND finding_id NOT IN " \
        "(SELECT finding_id FROM recorded WHERE finding_id IS NOT NULL) ORDER BY rule, finding_id"  # fmt: skip
    for one, rule in engine.rows(absent):
        yield Difference(one, rule, "finding_id", None, one)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(map(quoted, codes)) or "NULL"


def _held(
    engine: DuckEngine,
    sample: Sample,
    rules: Mapping[str, Rule],
    why: Mapping[str, str],
    differences: Sequence[Difference],
) -> Held:
    differing = {one.finding_id for one in differences}
    findings = [
        (rule, one, UNVERIFIED if rule in why else DIFFERS if one in differing else CONFIRMED)
        for rule, one in engine.rows("SELECT rule, finding_id FROM sampled ORDER BY rule, finding_id")
    ]  # fmt: skip
    states = Counter((rule, state) for rule, _, state in findings)
    told = [
        {
            "rule": code,
            "how": "" if code in why else STATEMENT if stands_alone(rules[code]) else LINKS,
            "sampled": n,
            "confirmed": states[code, CONFIRMED],
            "differing": len({one.finding_id for one in differences if one.rule == code}),
            "unverified": states[code, UNVERIFIED],
            "why": why.get(code, ""),
        }
        for code, n in sample.rules.items()
    ]
    return Held(told, findings, differences, sample.lacking)
