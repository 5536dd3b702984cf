"""`medaudit scan`: everything, ranked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands._options import Common, add, common
from medaudit.commands._scan_options import AS_OF, DATA, FAIL_ON, FULL, OUT, WAIT
from medaudit.commands._shared import EXPLORE, REVIEWS, Level
from medaudit.errors import FAILED, FOUND
from medaudit.language import say


@common()
def scan(
    data: Annotated[list[str] | None, DATA] = None,
    out: Annotated[Path, OUT] = Path("medaudit-run"),
    fail_on: Annotated[Level | None, FAIL_ON] = None,
    reviews: Annotated[list[Path] | None, REVIEWS] = None,
    explore: Annotated[int, EXPLORE] = 0,
    as_of: Annotated[Any, AS_OF] = None,
    full: Annotated[bool, FULL] = False,
    wait: Annotated[float, WAIT] = 0,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import demand_data, plan, progress, tell_failed, tell_run
    from medaudit.output.show import format_of

    demand_data("scan", data, common)
    format_of(common.format, common.output)  # a wrong ending is told before the work, not after
    with progress(common) as told:
        from medaudit.audit import audit_to
        from medaudit.runs import listing

        how = replace(plan(common, reviews), as_of=as_of, full=full, wait=wait)
        done = audit_to(out, data or [], how, told)
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
