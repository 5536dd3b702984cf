"""Sheets in: read, understood, matched and put on the shelf, with an account of all that was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from medaudit.engine.duckdb import DuckEngine
from medaudit.engine.scratch import scratch
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library import shelf
from medaudit.library.expand import Expanded, expand
from medaudit.library.layouts import Layout
from medaudit.library.match import Catalogue, Item
from medaudit.library.points import Left, Point, Told, points_of
from medaudit.library.sheets import read
from medaudit.library.shelf import Batch
from medaudit.records.load import read as read_records
from medaudit.records.recognise import recognise
from medaudit.records.sources import find
from medaudit.settings import Settings


@dataclass(frozen=True)
class Order:
    """What is to be imported and how. since, until: the dates the batch is valid; replaces: batches it ends."""

    files: Sequence[Path]
    into: Path
    batch: str
    since: dt.date | None = None
    until: dt.date | None = None
    replaces: Sequence[str] = ()
    catalogue: Sequence[Path] = ()


@dataclass(frozen=True)
class Brought:
    """What an import did. sheets: file, sheet, its layout and what it held; about: what was noticed of a file."""

    batch: Batch
    sheets: Sequence[tuple[str, str, Layout | None, Told]]
    left: Sequence[Left]
    expanded: Expanded
    about: Sequence[tuple[str, str]]


def bring(
    order: Order, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Brought:
    """Import lists. Raises MedauditError, with nothing changed, when a file holds no list that is known."""
    _demand_possible(order)
    sheets: list[tuple[str, str, Layout | None, Told]] = []
    about: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in order.files:
        progress(path.name)
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
    new = [(order.batch, point) for *_, one in sheets for point in one.points]
    known = _batches(order, len(new))
    old = [(batch, point) for batch, point in shelf.points(order.into) if batch != order.batch]
    progress(say("对照目录", "matching to the catalogue"))
    items = _catalogue(order.catalogue, settings) if order.catalogue else shelf.items(order.into)
    everything = [*old, *new]
    expanded = expand(shelf.valid(everything, known), Catalogue(items, shelf.mapping(order.into)))
    progress(say("写入", "writing"))
    shelf.write(order.into, known, everything, items, expanded.tables, expanded.proposed)
    left = [one for *_, told in sheets for one in told.left] + expanded.left
    batch = next(batch for batch in known if batch.name == order.batch)
    return Brought(batch, sheets, left, expanded, about)


def _demand_possible(order: Order) -> None:
    problems = []
    if order.since and order.until and order.until < order.since:
        what = say("失效日期早于生效日期", "it ends before it begins")
        problems.append(Problem(what, f"--from {order.since} --until {order.until}"))
    if order.replaces and not order.since:
        what = say("要知道从哪天起取代", "it must be known from which day it replaces them")
        problems.append(Problem(what, "--replaces", say("加 --from 日期", "add --from DATE")))
    names = [batch.name for batch in shelf.batches(order.into)]
    for name in order.replaces:
        if name not in names or name == order.batch:
            there = say("、", ", ").join(names)
            what = say(f"没有批次 {name}", f"there is no batch {name}")
            problems.append(
                Problem(what, "--replaces", say(f"已有：{there}", f"there are: {there}"))
            )
    if (
        order.into.exists()
        and any(order.into.iterdir())
        and not (order.into / shelf.MARK).is_file()
    ):
        what = say(
            "文件夹不是空的，也不是导入的知识库",
            "the folder is not empty and holds no imported knowledge",
        )
        problems.append(Problem(what, str(order.into), say("换一个 --to", "choose another --to")))
    if problems:
        raise MedauditError(problems)


def _no_list(path: Path, told: Sequence[Told]) -> list[Problem]:
    unknown = [one for sheet in told for one in sheet.left]
    if not unknown:
        return [Problem(say("文件里没有内容", "there is nothing in the file"), str(path))]
    return [
        Problem(one.why, f"{path}›{one.sheet}" if one.sheet else str(path), one.do)
        for one in unknown
    ]


def _batches(order: Order, points: int) -> list[Batch]:
    """The batches afterwards: this one in its old place, those it replaces ended."""
    files = [{"name": path.name, "sha256": shelf.hashed(path)} for path in order.files]
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    mine = Batch(order.batch, order.since, order.until, files, now, points)
    known = {batch.name: batch for batch in shelf.batches(order.into)}
    for name in order.replaces:
        known[name] = shelf.ended(known[name], order.since or dt.date.max)
    known[order.batch] = mine
    return list(known.values())


def _catalogue(paths: Sequence[Path], settings: Settings) -> list[Item]:
    """The items of the catalogue in `paths`. Raises MedauditError where there is none."""
    with scratch() as folder:
        engine = DuckEngine(folder)
        try:
            records = read_records(recognise(find(paths, engine), settings), settings, engine)
            if records.lacks("catalogue"):
                what = say("没有可用的医保目录", "there is no catalogue that can be used")
                do = say(
                    "给出含 med_list_codg、med_list_name 的目录文件",
                    "give a file with med_list_codg and med_list_name",
                )
                raise MedauditError(Problem(what, "、".join(map(str, paths)), do))
            rows = engine.rows(
                "SELECT med_list_codg, coalesce(max(med_list_name), ''), coalesce(max(generic_code), '') "
                "FROM catalogue GROUP BY med_list_codg ORDER BY med_list_codg"
            )
        finally:
            engine.close()
    return [Item(*row) for row in rows]


def counts(points: Sequence[Point]) -> dict[str, int]:
    """Layout → points."""
    told: dict[str, int] = {}
    for point in points:
        told[point.layout] = told.get(point.layout, 0) + 1
    return told
