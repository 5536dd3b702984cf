"""`medaudit scan`: everything, ranked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import EXPLORE, REVIEWS, Level
from medaudit.errors import FAILED, FOUND
from medaudit.language import say

_DATA = say("结算文件或文件夹；或 Spark 的地址", "settlement files or folders, Spark's addresses")
DATA = typer.Argument(metavar="DATA", help=_DATA)
OUT = typer.Option("--out", metavar="FOLDER", help=say("结果文件夹", "run folder"), autocompletion=_complete.runs)  # fmt: skip
FAIL_ON = typer.Option(
    "--fail-on",
    help=say("有此等级及以上的疑点时退出码为 1", "exit 1 when a finding is at or above this level"),
)


@common()
def scan(
    data: Annotated[list[str] | None, DATA] = None,
    out: Annotated[Path, OUT] = Path("medaudit-run"),
    fail_on: Annotated[Level | None, FAIL_ON] = None,
    reviews: Annotated[list[Path] | None, REVIEWS] = None,
    explore: Annotated[int, EXPLORE] = 0,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import demand_data, plan, progress, tell_failed, tell_run
    from medaudit.output.show import format_of

    demand_data(data, common)
    format_of(common.format, common.output)  # a wrong ending is told before the work, not after
    with progress(common) as told:
        from medaudit.audit import audit_to
        from medaudit.runs import listing

        done = audit_to(out, data or [], plan(common, reviews), told)
    tell_run(done.run, out, common.quiet)
    listing.show_suspects(out, common, explore)
    if done.failed:
        tell_failed(done.run)
        raise typer.Exit(FAILED)
    if fail_on and listing.reaches(done.run, fail_on):
        raise typer.Exit(FOUND)


def add_to(app: typer.Typer) -> None:
    short = say("运行全部规则，列出先看谁、为什么、多少钱", "run the rules; list whom to look at, and why")  # fmt: skip
    zh = "读入结算文件，运行全部规则，列出先看谁、为什么、涉及多少钱。"
    en = "Read settlement files, run every rule, and list whom to look at first, why, and for how much."
    example = say("medaudit scan 数据文件夹 --out run", "medaudit scan DATA --out run")
    add(app, scan, short, say(zh, en), example)
