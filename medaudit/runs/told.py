"""What a run says of itself: the content of run.json, and the first page made from it."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import medaudit
from medaudit.detectors.anomalies import Looked
from medaudit.detectors.links import Linked
from medaudit.detectors.rule import LEVELS
from medaudit.detectors.run import Ran
from medaudit.engine import Engine
from medaudit.language import say, spoken
from medaudit.library.account import versions
from medaudit.library.shelf import hashed
from medaudit.output.columns import label
from medaudit.ranking.learning import LEVEL, Learnt, share
from medaudit.records.load import Records
from medaudit.records.schema import TABLES
from medaudit.runs import arrived
from medaudit.runs.folder import FORM
from medaudit.runs.plan import shelves

if TYPE_CHECKING:
    from medaudit.runs.plan import Plan

LIBRARIES = ("duckdb", "sqlglot", "pandas", "pyarrow", "pyod", "scikit-learn")
FIRST = 3  # reviews named of those that are of nothing, or contradict
BESIDES = {"spark": ("pyspark",)}


def tell(
    engine: Engine,
    paths: Sequence[str | Path],
    plan: Plan,
    records: Records,
    outcome: Sequence[Ran],
    linked: Sequence[Linked],
    looked: Sequence[Looked],
    learnt: Learnt,
) -> dict[str, Any]:
    """The content of run.json: settings, versions, inputs, accounts, and what became of every rule."""
    levels = dict(engine.rows("SELECT level, count(*) FROM finding GROUP BY level"))
    return {
        "medaudit": medaudit.__version__,
        "form": FORM,
        "finished": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "language": spoken(),
        "engine": engine.name,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in (*LIBRARIES, *BESIDES.get(engine.name, ()))},
        "settings": plan.settings.as_run()
        | {
            "select": list(plan.select),
            "ignore": list(plan.ignore),
            "memory_limit": engine.memory_limit,
        },
        "paths": [str(path) for path in paths],
        "knowledge": [
            {"folder": str(folder), "batches": versions(folder)} for folder in shelves(plan)
        ],
        "inputs": [*records.stored.inputs, *(_input(source) for source in records.sources)],
        **({"workspace": records.how} if records.how else {}),
        "rules": [_rules(folder) for folder in plan.own_rules],
        "suspended": [
            [code, *(day and str(day) for day in days)] for code, *days in engine.rows(_SUSPENDED)
        ],
        "not_read": [{"file": u.name, "why": u.why} for u in records.recognised.unread],
        "unknown_columns": {k: v for k, v in records.recognised.strangers.items() if v},
        "tables": {name: asdict(account) for name, account in records.accounts.items()},
        "detectors": [
            ran.as_run() | {"version": ran.rule.version(plan.settings.params)} for ran in outcome
        ],
        "links": [one.as_run() for one in linked],
        "anomalies": [one.as_run() for one in looked],
        "reviews": _reviews(learnt, outcome),
        "ledger": {name: int(engine.value(sql)) for name, sql in _LEDGER.items()},
        "findings": sum(levels.values()),
        "levels": levels,
        "suspects": dict(
            engine.rows("SELECT subject_type, count(*) FROM ranked GROUP BY subject_type")
        ),
        "amount": float(
            engine.value(
                "SELECT coalesce(sum(amount), 0) FROM subject_money WHERE subject_type = 'settlement'"
            )
        ),
    }


# Whom points by the ledger had suspended, which later points may undo.
_SUSPENDED = "SELECT dr_codg, begndate, enddate FROM suspension_told ORDER BY dr_codg, begndate"

# Findings that people dismissed, which count for nobody, and reports on somebody who is in these files.
_LEDGER = {
    "set_aside": "SELECT count(*) FROM finding f JOIN set_aside s ON s.finding_id = f.finding_id",
    "tips": "SELECT coalesce(sum(t.reports), 0) FROM tip t "
    "JOIN everybody s ON s.subject_type = t.subject_type AND s.subject_id = t.subject_id",
}


def _reviews(learnt: Learnt, outcome: Sequence[Ran]) -> dict[str, Any]:
    """What reviews taught: how many subjects, the weights, and of each rule the share they confirm with its interval; how many
    are of nothing in this run or contradict an earlier one, with the first of them."""
    if not (learnt.reviewed or learnt.unknown or learnt.contradicted):
        return {"reviewed": 0}
    priors = {ran.rule.code: ran.rule.prior for ran in outcome}
    rules = {}
    for code, (yes, no) in learnt.rules.items():
        middle, low, high = share(priors[code], yes, no)
        rules[code] = {
            "confirmed": yes,
            "dismissed": no,
            "share": round(middle, 3),
            "interval": [round(low, 3), round(high, 3)],
        }
    return {
        "reviewed": learnt.reviewed,
        "unknown": len(learnt.unknown), "unknown_first": list(learnt.unknown[:FIRST]),
        "contradicted": len(learnt.contradicted), "contradicted_first": list(learnt.contradicted[:FIRST]),
        "weights": dict(learnt.weights), "base": dict(learnt.shifts), "level": LEVEL, "rules": rules,
    }  # fmt: skip


def _input(source: Any) -> dict[str, Any]:
    digest = None if source.is_remote else hashed(source.path)
    return {
        "file": source.place or str(source.path), "part": source.part, "table": source.table, "form": source.form,
        "encoding": source.encoding, "replaced": source.replaced, "sha256": digest,
    }  # fmt: skip


def _rules(folder: Path) -> dict[str, Any]:
    """A folder of the user's own rules and its files by their hashes."""
    folder = folder.resolve()
    files = {
        path.relative_to(folder).as_posix(): hashed(path) for path in sorted(folder.rglob("*.sql"))
    }
    return {"folder": str(folder), "files": files}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def cover(told: dict[str, Any]) -> list[tuple[str, object]]:
    """What a first page says of a run: what was read, what ran, what was found."""
    states = [entry["state"] for entry in told["detectors"]]
    rows: list[tuple[str, object]] = [(say("完成时间", "Finished"), told["finished"])]
    rows += arrived.said(told)
    rows += [(say("注意", "Mind"), str(one)) for one in arrived.warnings(told)]
    for name, account in told["tables"].items():
        rows.append((TABLES[name].label, account_line(account)))
    rows.append(
        (
            say("规则", "Rules"),
            say("运行 {}，跳过 {}，失败 {}", "ran {}, skipped {}, failed {}").format(
                *(states.count(state) for state in ("ran", "skipped", "failed"))
            ),
        )
    )
    rows += [
        (f"{e['rule']} {e['title']}", e["why"]) for e in told["detectors"] if e["state"] != "ran"
    ]
    rows.append((say("疑点", "Findings"), told["findings"]))
    rows += [
        (say("其中", "of which ") + label("level", level), told["levels"].get(level, 0))
        for level in LEVELS
    ]
    rows.append(
        (say("涉及基金（元，不重复计）", "Fund money (yuan, each counted once)"), told["amount"])
    )
    rows += [
        (say("未读取", "Not read"), f"{entry['file']}: {entry['why']}")
        for entry in told["not_read"]
    ]
    rows.append(
        (
            say("怎么看", "How to read"),
            say(
                "各表按预期金额（查实概率 × 金额）从高到低。概率在模拟县上定的，用来排先后；有复核结果（--reviews）后按复核调整。机构、药店和医师的金额是超额基金："
                "只计政策已定的和超出同级同类的部分，所以小于其疑点之和。按病种或床日付费的住院，多收费未必多付基金，不计入各表金额。",
                "Each list goes by the yuan to expect (probability × money). Probabilities were settled on synthetic counties and put the "
                "suspects in order; reviews (--reviews) adjust them. Of institutions, pharmacies and doctors the money is the excess: what a policy decides and what "
                "goes beyond their peers, so it is less than the sum of their findings. Over-charges inside stays paid per case or day "
                "are in no list's money: they may not have cost the fund.",
            ),
        )
    )
    rows.append(
        (
            say("说明", "Note"),
            say(
                "名单是线索，不是结论。查实之前，任何人和机构都没有被认定违规。",
                "The list holds leads, not conclusions. Nobody on it has been found to have done wrong.",
            ),
        )
    )
    return rows


def account_line(account: dict[str, Any]) -> str:
    """The five numbers of a table in one line."""
    return say(
        "读入 {read:,}，接受 {accepted:,}，剔除 {rejected:,}；采用 {used:,}，冲销 {netted:,}，重复 {duplicates:,}",
        "read {read:,}, accepted {accepted:,}, rejected {rejected:,}; used {used:,}, netted {netted:,}, "
        "duplicates {duplicates:,}",
    ).format(**account)
