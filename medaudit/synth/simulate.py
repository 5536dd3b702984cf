"""`medaudit simulate`: a whole county into a folder, or nothing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.progress import SILENT, Progress
from medaudit.synth.answer import COLUMNS
from medaudit.synth.county import Order, make
from medaudit.synth.masters import write_county
from medaudit.synth.ordering import command
from medaudit.synth.readme import readme
from medaudit.synth.world import build

OURS = {"data", "truth.csv", "README.md"}


@dataclass(frozen=True)
class Made:
    """What a simulation wrote: rows by table, settlements of schemes and of lookalikes."""

    rows: dict[str, int]
    planted: int
    lookalikes: int


def simulate(
    out: Path,
    order: Order,
    *,
    form: str = "parquet",
    threads: int | None = None,
    force: bool = False,
    progress: Progress = SILENT,
) -> Made:
    """Write a county into `out`: data/, truth.csv, README.md; whole, or `out` stays as it was.

    form: parquet; csv (UTF-8, one file a table); messy (as a real export looks). The same order gives the same bytes
    at any number of threads. Raises MedauditError for a folder that is not empty (unless force, and only a
    simulated county is replaced).
    """
    with _instead_of(out, force) as folder:
        made = folder / ("data" if form == "parquet" else "clean")
        made.mkdir()
        world = build(order.seed, order.people)
        rows = Counter(write_county(world, made))
        parts = []
        progress.stage("towns", world.towns)
        progress.step(_town(0))
        for number, truth, written in make(order, made, threads or os.cpu_count() or 1):
            rows.update(written)
            parts.append(truth)
            if number + 1 < world.towns:
                progress.step(_town(number + 1))
        truth = (
            pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
        )
        if form != "parquet":
            progress.stage("exporting")
            _export(form, made, folder / "data", order.seed)
            shutil.rmtree(made)
        truth.to_csv(folder / "truth.csv", index=False, lineterminator="\n")
        (folder / "README.md").write_text(
            readme(command(order, form), rows, truth), encoding="utf-8"
        )
    bills = truth[(truth["subject_type"] == "settlement") & (truth["feedetl_sn"] == "")]
    count = bills["role"].value_counts()
    return Made(dict(rows), int(count.get("responsible", 0)), int(count.get("lookalike", 0)))


def _town(number: int) -> str:
    return say(f"第 {number + 1} 个乡镇", f"town {number + 1}")


def told(made: Made, out: Path) -> str:
    """What was made, in the run's language."""
    settlements, lines = made.rows["settlement"], made.rows["fee_item"]
    return say(
        f"{out}：结算 {settlements:,} 笔，费用明细 {lines:,} 条；埋入疑点结算 {made.planted:,} 笔、正当的相似情形 {made.lookalikes:,} 笔"
        f"（见 truth.csv）。\n接着：medaudit scan {out / 'data'} --out run；medaudit evaluate run {out / 'truth.csv'}",
        f"{out}: {settlements:,} settlements, {lines:,} fee lines; planted in {made.planted:,} settlements, innocent lookalikes in "
        f"{made.lookalikes:,} (see truth.csv).\nNext: medaudit scan {out / 'data'} --out run; medaudit evaluate run {out / 'truth.csv'}",
    )


@contextmanager
def _instead_of(out: Path, force: bool) -> Iterator[Path]:
    """A folder beside `out` to fill, which takes its place at the end; nothing is left of it when that fails."""
    _demand_room(out, force)
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = place.parent / f".{place.name}.unfinished-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
        if place.exists():
            shutil.rmtree(place)
        folder.rename(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _demand_room(out: Path, force: bool) -> None:
    """Raise MedauditError unless `out` may be written: new, empty, or with force an earlier county."""
    above = next(path for path in (out.resolve(), *out.resolve().parents) if path.exists())
    another = say("换一个文件夹", "choose another folder")
    if not above.is_dir():
        raise MedauditError(
            [
                Problem(
                    say("这是文件，不是文件夹", "this is a file, not a folder"), str(above), another
                )
            ]
        )
    inside = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if not inside:
        return
    if not force:
        do = say(
            "换一个文件夹，或加 --force 重写其中的模拟县",
            "choose another, or replace the county in it with --force",
        )
        raise MedauditError(
            [Problem(say("输出文件夹不是空的", "the output folder is not empty"), str(out), do)]
        )
    truth = out / "truth.csv"
    strangers = sorted(inside - OURS)
    if strangers or not truth.is_file() or not _is_truth(truth):
        named = say("、", ", ").join(strangers[:3]) or say(
            "没有 truth.csv", "there is no truth.csv"
        )
        what = say(
            f"文件夹里不只是模拟县（{named}），不会删除",
            f"the folder holds more than a simulated county ({named}) and is not removed",
        )
        raise MedauditError([Problem(what, str(out), another)])


def _is_truth(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return tuple(file.readline().strip().split(",")) == COLUMNS


def _export(form: str, made: Path, data: Path, seed: int) -> None:
    if form == "messy":
        from medaudit.synth.messy import messy

        messy(made, data, seed)
        return
    from medaudit.synth.export import as_csv

    as_csv(made, data)
