"""What a finished audit leaves in its run folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import medaudit
from medaudit.detectors.run import Ran
from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import MedauditError, Problem
from medaudit.findings import COLUMNS as FINDING_COLUMNS
from medaudit.language import say, spoken
from medaudit.output.csvfile import write_csv
from medaudit.output.xlsx import write_xlsx
from medaudit.ranking import COLUMNS as SUSPECT_COLUMNS
from medaudit.records.load import Records
from medaudit.records.schema import TABLES
from medaudit.records.typed import reasons
from medaudit.runfolder import MARK

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.audit import Plan

LIBRARIES = ("duckdb", "sqlglot", "pandas", "pyarrow")

# Best first; what is certain before what is suspected, ties by money, then id: the same in every run.
FINDING_ORDER = "CASE level WHEN 'violation' THEN 1 WHEN 'suspected' THEN 2 ELSE 3 END, amount DESC, charge_amount DESC, finding_id"
SUSPECT_ORDER = (
    "CASE subject_type WHEN 'institution' THEN 1 WHEN 'pharmacy' THEN 2 WHEN 'doctor' THEN 3 "
    "WHEN 'patient' THEN 4 WHEN 'settlement' THEN 5 ELSE 6 END, rank"
)


def write(
    engine: DuckEngine,
    folder: Path,
    paths: Sequence[Path],
    plan: Plan,
    records: Records,
    outcome: Sequence[Ran],
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Write every file of the run folder, run.json last, and return its content."""
    progress(say("写出结果", "writing results"))
    found, suspects = ", ".join(FINDING_COLUMNS), ", ".join(SUSPECT_COLUMNS)
    _parquet(engine, folder, "findings", f"SELECT {found} FROM findings ORDER BY {FINDING_ORDER}")
    _parquet(
        engine, folder, "suspects", f"SELECT {suspects} FROM suspects ORDER BY {SUSPECT_ORDER}"
    )
    _parquet(
        engine, folder, "finding_lines",
        "SELECT finding_id, feedetl_sn, setl_id, amount FROM finding_line ORDER BY finding_id, setl_id, feedetl_sn",
    )  # fmt: skip
    _parquet(engine, folder, "subjects", "SELECT * FROM subject ORDER BY subject_type, subject_id")
    _parquet(
        engine, folder, "parts", "SELECT * FROM part ORDER BY subject_type, subject_id, family"
    )
    _records(engine, folder / "records")
    write_csv(read(folder, "findings"), folder / "findings.csv")
    write_csv(read(folder, "suspects"), folder / "suspects.csv")
    _rejects(engine, folder / "rejects.csv")
    told = _run(engine, paths, plan, records, outcome)
    titles = {ran.rule.code: ran.rule.name for ran in outcome}
    write_xlsx(
        folder / "suspects.xlsx",
        cover(told),
        frame(folder, "suspects"),
        read(folder, "findings"),
        told["findings"],
        titles,
    )
    (folder / MARK).write_text(
        json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return told


def remove_staging(folder: Path) -> None:
    """Remove what was only needed on the way."""
    shutil.rmtree(folder / "staging", ignore_errors=True)


def demand_all_ran(outcome: Sequence[Ran]) -> None:
    """Raise MedauditError naming the rules that failed."""
    failed = [ran for ran in outcome if ran.state == "failed"]
    if failed:
        raise MedauditError(
            Problem(
                ran.why,
                f"{ran.rule.code} {ran.rule.name}",
                say("用 --ignore 略过它", "leave it out with --ignore"),
            )
            for ran in failed
        )


def read(folder: Path, name: str, size: int = 10_000) -> Iterator[pd.DataFrame]:
    """A table of a run folder in frames of at most `size` rows."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / f"{name}.parquet") as file:
        for batch in file.iter_batches(size):
            yield batch.to_pandas()


def frame(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run folder as one frame."""
    import pandas as pd

    return pd.read_parquet(folder / f"{name}.parquet")


def frames(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Suspects and findings of a run folder, amounts as floats."""
    suspects, found = frame(folder, "suspects"), frame(folder, "findings")
    for name in ("score", "amount"):
        suspects[name] = suspects[name].astype(float)
    for name in ("charge_amount", "amount", "account_amount", "strength"):
        found[name] = found[name].astype(float)
    return suspects, found


def _parquet(engine: DuckEngine, folder: Path, name: str, sql: str) -> None:
    engine.run(
        f"COPY ({sql}) TO {quoted(folder / f'{name}.parquet')} (FORMAT parquet, COMPRESSION zstd)"
    )


def _records(engine: DuckEngine, folder: Path) -> None:
    """The settlements and lines of everybody a finding names, and the small tables, so that no later
    command needs the inputs. Refunds and duplicates are already taken out."""
    folder.mkdir(mode=0o700)
    engine.keep(
        "named_person",
        "SELECT p.psn_no FROM people p JOIN (SELECT q.person_id FROM hit h JOIN people q ON q.psn_no = h.psn_no "
        "GROUP BY q.person_id) n ON n.person_id = p.person_id",
    )
    mine = "psn_no IN (SELECT psn_no FROM named_person)"
    lines = f"setl_id IN (SELECT setl_id FROM settlement WHERE {mine})"
    of_people = {
        "settlement": mine, "person": mine, "chronic": mine, "fee_item": lines, "diagnosis": lines,
    }  # fmt: skip
    for name in TABLES:
        if name == "visit" or not engine.value(
            f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1)"
        ):
            continue
        where = f" WHERE {of_people[name]}" if name in of_people else ""
        _parquet(engine, folder, name, f"SELECT * FROM {name}{where} ORDER BY ALL")


def _rejects(engine: DuckEngine, path: Path) -> None:
    words = " ".join(f"WHEN '{code}' THEN {quoted(text)}" for code, text in reasons().items())
    rows = f'SELECT file, line, column_name AS "column", CASE reason {words} END AS reason FROM rejects'
    write_csv(
        (batch.to_pandas() for batch in engine.batches(rows)),
        path,
        ["file", "line", "column", "reason"],
    )


def _run(
    engine: DuckEngine, paths: Sequence[Path], plan: Plan, records: Records, outcome: Sequence[Ran]
) -> dict[str, Any]:
    levels = dict(engine.rows("SELECT level, count(*) FROM finding GROUP BY level"))
    return {
        "medaudit": medaudit.__version__,
        "finished": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "language": spoken(),
        "engine": engine.name,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "settings": plan.settings.as_run()
        | {
            "select": list(plan.select),
            "ignore": list(plan.ignore),
            "memory_limit": engine.memory_limit,
        },
        "paths": [str(path) for path in paths],
        "inputs": [_input(source) for source in records.sources],
        "not_read": [{"file": u.name, "why": u.why} for u in records.recognised.unread],
        "unknown_columns": {k: v for k, v in records.recognised.strangers.items() if v},
        "tables": {name: asdict(account) for name, account in records.accounts.items()},
        "detectors": [ran.as_run() for ran in outcome],
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


def _input(source: Any) -> dict[str, Any]:
    with source.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": str(source.path), "part": source.part, "table": source.table, "form": source.form,
        "encoding": source.encoding, "sha256": digest,
    }  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def cover(told: dict[str, Any]) -> list[tuple[str, object]]:
    """What a first page says of a run: what was read, what ran, what was found."""
    states = [entry["state"] for entry in told["detectors"]]
    rows: list[tuple[str, object]] = [(say("完成时间", "Finished"), told["finished"])]
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
    rows.append(
        (say("涉及基金（元，不重复计）", "Fund money (yuan, each counted once)"), told["amount"])
    )
    rows += [
        (say("未读取", "Not read"), f"{entry['file']}: {entry['why']}")
        for entry in told["not_read"]
    ]
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
