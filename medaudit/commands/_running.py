"""What commands that run an audit share: the plan from the options, and the progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from medaudit.commands._options import Common
from medaudit.errors import MedauditError, Problem
from medaudit.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from medaudit.runs.plan import Plan


def plan(common: Common, reviews: Sequence[Path] | None = None) -> Plan:
    """The plan that the shared options describe. reviews: files of decisions."""
    from medaudit import settings
    from medaudit.engine.duckdb import read_size
    from medaudit.ledger import place
    from medaudit.runs.plan import Plan

    told = settings.read(common.config, _param_problems)
    return Plan(
        settings=told,
        select=tuple(common.select or ()),
        ignore=tuple(common.ignore or ()),
        rules=tuple(common.rules or ()),
        knowledge=tuple(common.knowledge or ()),
        memory_limit=read_size(common.memory_limit) if common.memory_limit else None,
        threads=common.threads,
        engine=common.engine.value,
        spark_master=common.spark_master,
        spark_conf=_pairs("--spark-conf", common.spark_conf),
        tables=_pairs("--table", common.table),
        reviews=tuple(reviews or ()),
        ledger=place(common.ledger, told.ledger),
    )


def _param_problems(content: Mapping[str, Any], where: str) -> list[Problem]:
    """What is wrong with the parameters of our own rules in a settings file that has other faults."""
    from medaudit.detectors import catalogue

    params = content.get("params", {})
    ours = catalogue.known()
    codes = {rule.code for rule in ours}
    # A rule of the user's own is not known before the settings are in order.
    mine = (
        {code: told for code, told in params.items() if code in codes}
        if isinstance(params, Mapping)
        else {}
    )
    return catalogue.param_problems(ours, mine, where)


def demand_data(command: str, data: Sequence[str] | None, common: Common) -> None:
    """Raise MedauditError when `command` has nothing to read, or options of Spark without Spark."""
    if not data and not common.table:
        raise MedauditError(
            Problem(
                say("没有给出数据", "no data was given"),
                "DATA",
                say(f"例：medaudit {command} 数据文件夹", f"such as: medaudit {command} FOLDER"),
            )
        )
    given = {
        "--spark-master": common.spark_master,
        "--spark-conf": common.spark_conf,
        "--table": common.table,
    }
    names = [name for name, value in given.items() if value]
    if names and common.engine != "spark":
        raise MedauditError(
            Problem(
                say("只用于 Spark", "for Spark only"),
                " ".join(names),
                say("加上 --engine spark", "add --engine spark"),
            )
        )


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    """`name=value` texts as a mapping. Raises MedauditError for every one that is none."""
    wrong = [text for text in given or () if "=" not in text.strip("=")]
    if wrong:
        raise MedauditError(
            Problem(
                say("应写成“名=值”", "must be name=value") + f": {text}",
                option,
            )
            for text in wrong
        )
    return {
        name.strip(): value.strip()
        for name, _, value in (text.partition("=") for text in given or ())
    }


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A spinner with the step under way, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("medaudit") as status:
        yield lambda step: status.update(step)
