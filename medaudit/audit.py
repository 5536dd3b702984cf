"""The whole audit, from files to ranked suspects, as one straight line."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit import facts, findings, nightly, ranking
from medaudit import settings as settings_room
from medaudit.detectors import anomalies, links
from medaudit.detectors.run import Ran, prepare, reads, run
from medaudit.detectors.understood import demand_understood
from medaudit.engine import Engine
from medaudit.engine.sizes import read_size
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.progress import SILENT, Progress
from medaudit.records.account import demand_used
from medaudit.records.load import Records, keep_rejects
from medaudit.records.small import add_suspensions
from medaudit.runs import writing
from medaudit.runs.folder import unfinished
from medaudit.runs.plan import (
    Plan,
    chosen,
    compared,
    said_of,
    suspended_of,
    waiting,
)
from medaudit.runs.reading import frames, rings_before
from medaudit.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from medaudit.detectors.anomalies import Seen


@dataclass
class Done:
    """A finished audit: its records' accounts, what became of every rule, and the content of run.json."""

    records: Records
    outcome: list[Ran]
    run: dict[str, Any]

    @property
    def failed(self) -> list[Ran]:
        return [ran for ran in self.outcome if ran.state == "failed"]


@dataclass
class Audit:
    """What `medaudit.audit` returns.

    suspects: one row a suspect, best first within a subject type (columns rank, subject_type, subject_id,
    subject_name, score and amount in yuan, probability 0–1, findings, rules, reasons).
    findings: one row a finding (finding_id, rule, level, subject_type, subject_id, setl_id, psn_no,
    fixmedins_code, dr_codg, occurred_on, charge_amount, amount and account_amount in yuan, packaged (1
    where the stay was paid per case or day, and over-charging it may not have cost the fund), strength 0–1, reason,
    evidence as JSON text).
    run: the content of run.json. folder: the run folder, None when none was asked for.
    """

    suspects: pd.DataFrame
    findings: pd.DataFrame
    run: dict[str, Any]
    folder: Path | None


def audit(
    path: str | Path | Iterable[str | Path],
    *,
    out: str | Path | None = None,
    settings: Settings | Mapping[str, Any] | str | Path | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    rules: Sequence[str | Path] = (),
    knowledge: Sequence[str | Path] = (),
    memory_limit: str | int | None = None,
    threads: int | None = None,
    engine: str = "duckdb",
    spark: Any = None,
    spark_master: str | None = None,
    spark_conf: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
    reviews: Sequence[str | Path] = (),
    ledger: str | Path | None = None,
) -> Audit:
    """Audit settlement files and return suspects and findings as pandas frames.

    path: a folder or file, or several. out: also write a run folder there. settings: a medaudit.toml, its
    content as a mapping, or None for the one in the current folder. select, ignore: rule code prefixes.
    rules: folders of your own rules. knowledge: folders of your own knowledge tables. memory_limit: bytes or a text such as "2GB", for the whole process.
    engine: "duckdb" or "spark"; with Spark, path may hold addresses (hdfs://…, s3a://…), `tables` says which
    tables of its catalogue to read ({"settlement": "db.setl_d"}; path may then be empty), and `spark` is a
    SparkSession to use: it is left running and keeps its settings. Else one is started as `spark_master`
    and `spark_conf` say. reviews: CSV files of decisions (finding_id or subject_type and subject_id; decision confirmed or
    dismissed), which re-weight the ranking. ledger: a file or PostgreSQL address whose decisions, reports and suspensions count.

    Raises MedauditError (its `problems` say what, where and what to do) when the files cannot be audited
    or a rule failed. Both frames are held in memory: for millions of findings read the run folder instead.
    """
    paths = [path] if isinstance(path, (str, Path)) else list(path)
    plan = Plan(
        settings=_settings(settings),
        select=tuple(select),
        ignore=tuple(ignore),
        rules=tuple(Path(folder) for folder in rules),
        knowledge=tuple(Path(folder) for folder in knowledge),
        memory_limit=read_size(memory_limit) if isinstance(memory_limit, str) else memory_limit,
        threads=threads,
        engine="spark" if spark is not None else engine,
        spark_session=spark,
        spark_master=spark_master,
        spark_conf=spark_conf or {},
        tables=tables or {},
        reviews=tuple(Path(file) for file in reviews),
        ledger=None if ledger is None else str(ledger),
    )
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private:
        place = Path(out) if out is not None else Path(private) / "run"
        done = audit_to(place, paths, plan)
        writing.demand_all_ran(done.outcome)
        suspects, found = frames(place)
    return Audit(suspects, found, done.run, Path(out) if out is not None else None)


def audit_to(
    out: Path, paths: Sequence[str | Path], plan: Plan, progress: Progress = SILENT
) -> Done:
    """Audit `paths` into run folder `out`, whole or not at all. Rules that fail are told in the outcome."""
    with unfinished(out) as folder:
        rules = chosen(plan)
        said = said_of(plan)
        understood = partial(demand_understood, rules, settings=plan.settings)
        with nightly.records_of(paths, plan, folder / "staging", progress, understood) as (
            engine,
            records,
            session,
        ):
            demand_used(records.accounts["settlement"], records.stored.as_of)
            keep_rejects(engine, records)
            add_suspensions(engine, suspended_of(plan))
            if session:
                session.go_on()
            engine.lock(folder)
            kinds = compared(plan)
            names = reads(rules) | set(anomalies.READS if kinds else ())
            linked = prepare(engine, names, progress, rings_before(out))
            outcome = run(rules, engine, records, plan.settings.params, progress)
            if session:
                session.computed(is_whole=not plan.is_narrowed)
            outcome += [Ran(rule, "skipped", _draft()) for rule in waiting(plan)]
            progress.stage("findings")
            findings.collect(engine, outcome)
            looked = anomalies.find(engine, kinds, progress)
            progress.stage("ranking")
            learnt = ranking.rank(engine, [ran.rule for ran in outcome if ran.state == "ran"], said)
            told = writing.write(
                engine, folder, paths, plan, records, outcome, linked, looked, learnt, progress
            )
            if session:
                session.leave()
        writing.remove_staging(folder)
    return Done(records, outcome, told)


def against_peers(
    paths: Sequence[str | Path], plan: Plan, kind: str, progress: Progress = SILENT
) -> tuple[Seen, Records]:
    """Everybody of a kind (institution, pharmacy, doctor, patient) held against its peers, without any rule; and what was read.

    Raises MedauditError when the files cannot be audited or the kind is compared with nobody.
    """
    if kind not in anomalies.KINDS:
        what = say(f"{kind} 不与同类比较", f"no {kind} is held against peers")
        raise MedauditError(Problem(what, "--by", did_you_mean(kind, anomalies.KINDS)))
    with _read(paths, plan, progress) as (engine, records):
        facts.compute(engine, anomalies.READS, progress)
        return anomalies.seen(engine, kind), records


@contextmanager
def links_of(
    paths: Sequence[str | Path],
    plan: Plan,
    names: Collection[str] = links.TABLES,
    dense: bool = False,
    before: Path | None = None,
    progress: Progress = SILENT,
) -> Iterator[tuple[Engine, list[links.Linked]]]:
    """An engine that holds the links of these files (the tables of detectors/links among `names`, and whatever facts else it names),
    without any rule. dense: see links.find. before: a run whose rings keep their ids.

    Raises MedauditError when the files cannot be audited.
    """
    with _read(paths, plan, progress) as (engine, _):
        facts.compute(engine, names, progress)
        known = rings_before(before) if before else {}
        yield engine, links.find(engine, names, known, dense, progress)


@contextmanager
def _read(
    paths: Sequence[str | Path], plan: Plan, progress: Progress
) -> Iterator[tuple[Engine, Records]]:
    """The records of these files in a private place, for what needs no run folder."""
    with (
        tempfile.TemporaryDirectory(prefix="medaudit-") as private,
        nightly.records_of(paths, plan, Path(private), progress) as (engine, records, _),
    ):
        demand_used(records.accounts["settlement"], records.stored.as_of)
        engine.lock(Path(private))
        yield engine, records


def _draft() -> str:
    return say(
        "草稿（没有用例），用 --select 点名才运行",
        "a draft (it has no cases): runs only when selected with --select",
    )


def _settings(given: Settings | Mapping[str, Any] | str | Path | None) -> Settings:
    if isinstance(given, Settings):
        return given
    if isinstance(given, Mapping):
        return settings_room.of(given)
    return settings_room.read(Path(given) if given is not None else None)
