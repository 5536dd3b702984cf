"""What commands that run an audit share: the plan from the options, and the progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from medaudit.commands import _log
from medaudit.commands._limit import limited
from medaudit.commands._options import Common
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from medaudit.runs.plan import Plan


def plan(common: Common, reviews: Sequence[Path] | None = None) -> Plan:
    """The plan that the shared options describe. reviews: files of decisions."""
    from medaudit import settings
    from medaudit.engine.sizes import read_size
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
def progress(common: Common) -> Iterator[Progress]:
    """What the work in the block is to tell its progress to: a log, bars on a terminal, or nothing. It ends with --max-seconds.

    What is slow to import is imported in the block, so that a first line is seen at once.
    """
    with ExitStack() as around:
        told: Progress = _log.current() or Progress()
        if told is not _log.current() and not common.quiet and sys.stderr.isatty():
            from rich.console import Console

            from medaudit.commands._bars import drawn

            told = around.enter_context(drawn(Console(stderr=True)))
        else:
            told.stage("starting")
        around.enter_context(limited(common.max_seconds, told))
        yield told
        told.done()


def aside(text: str, quiet: bool) -> None:
    """Tell, besides the result, what a quiet user does not want to know."""
    log = _log.current()
    if log is not None:
        log.told(text)
    elif not quiet:
        print(text, file=sys.stderr)


def tell_log(problems: Iterable[Problem], level: str = "error") -> None:
    """Tell the log, where there is one, what the result says to people."""
    if _log.current():
        _log.tell(problems, level=level)


def tell_run(told: dict[str, Any], out: Path, quiet: bool) -> None:
    """What a scan has to say of itself besides its list. told: the content of run.json."""
    from medaudit.runs import listing
    from medaudit.runs.outcome import outcome, warnings

    log = _log.current()
    if log is None:
        aside(listing.summary(told, out), quiet)
        return
    _log.tell(warnings(told, out), level="warning")
    log.outcome(outcome(told, out))


def tell_failed(told: Mapping[str, Any]) -> None:
    """The rules that failed: told last, and to those who asked for quiet."""
    from medaudit.runs import listing
    from medaudit.runs.outcome import failed

    if _log.current() is None:
        print(listing.failures(told), file=sys.stderr)
    else:
        _log.tell(failed(told))
