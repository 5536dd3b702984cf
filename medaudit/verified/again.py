"""The hits of rules computed anew over freshly read records: by their stand-alone statements, or with the links where they need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from medaudit import facts, findings
from medaudit.detectors.dialects import DIALECTS
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import Ran, hits_sql, prepare, reads
from medaudit.detectors.statement import parts, stands_alone
from medaudit.engine import OutOfMemory, SQLFailed
from medaudit.engine.duckdb import DuckEngine
from medaudit.language import say
from medaudit.progress import Progress
from medaudit.records.load import Records
from medaudit.records.schema import SHIPPED
from medaudit.runs.reading import rings_before
from medaudit.settings import Settings

# What the money of hits stands on; `reads` has it too.
_MONEY = ("visit", "line", "people")


def statement_over(rule: Rule, settings: Settings, records: Records) -> str:
    """The statement that `medaudit rules CODE --sql duckdb` prints, without its comment. It writes out the tables that ship with
    medaudit; of these, one that the files brought is read from them instead, as the run did."""
    named, hits = parts(rule, settings)
    brought = set(records.accounts) & set(SHIPPED)
    kept = {name: sql for name, sql in named.items() if name not in brought}
    return DIALECTS["duckdb"].whole(kept, hits)


def derive(
    engine: DuckEngine,
    records: Records,
    settings: Settings,
    rules: Sequence[Rule],
    run: Path,
    progress: Progress,
) -> Mapping[str, str]:
    """Leave view `findings` with what `rules` find anew. run: whose rings keep their ids.

    Returns code → why, of the rules that could not be computed. Findings are whole only for rules whose relations
    (see `with_relations`) are among `rules`.
    """
    linked = [rule for rule in rules if not stands_alone(rule)]
    if linked:
        prepare(engine, reads(linked), progress, rings_before(run))
    else:
        facts.compute(engine, _MONEY, progress)
    outcome, failed = [], {}
    progress.stage("rules", len(rules))
    for rule in rules:
        progress.step(f"{rule.code} {rule.name}")
        try:
            if rule in linked:
                engine.keep(f"hits_{rule.code}", hits_sql(rule), rule.values(settings.params))
            else:
                engine.keep(f"hits_{rule.code}", statement_over(rule, settings, records))
            hits = engine.value(f"SELECT count(*) FROM hits_{rule.code}")
        except (SQLFailed, OutOfMemory) as error:
            failed[rule.code] = say("语句执行失败：", "its statement failed: ") + str(error)
        else:
            outcome.append(Ran(rule, hits=hits))
    findings.collect(engine, outcome)
    return failed


def with_relations(codes: Sequence[str], rules: Mapping[str, Rule]) -> set[str]:
    """The rules named, those whose hits they tell within their own, and those that tell theirs."""
    told = set(codes)
    for code in codes:
        told |= set(rules[code].subsumes)
        told |= {one.code for one in rules.values() if code in one.subsumes}
    return told
