"""The county that options and settings ask for, with everything wrong about them said at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from medaudit import settings
from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say
from medaudit.synth import units
from medaudit.synth.county import Order
from medaudit.synth.plan import Setting

MOST = 20_000_000  # people; more would run out of settlement numbers
NONE = "none"
LIMITS = {"rate": (0.0, 1.0), "share": (0.0, 1.0), "strength": (-3.0, 3.0)}


def ordered(people: int, seed: int, schemes: str | None, config: Path | None = None) -> Order:
    """The order of a county. schemes: names with commas, "none", or None for all.

    Raises MedauditError naming every value that will not do.
    """
    told = settings.read(config)
    problems = [*_misasked(people, seed), *_misset(told.simulate, str(told.path or settings.FILE))]
    names = (
        None if schemes is None else [name.strip() for name in schemes.split(",") if name.strip()]
    )
    if names == [NONE]:
        names = []
    elif names is not None:
        problems += _misnamed(names)
    if problems:
        raise MedauditError(problems)
    return Order(
        people, seed, names,
        {name: Setting(**{key: float(value) for key, value in of.items()}) for name, of in told.simulate.items()},
    )  # fmt: skip


def form_of(csv: bool, messy: bool) -> str:
    """How the county is written: parquet, csv or messy. Raises MedauditError when both are asked for."""
    if csv and messy:
        what = say("--csv 与 --messy 只能选一个", "--csv and --messy exclude each other")
        raise MedauditError([Problem(what, "--csv --messy", say("去掉其中一个", "leave one out"))])
    return "messy" if messy else "csv" if csv else "parquet"


def command(order: Order, form: str) -> str:
    """The words that make the county again, and the settings that go with them."""
    words = ["medaudit simulate county", f"--people {order.people}", f"--seed {order.seed}"]
    words += [f"--schemes {','.join(order.schemes) or NONE}"] if order.schemes is not None else []
    words += [f"--{form}"] if form != "parquet" else []
    lines = [" ".join(words)]
    for name, setting in order.settings.items():
        lines += ["", f"[simulate.{name}]"]
        told = {field.name: getattr(setting, field.name) for field in fields(setting)}
        lines += [f"{key} = {value}" for key, value in told.items() if value is not None]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _misasked(people: int, seed: int) -> Iterator[Problem]:
    if not 1 <= people <= MOST:
        yield Problem(
            say(f"人数不对：{people}", f"no number of people: {people}"), "--people",
            say(f"应在 1 到 {MOST} 之间", f"give one from 1 to {MOST}"),
        )  # fmt: skip
    if seed < 0:
        yield Problem(
            say(f"种子不能为负：{seed}", f"a seed is not negative: {seed}"), "--seed",
            say("给一个 0 或正整数", "give zero or a whole number above it"),
        )  # fmt: skip


def _misnamed(names: list[str]) -> Iterator[Problem]:
    if not names:
        yield Problem(
            say("没有写情形的名称", "no scheme is named"), "--schemes",
            say("写名称，用逗号隔开；一个都不埋写 none", "give names with commas, or none to plant nothing"),
        )  # fmt: skip
    elif NONE in names:
        yield Problem(
            say("none 不能和别的名称一起写", "none does not go with other names"), "--schemes",
            say("只写 none，或去掉它", "write none alone, or leave it out"),
        )  # fmt: skip
        names = [name for name in names if name != NONE]
    try:
        units.chosen(names)
    except MedauditError as unknown:
        yield from unknown.problems


def _misset(told: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """What is wrong with the settings' [simulate]: a table a scheme, of numbers."""
    for name, of in told.items():
        if name not in units.known():
            what = say(f"没有这种情形：simulate.{name}", f"no such scheme: simulate.{name}")
            yield Problem(what, where, did_you_mean(name, units.known()))
            continue
        for key, value in of.items() if isinstance(of, Mapping) else [("", of)]:
            full = f"simulate.{name}.{key}".rstrip(".")
            if key not in LIMITS:
                yield Problem(
                    say(f"不认识设置：{full}", f"unknown: {full}"), where, did_you_mean(key, LIMITS)
                )
                continue
            low, high = LIMITS[key]
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or not low <= value <= high:
                yield Problem(
                    say(f"{full} 的值不对：{value}", f"{full} has no fitting value: {value}"), where,
                    say(f"应为 {low:g} 到 {high:g} 的数", f"it must be a number from {low:g} to {high:g}"),
                )  # fmt: skip
