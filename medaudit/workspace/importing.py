"""`medaudit import`: files in, their rows into the workspace; the same files or rows twice change nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.output.folder import demand_writable
from medaudit.output.whole import disk_problem
from medaudit.progress import SILENT, Progress
from medaudit.records.account import accounts_of
from medaudit.records.fit import demand_fit
from medaudit.records.load import Records, keep_rejects, type_all
from medaudit.records.netting import one_each
from medaudit.records.recognise import Recognised, demand, recognise
from medaudit.records.schema import TABLES
from medaudit.records.source import Source
from medaudit.records.sources import find
from medaudit.settings import Settings
from medaudit.workspace.arriving import Arrived, cut_short
from medaudit.workspace.catalogue import (
    BEGUN,
    NIGHTS,
    Catalogue,
    Delivery,
    is_headless,
    is_workspace,
    now,
    read,
)
from medaudit.workspace.lock import locked
from medaudit.workspace.merging import go_on, keep_changes, merge
from medaudit.workspace.parts import demand_sound, forget_strays, merge_small, put


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
    if is_headless(folder):
        read(folder)  # says so
    is_new = not is_workspace(folder)
    if is_new:
        demand_writable(folder, "--workspace", lambda _: _is_begun(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if is_new:
            (folder / BEGUN).touch()
        with locked(folder, means.wait):
            return _bring(paths, folder, means, progress)
    except OSError as error:
        raise disk_problem(error, folder) from error


def _is_begun(folder: Path) -> bool:
    """Whether all that lies in a folder is what an import that did not end has left."""
    ours = {"records", "rejects", "changes", NIGHTS}
    return all(one.name in ours or one.name.startswith(".") for one in folder.iterdir())


def _bring(paths: Sequence[str | Path], folder: Path, means: Means, progress: Progress) -> Imported:
    catalogue = read(folder) if is_workspace(folder) else Catalogue()
    forget_strays(folder, catalogue)
    demand_sound(folder, catalogue)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as private:
        engine = DuckEngine(Path(private), means.memory_limit, means.threads)
        try:
            arrived = Arrived(paths)
            recognised = recognise(find(paths, engine), means.settings)
            _demand_some(recognised, paths)
            _demand_replaced(recognised, means.replaced)
            demand(recognised, cut_short(recognised.sources), stands=True)
            hashes, known = _new_only(recognised, catalogue, means)
            if not recognised.sources and not means.replaced:
                return Imported(None, known, recognised, catalogue)
            given = type_all(recognised, means.settings, engine, progress)
            demand(recognised, stands=True)
            one_each(engine, given)
            accounts = accounts_of(engine, given)
            delivery = Delivery(
                catalogue.last + 1, now(), _sources(recognised, hashes, means.settings), {}
            )
            for name in means.replaced:
                catalogue.parts = [part for part in catalogue.parts if part.table != name]
            progress.stage("storing", len(given))
            for name in given:
                progress.step(TABLES[name].label)
                told = merge(engine, TABLES[name], folder, means.settings, catalogue, delivery)
                told |= {"repeated": accounts[name].duplicates, "rejected": accounts[name].rejected}
                delivery.tables[name] = told
                go_on(catalogue, accounts[name])
            keep_changes(engine, folder, catalogue, delivery, list(given), means.replaced)
            keep_rejects(engine, Records(recognised, accounts))
            put(
                Path(private) / "rejects.parquet", folder / "rejects" / f"{delivery.number}.parquet"
            )
        finally:
            engine.close()
        arrived.demand_unchanged(recognised.sources)
        catalogue.deliveries.append(delivery)
        catalogue.found_again(set(hashes.values()))
        merge_small(folder, catalogue, Path(private), means.memory_limit, means.threads)
        catalogue.write(folder)
        (folder / BEGUN).unlink(missing_ok=True)
    forget_strays(folder, catalogue)
    return Imported(delivery, known, recognised, catalogue)


def _demand_some(recognised: Recognised, paths: Sequence[str | Path]) -> None:
    """Raise MedauditError where there is nothing to import, with what is wrong with the files that are there."""
    if recognised.sources:
        return
    problems = [one.problem for one in recognised.unread]
    if not any(one.stops for one in recognised.unread):
        what = say("没有找到可读的表", "no table that can be read was found")
        do = say(
            "用 medaudit check 查看每个文件被认作什么",
            "`medaudit check` shows what each file was taken for",
        )
        problems.append(Problem(what, say("、", ", ").join(map(str, paths)), do))
    raise MedauditError(problems)


def _demand_tables(names: Sequence[str]) -> None:
    strange = [name for name in names if name not in TABLES]
    if strange:
        what = say("没有这样的表", "no such table")
        raise MedauditError(
            Problem(what, f"--replace {name}", say("、", ", ").join(TABLES)) for name in strange
        )


def _demand_replaced(recognised: Recognised, names: Sequence[str]) -> None:
    """Raise MedauditError for tables to begin anew that no file holds: they would be left empty."""
    absent = [name for name in names if name not in {one.table for one in recognised.sources}]
    if absent:
        what = say("这些文件里没有这张表", "no file holds this table")
        do = say(
            "把这张表的文件也列上，或去掉 --replace；用 medaudit check 查看每个文件被认作什么",
            "name a file of it too, or leave out --replace; `medaudit check` shows what each file was taken for",
        )
        raise MedauditError(Problem(what, f"--replace {name}", do) for name in absent)


def _new_only(
    recognised: Recognised, catalogue: Catalogue, means: Means
) -> tuple[dict[str, str], dict[str, str]]:
    """File → SHA-256; and those that came before → when, which are dropped. A file that is now read another way is new."""
    came, reading = catalogue.came(), _reading(means.settings)
    hashes = {str(path): hashed(path) for path in {source.path for source in recognised.sources}}
    known: dict[str, str] = {}
    for source in list(recognised.sources):
        at = came.get(hashes[str(source.path)] + reading)
        if at and source.table not in means.replaced:
            known[str(source.path)] = at
            _drop(recognised, source)
    return hashes, known


def _reading(settings: Settings) -> str:
    """What a file's rows are read by, as a short text."""
    told = json.dumps(
        [settings.columns, settings.codes, settings.extra, settings.files], sort_keys=True
    )
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _drop(recognised: Recognised, source: Source) -> None:
    recognised.sources.remove(source)
    recognised.missing = [gap for gap in recognised.missing if gap.source is not source]
    if source.temporary:
        source.temporary.unlink(missing_ok=True)


def _sources(
    recognised: Recognised, hashes: dict[str, str], settings: Settings
) -> list[dict[str, str]]:
    reading = _reading(settings)
    return [
        {"file": str(one.path), "part": one.part, "table": one.table, "sha256": hashes[str(one.path)], "reading": reading}
        for one in recognised.sources
    ]  # fmt: skip
