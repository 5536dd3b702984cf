"""Sheets in: read, understood, matched and put on the shelf, with an account of all that was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.scratch import scratch
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library import shelf
from medaudit.library.account import Batch, batches, in_force, is_shelf
from medaudit.library.expand import Expanded, expand
from medaudit.library.layouts import Layout
from medaudit.library.match import Catalogue, Item
from medaudit.library.points import Left, Told, points_of
from medaudit.library.sheets import read
from medaudit.output.folder import demand_writable, restore
from medaudit.progress import SILENT, Progress
from medaudit.records.load import read as read_records
from medaudit.records.recognise import recognise
from medaudit.records.sources import find
from medaudit.settings import Settings


@dataclass(frozen=True)
class Order:
    """What is to be imported and how. since, until: the dates the batch is valid; replaces: batches it ends.

    batch: its name, None for that of the first file.
    """

    files: Sequence[Path]
    into: Path
    batch: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    replaces: Sequence[str] = ()
    catalogue: Sequence[Path] = ()


@dataclass(frozen=True)
class Brought:
    """What an import did. sheets: file, sheet, its layout and what it held; about: what was noticed of a file.

    batch: None where there was no point, and nothing was written. earlier: what is still open of other batches.
    """

    batch: Batch | None
    sheets: Sequence[tuple[str, str, Layout | None, Told]]
    left: Sequence[Left]
    expanded: Expanded
    about: Sequence[tuple[str, str]]
    earlier: int = 0


def bring(order: Order, settings: Settings, progress: Progress = SILENT) -> Brought:
    """Import lists. Raises MedauditError, with nothing changed, when a file holds no list that is known."""
    restore(order.into)
    _demand_possible(order)
    sheets: list[tuple[str, str, Layout | None, Told]] = []
    about: list[tuple[str, str]] = []
    problems: list[Problem] = []
    progress.stage("reading", len(order.files))
    for path in order.files:
        progress.step(path.name)
        try:
            found, notes = read(path)
        except MedauditError as error:
            problems += error.problems
            continue
        about += [(path.name, note) for note in notes]
        told = [(path.name, sheet.name, points_of(sheet)) for sheet in found]
        sheets += [(file, name, one.layout, one) for file, name, one in told]
        if not any(one.layout for _, _, one in told):
            problems += _no_list(path, [one for _, _, one in told])
    if problems:
        raise MedauditError(problems)
    name = order.batch or order.files[0].stem
    new = [(name, point) for *_, one in sheets for point in one.points]
    left = [one for *_, told in sheets for one in told.left]
    if not new:
        return Brought(None, sheets, left, Expanded(), about)
    known = _batches(order, name, len(new), about)
    old = [(batch, point) for batch, point in shelf.points(order.into) if batch != name]
    progress.stage("matching")
    items = _catalogue(order.catalogue, settings) if order.catalogue else shelf.items(order.into)
    everything = [*old, *new]
    catalogue = Catalogue(items, shelf.mapping(order.into))
    expanded = expand(shelf.valid(everything, known), catalogue)
    progress.stage("writing")
    shelf.write(order.into, known, everything, items, expanded.tables, expanded.proposed)
    left += [_not_mapped(*one) for one in catalogue.unknown]
    left += [one for batch, one in expanded.left if batch == name]
    earlier = sum(batch != name for batch, _ in expanded.left)
    batch = next(batch for batch in known if batch.name == name)
    return Brought(batch, sheets, left, expanded, about, earlier)


def _not_mapped(name: str, code: str) -> Left:
    why = say(
        f"“{name}”对的代码 {code} 不在目录里",
        f'the code {code} for "{name}" is not in the catalogue',
    )
    return Left("mapping.csv", "", 0, why, say("改成目录里的代码", "write a code of the catalogue"))


def _demand_possible(order: Order) -> None:
    """Raise MedauditError, with everything at once, for an order that cannot be carried out."""
    demand_writable(order.into, shelf.TO, is_shelf)
    problems = []
    if order.since and order.until and order.until < order.since:
        what = say("失效日期早于生效日期", "it ends before it begins")
        problems.append(Problem(what, f"--from {order.since} --until {order.until}"))
    if order.replaces and not order.since:
        what = say("要知道从哪天起取代", "it must be known from which day it replaces them")
        problems.append(Problem(what, "--replaces", say("加 --from 日期", "add --from DATE")))
    if order.batch is not None and (not order.batch.strip() or not order.batch.isprintable()):
        what = say("批次名称要能写在一行里", "the name of a batch is one line of text")
        problems.append(Problem(what, "--batch"))
    known = {batch.name: batch for batch in batches(order.into)}
    there = say("、", ", ").join(known) or say("无", "none")
    for name in order.replaces:
        if name not in known or name == order.batch:
            what = say(f"没有批次 {name}", f"there is no batch {name}")
            do = say(f"已有：{there}", f"there are: {there}")
            problems.append(Problem(what, "--replaces", do))
    for path in order.catalogue:
        if not path.exists():
            problems.append(Problem(say("没有这个文件", "no such file"), str(path)))
    same = known.get(order.files[0].stem) if order.batch is None else None
    if same and order.files[0].is_file() and not _is_of(same, order.files[0]):
        what = say(
            f"已有同名的批次 {same.name}，内容不同",
            f"there is a batch {same.name} already, of another content",
        )
        do = say(
            f"是更正就加 --batch {same.name}（整个换掉），是另一批就取别的名称",
            f"add --batch {same.name} to replace it whole, or another name if it is another list",
        )
        problems.append(Problem(what, str(order.files[0]), do))
    if problems:
        raise MedauditError(problems)


def _is_of(batch: Batch, path: Path) -> bool:
    return shelf.hashed(path) in {file["sha256"] for file in batch.files}


def _no_list(path: Path, told: Sequence[Told]) -> list[Problem]:
    unknown = [one for sheet in told for one in sheet.left]
    if not unknown:
        return [Problem(say("文件里没有内容", "there is nothing in the file"), str(path))]
    return [
        Problem(one.why, f"{path}›{one.sheet}" if one.sheet else str(path), one.do)
        for one in unknown
    ]


def _batches(order: Order, name: str, points: int, about: list[tuple[str, str]]) -> list[Batch]:
    """The batches afterwards, this one in its old place. What it replaced before it still replaces."""
    files = [{"name": path.name, "sha256": shelf.hashed(path)} for path in order.files]
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    known = {batch.name: batch for batch in batches(order.into)}
    before = known.get(name)
    replaces = list(dict.fromkeys([*(before.replaces if before else ()), *order.replaces]))
    known[name] = Batch(name, order.since, order.until, replaces, files, now, points)
    told = list(known.values())
    if before:
        what = say(
            f"换掉了原有的 {before.points:,} 条",
            f"its earlier points ({before.points:,}) were replaced",
        )
        about.append((name, what))
    if replaces and not order.since:
        what = say(
            "没有生效日期，不再取代" + "、".join(replaces) + "；加 --from",
            "without a first day it no longer replaces " + ", ".join(replaces) + "; add --from",
        )
        about.append((name, what))
    about += [
        (one, say("已被完全取代，哪天都不再有效", "replaced whole, in force on no day"))
        for one, (since, until) in in_force(told).items()
        if since > until
    ]
    return told


def _catalogue(paths: Sequence[Path], settings: Settings) -> list[Item]:
    """The items of the catalogue in `paths`. Raises MedauditError where there is none."""
    with scratch() as folder:
        engine = DuckEngine(folder)
        try:
            records = read_records(recognise(find(paths, engine), settings), settings, engine)
            if records.lacks("catalogue"):
                what = say("认不出医保目录", "no catalogue is recognised in it")
                do = say(
                    "把文件命名为 catalogue.csv，含 med_list_codg、med_list_name 两列",
                    "name the file catalogue.csv, with the columns med_list_codg and med_list_name",
                )
                raise MedauditError(Problem(what, "、".join(map(str, paths)), do))
            rows = engine.rows(
                "SELECT DISTINCT med_list_codg, coalesce(med_list_name, ''), coalesce(generic_code, '') "
                "FROM catalogue ORDER BY 1, 2, 3"
            )
        finally:
            engine.close()
    return [Item(*row) for row in rows]
