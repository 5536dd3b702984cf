"""What is scanned, where the result goes, and how a workspace is gone about."""

from __future__ import annotations

import typer

from medaudit.commands import _complete
from medaudit.commands._shared import day, own_option
from medaudit.language import say

_DATA = say(
    "结算文件或文件夹、工作区，或 Spark 的地址",
    "settlement files or folders, a workspace, Spark's addresses",
)
DATA = typer.Argument(metavar="DATA", help=_DATA)
OUT = typer.Option("--out", metavar="FOLDER", help=say("结果文件夹", "run folder"), autocompletion=_complete.runs)  # fmt: skip
FAIL_ON = typer.Option(
    "--fail-on",
    help=say("有此等级及以上的疑点时退出码为 1", "exit 1 when a finding is at or above this level"),
)
WAIT = own_option("--wait", "工作区正被使用时等多少秒（默认不等）", "seconds to wait while another works on the workspace (none)", "SECONDS", min=0)  # fmt: skip
AS_OF = own_option("--as-of", "只看此日以前结算的（工作区）", "only what was settled by this day (of a workspace)", "DATE", parser=day)  # fmt: skip
FULL = own_option("--full", "全部重算，不沿用上次的结果（工作区）", "compute everything, going on from nothing (of a workspace)")  # fmt: skip
