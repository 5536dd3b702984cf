"""`medaudit simulate`: a whole county into a folder, or nothing."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.synth import units
from medaudit.synth.county import Order, make
from medaudit.synth.masters import write_county
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


def simulate(
    out: Path,
    order: Order,
    *,
    form: str = "parquet",
    threads: int = 1,
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
        for number, truth, written in make(order, made, threads):
            progress(say(f"第 {number + 1}/{world.towns} 个乡镇", f"town {number + 1} of {world.towns}"))
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
        units.chosen([*order.schemes, *order.settings])
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


def _export(form: str, made: Path, data: Path, seed: int) -> None:
    if form == "messy":
        from medaudit.synth.messy import messy

        messy(made, data, seed)
        return
    from medaudit.synth.export import as_csv

    as_csv(made, data)


def _command(order: Order, form: str) -> str:
    words = ["medaudit simulate county", f"--people {order.people}", f"--seed {order.seed}"]
    words += [f"--schemes {','.join(order.schemes)}"] if order.schemes else []
    words += [f"--{form}"] if form != "parquet" else []
    return " ".join(words)
