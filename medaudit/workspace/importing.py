"""`medaudit import`: files in, their rows into the workspace; the same files or rows twice change nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.output.folder import demand_writable
from medaudit.output.whole import disk_problem
from medaudit.progress import SILENT, Progress
from medaudit.records.account import Account, accounts_of
from medaudit.records.fit import demand_fit
from medaudit.records.load import Records, keep_rejects, type_all
from medaudit.records.netting import one_each
from medaudit.records.recognise import Recognised, demand, recognise
from medaudit.records.schema import TABLES, Table
from medaudit.records.source import Source
from medaudit.records.sources import find
from medaudit.records.stored import Reading, as_now
from medaudit.settings import Settings
from medaudit.workspace import meeting
from medaudit.workspace.catalogue import Catalogue, Delivery, is_workspace, read
from medaudit.workspace.lock import locked
from medaudit.workspace.parts import demand_sound, forget_strays, merge_small, put, rewrite

# From this share of the settlements on a delivery concerns everybody: nobody is told apart.
EVERYBODY = 0.25


@dataclass(frozen=True)
class Imported:
    """What came of an import. delivery: None where nothing was new. known: files that had come before → when. rejected: rows not
    accepted by table."""

    delivery: Delivery | None
    known: dict[str, str]
    recognised: Recognised
    catalogue: Catalogue


@dataclass(frozen=True)
class Means:
    """What an import may use, and how it goes about it. replaced: tables that are begun anew."""

    settings: Settings
    memory_limit: int | None = None
    threads: int | None = None
    replaced: Sequence[str] = ()
    wait: float = 0


def bring(
    paths: Sequence[str | Path], folder: Path, means: Means, progress: Progress = SILENT
) -> Imported:
    """Bring what lies in `paths` into the workspace `folder`, which is made when there is none. Whole or not at all.

    Raises MedauditError for files that cannot be read, a damaged workspace, and when another works on it.
    """
    demand_fit(means.settings)
    _demand_tables(means.replaced)
    if not is_workspace(folder):
        demand_writable(folder, "--workspace", lambda _: _is_begun(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder, means.wait):
            return _bring(paths, folder, means, progress)
    except OSError as error:
        raise disk_problem(error, folder) from error


def _is_begun(folder: Path) -> bool:
    """Whether all that lies in a folder is what an import that did not end has left."""
    ours = {"records", "rejects", "changes", "nights"}
    return all(one.name in ours or one.name.startswith(".") for one in folder.iterdir())


def _bring(paths: Sequence[str | Path], folder: Path, means: Means, progress: Progress) -> Imported:
    catalogue = read(folder) if is_workspace(folder) else Catalogue()
    forget_strays(folder, catalogue)
    demand_sound(folder, catalogue)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as private:
        engine = DuckEngine(Path(private), means.memory_limit, means.threads)
        try:
            recognised = recognise(find(paths, engine), means.settings)
            demand(recognised, _lacking(recognised), stands=bool(recognised.sources))
            hashes, known = _new_only(recognised, catalogue)
            if not recognised.sources and not means.replaced:
                return Imported(None, known, recognised, catalogue)
            given = type_all(recognised, means.settings, engine, progress)
            demand(recognised, stands=True)
            one_each(engine, given)
            accounts = accounts_of(engine, given)
            delivery = Delivery(catalogue.last + 1, _now(), _sources(recognised, hashes), {})
            for name in means.replaced:
                catalogue.parts = [part for part in catalogue.parts if part.table != name]
            progress.stage("storing", len(given))
            for name in given:
                progress.step(TABLES[name].label)
                told = _merge(engine, TABLES[name], folder, means.settings, catalogue, delivery)
                delivery.tables[name] = told
                _go_on(catalogue, accounts[name])
            _keep_changes(engine, folder, catalogue, delivery, list(given), means.replaced)
            keep_rejects(engine, Records(recognised, accounts))
            put(
                Path(private) / "rejects.parquet", folder / "rejects" / f"{delivery.number}.parquet"
            )
        finally:
            engine.close()
        catalogue.deliveries.append(delivery)
        merge_small(folder, catalogue, Path(private), means.memory_limit, means.threads)
        catalogue.write(folder)
    forget_strays(folder, catalogue)
    return Imported(delivery, known, recognised, catalogue)


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def _lacking(recognised: Recognised) -> list[Problem]:
    if recognised.sources or any(unread.stops for unread in recognised.unread):
        return []
    what = say("没有找到可读的表", "no table that can be read was found")
    do = say(
        "用 medaudit check 查看每个文件被认作什么",
        "`medaudit check` shows what each file was taken for",
    )
    return [Problem(what, do=do)]


def _demand_tables(names: Sequence[str]) -> None:
    strange = [name for name in names if name not in TABLES]
    if strange:
        what = say("没有这样的表", "no such table")
        raise MedauditError(
            Problem(what, f"--replace {name}", "、".join(TABLES)) for name in strange
        )


def _new_only(
    recognised: Recognised, catalogue: Catalogue
) -> tuple[dict[str, str], dict[str, str]]:
    """File → SHA-256 of those that are new; the others are dropped, and told with when they came."""
    came = catalogue.came()
    hashes = {str(path): hashed(path) for path in {source.path for source in recognised.sources}}
    known = {file: came[digest] for file, digest in hashes.items() if digest in came}
    for source in list(recognised.sources):
        if str(source.path) in known:
            _drop(recognised, source)
    return hashes, known


def _drop(recognised: Recognised, source: Source) -> None:
    recognised.sources.remove(source)
    recognised.missing = [gap for gap in recognised.missing if gap.source is not source]
    if source.temporary:
        source.temporary.unlink(missing_ok=True)


def _sources(recognised: Recognised, hashes: dict[str, str]) -> list[dict[str, str]]:
    return [
        {
            "file": str(one.path),
            "part": one.part,
            "table": one.table,
            "sha256": hashes[str(one.path)],
        }
        for one in recognised.sources
    ]


def _merge(
    engine: DuckEngine, table: Table, folder: Path, settings: Settings, catalogue: Catalogue, delivery: Delivery
) -> dict[str, int]:  # fmt: skip
    """Put the rows of one table where they belong; how many were new, the same, older or put right others."""
    there = [folder / part.name for part in catalogue.of(table.name)]
    if there:
        listed = ", ".join(map(quoted, there))
        engine.view(
            "filed",
            f"SELECT * FROM read_parquet([{listed}], union_by_name = true, filename = true)",
        )
        columns = ", ".join(as_now(engine, "filed", table, settings))
        engine.view(
            f"stored_{table.name}",
            f"SELECT row_id, {columns}, filename AS file FROM read_parquet([{listed}], union_by_name = true, filename = true)",
        )
    extra = settings.extra.get(table.name, ())
    meeting.take(engine, table, delivery.number, extra)
    meeting.meet(engine, table, bool(there))
    fates = dict(engine.rows(f"SELECT fate, count(*) FROM met_{table.name} GROUP BY fate"))
    rewrite(engine, table, folder, catalogue, delivery.number)
    target = engine.folder / "new" / table.name
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    listed = ", ".join(meeting.columns(table, extra))
    engine.run(
        f"COPY (SELECT {listed}, {meeting.month(table)} AS month_ FROM ({meeting.coming(table)}) n) "
        f"TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month_))"
    )
    new = 0
    for written in sorted(target.rglob("*.parquet")):
        month = written.parent.name.removeprefix("month_=")
        new += catalogue_part(engine, written, table, month, folder, catalogue, delivery.number)
    return {
        "new": new - fates.get("replaces", 0),
        "replaces": fates.get("replaces", 0),
        "same": fates.get("same", 0),
        "older": fates.get("older", 0),
    }


def catalogue_part(
    engine: DuckEngine, written: Path, table: Table, month: str, folder: Path, catalogue: Catalogue, number: int
) -> int:  # fmt: skip
    """Move a written file into the workspace and name it in the catalogue; how many rows it has."""
    from medaudit.workspace.parts import add

    rows = engine.value(f"SELECT count(*) FROM read_parquet({quoted(written)})")
    if rows:
        add(folder, catalogue, written, table.name, month, number, rows)
    return int(rows)


def _go_on(catalogue: Catalogue, account: Account) -> None:
    """Add the account of this delivery's rows to that of all."""
    reading = catalogue.readings.setdefault(account.table, Reading())
    reading.read += account.read
    reading.columns = sorted({*reading.columns, *account.columns})
    for counted, more in ((reading.rejects, account.rejects), (reading.unread, account.unread)):
        for name, rows in more.items():
            counted[name] = counted.get(name, 0) + rows


def _keep_changes(
    engine: DuckEngine, folder: Path, catalogue: Catalogue, delivery: Delivery, given: Sequence[str], replaced: Sequence[str]
) -> None:  # fmt: skip
    """Write down whom the rows of a delivery concern, unless that is everybody."""
    settlements = sum(part.rows for part in catalogue.of("settlement"))
    came = sum(delivery.tables.get("settlement", {}).get(one, 0) for one in ("new", "replaces"))
    delivery.whole = bool(replaced) or came >= EVERYBODY * settlements
    if delivery.whole:
        return
    selects = [meeting.concerned(TABLES[name], _was_there(engine, name)) for name in given]
    engine.keep("changes", " UNION ALL ".join(selects))
    put(engine.folder / "changes.parquet", folder / "changes" / f"{delivery.number}.parquet")


def _was_there(engine: DuckEngine, name: str) -> bool:
    return (engine.folder / f"old_{name}.parquet").exists()
