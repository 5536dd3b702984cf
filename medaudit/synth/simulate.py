"""`medaudit simulate`: a whole county into a folder, or nothing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from medaudit import settings
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.synth import units
from medaudit.synth.county import Order, make
from medaudit.synth.masters import write_county
from medaudit.synth.plan import Setting
from medaudit.synth.readme import readme
from medaudit.synth.truth import COLUMNS
from medaudit.synth.world import build

MOST = 20_000_000  # people; more would run out of settlement numbers


@dataclass(frozen=True)
class Made:
    """What a simulation wrote: rows by table, planted settlements and lookalikes."""

    rows: dict[str, int]
    planted: int
    lookalikes: int


def ordered(people: int, seed: int, schemes: str | None, config: Path | None = None) -> Order:
    """The order that options and the settings' [simulate] give. schemes: names with commas, "none", None for all."""
    names = (
        None if schemes is None else [name for name in schemes.replace(" ", "").split(",") if name]
    )
    told = settings.read(config).simulate
    problems = list(_misset(told))
    if problems:
        raise MedauditError(problems)
    return Order(
        people, seed, () if names == ["none"] else names,
        {name: Setting(**{key: float(value) for key, value in of.items()}) for name, of in told.items()},
    )  # fmt: skip


def told(made: Made, out: Path) -> str:
    """What was made, in the run's language."""
    settlements, lines = made.rows["settlement"], made.rows["fee_item"]
    return say(
        f"{out}：结算 {settlements:,} 笔，费用明细 {lines:,} 条；埋入疑点结算 {made.planted:,} 笔、正当的相似情形 {made.lookalikes:,} 笔"
        f"（见 truth.csv）。\n接着：medaudit scan {out / 'data'} --out run；medaudit evaluate run {out / 'truth.csv'}",
        f"{out}: {settlements:,} settlements, {lines:,} fee lines; planted in {made.planted:,} settlements, innocent lookalikes in "
        f"{made.lookalikes:,} (see truth.csv).\nNext: medaudit scan {out / 'data'} --out run; medaudit evaluate run {out / 'truth.csv'}",
    )


def simulate(
    out: Path,
    order: Order,
    *,
    form: str = "parquet",
    threads: int | None = None,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Made:
    """Write a county into `out`: data/, truth.csv, README.md.

    form: parquet; csv (UTF-8, one file a table); messy (as a real export looks). The same order gives the same bytes
    at any number of threads. Raises MedauditError for a number of people that is none, unknown schemes, and a
    folder that is not empty (unless force).
    """
    _check(out, order, force)
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    made = out / ("data" if form == "parquet" else ".clean")
    made.mkdir()
    try:
        world = build(order.seed, order.people)
        rows = Counter(write_county(world, made))
        parts = []
        for number, truth, written in make(order, made, threads or os.cpu_count() or 1):
            progress(
                say(f"第 {number + 1}/{world.towns} 个乡镇", f"town {number + 1} of {world.towns}")
            )
            rows.update(written)
            parts.append(truth)
        truth = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
        if form != "parquet":
            progress(say("写成导出文件", "writing the export"))
            _export(form, made, out / "data", order.seed)
            shutil.rmtree(made)
        truth.to_csv(out / "truth.csv", index=False, lineterminator="\n")
        (out / "README.md").write_text(readme(_command(order, form), rows, truth), encoding="utf-8")
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    bills = truth[(truth["subject_type"] == "settlement") & (truth["feedetl_sn"] == "")]
    innocent = int((bills["role"] == "lookalike").sum())
    return Made(dict(rows), len(bills) - innocent, innocent)


def _check(out: Path, order: Order, force: bool) -> None:
    problems = []
    if not 1 <= order.people <= MOST:
        problems.append(
            Problem(
                say(f"人数不对：{order.people}", f"no number of people: {order.people}"), "--people",
                say(f"应在 1 到 {MOST} 之间", f"give one from 1 to {MOST}"),
            )
        )  # fmt: skip
    if order.seed < 0:
        problems.append(
            Problem(say(f"种子不能为负：{order.seed}", f"a seed is not negative: {order.seed}"), "--seed",
                    say("给一个 0 或正整数", "give zero or a whole number above it"))
        )  # fmt: skip
    try:
        units.chosen([*(order.schemes or ()), *order.settings])
    except MedauditError as unknown:
        problems += unknown.problems
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if not out.is_dir() or not force:
            problems.append(
                Problem(say("输出文件夹不是空的", "the output folder is not empty"), str(out),
                        say("换一个文件夹，或加 --force 清空重写", "choose another, or empty it with --force"))
            )  # fmt: skip
        elif not (out / "truth.csv").is_file():
            problems.append(
                Problem(say("该文件夹不是模拟县，不会清空", "this folder is no simulated county and is not emptied"), str(out),
                        say("换一个文件夹", "choose another"))
            )  # fmt: skip
    if problems:
        raise MedauditError(problems)


def _misset(told: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the settings' [simulate]: a table a scheme, of numbers."""
    known = [name.name for name in fields(Setting)]
    for name, of in told.items():
        for key, value in of.items() if isinstance(of, Mapping) else [("", of)]:
            where = f"simulate.{name}.{key}".rstrip(".")
            if key not in known:
                yield Problem(
                    say(f"不认识设置：{where}", f"unknown: {where}"),
                    settings.FILE,
                    did_you_mean(key, known),
                )
            elif (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or (value < 0 and key != "strength")
            ):
                yield Problem(
                    say(f"{where} 的值不对", f"{where} has the wrong kind of value"), settings.FILE,
                    say("应为不小于 0 的数", "it must be a number from 0"),
                )  # fmt: skip


def _export(form: str, made: Path, data: Path, seed: int) -> None:
    if form == "messy":
        from medaudit.synth.messy import messy

        messy(made, data, seed)
        return
    from medaudit.synth.export import as_csv

    as_csv(made, data)


def _command(order: Order, form: str) -> str:
    words = ["medaudit simulate county", f"--people {order.people}", f"--seed {order.seed}"]
    words += [f"--schemes {','.join(order.schemes) or 'none'}"] if order.schemes is not None else []
    words += [f"--{form}"] if form != "parquet" else []
    return " ".join(words)
