"""What commands that run an audit share: the plan from the options, and the progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from medaudit.commands._options import Common

if TYPE_CHECKING:
    from medaudit.runs.plan import Plan


def plan(common: Common) -> Plan:
    """The plan that the shared options describe."""
    from medaudit import settings
    from medaudit.engine.duckdb import read_size
    from medaudit.runs.plan import Plan

    return Plan(
        settings=settings.read(common.config),
        select=tuple(common.select or ()),
        ignore=tuple(common.ignore or ()),
        rules=tuple(common.rules or ()),
        memory_limit=read_size(common.memory_limit) if common.memory_limit else None,
        threads=common.threads,
    )


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A spinner with the step under way, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("medaudit") as status:
        yield lambda step: status.update(step)
