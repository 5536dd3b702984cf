"""`medaudit compare`: what is new, gone, moved or changed between two runs, and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.errors import FOUND
from medaudit.language import say


class FailOn(StrEnum):
    new = "new"
    violation = "violation"
    suspected = "suspected"
    lead = "lead"


OLD = typer.Argument(metavar="OLD", help=say("先前的结果文件夹", "run folder of the earlier scan"), autocompletion=_complete.runs)  # fmt: skip
NEW = typer.Argument(metavar="NEW", help=say("后来的结果文件夹", "run folder of the later scan"), autocompletion=_complete.runs)  # fmt: skip
_FAIL_ON = say("有新增疑点（或此等级及以上的）时退出码为 1", "exit 1 when a finding is new (at or above a level)")  # fmt: skip
FAIL_ON = typer.Option("--fail-on", show_default=False, help=_FAIL_ON)


@common("by", "top", "format", "output", "quiet", "log_format")
def compare(
    old: Annotated[Path, OLD],
    new: Annotated[Path, NEW],
    fail_on: Annotated[FailOn | None, FAIL_ON] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress
    from medaudit.output.show import format_of

    format_of(common.format, common.output)  # a wrong ending is told before the work, not after
    by = common.by.value if common.by else None
    with progress(common) as step:
        from medaudit.compared import comparing, telling

        with comparing(old, new, step) as made:
            step.done()
            telling.tell(made, by, common.top, common.format, common.output)
            level = "lead" if fail_on is FailOn.new else fail_on
            found = level is not None and made.has_new(level)
    if found:
        raise typer.Exit(FOUND)


def add_to(app: typer.Typer) -> None:
    short = say("两次运行相比：新增、消失、升降及原因", "two runs: what is new, gone or moved, and why")  # fmt: skip
    zh = "比较两次扫描：哪些疑点新增、消失或变动，哪些对象名次升降，可能是什么原因。"
    en = "Hold two scans against each other: which findings are new, gone or changed, which suspects moved, and the likely reason."
    add(app, compare, short, say(zh, en), "medaudit compare run-2025-06 run-2025-07")
