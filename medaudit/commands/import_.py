"""`medaudit import`: bring files into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands._options import AUDIT, Common, add, common
from medaudit.commands._scan_options import WAIT
from medaudit.commands._shared import own_option
from medaudit.language import say

DATA = typer.Argument(metavar="DATA", help=say("结算文件或文件夹", "settlement files or folders"))
WORKSPACE = own_option("--workspace", "工作区文件夹（默认 ./medaudit-workspace）", "the workspace's folder (./medaudit-workspace)", "FOLDER")  # fmt: skip
REPLACE = own_option("--replace", "这张表（表名）换成新文件的（可重复）", "begin this table (its name) anew with what the files hold (repeatable)", "TABLE")  # fmt: skip


@common(*AUDIT)
def import_(
    data: Annotated[list[str], DATA],
    workspace: Annotated[Path, WORKSPACE] = Path("medaudit-workspace"),
    replace: Annotated[list[str] | None, REPLACE] = None,
    wait: Annotated[float, WAIT] = 0,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import aside, progress, tell_log

    with progress(common) as told:
        from medaudit import settings
        from medaudit.engine.sizes import read_size
        from medaudit.workspace import importing, telling

        limit = read_size(common.memory_limit) if common.memory_limit else None
        means = importing.Means(
            settings.read(common.config), limit, common.threads, replace or (), wait
        )
        made = importing.bring(data, workspace, means, told)
    tell_log((one.problem for one in made.recognised.unread), "warning")
    aside(telling.imported(made, workspace), common.quiet)


def add_to(app: typer.Typer) -> None:
    short = say("把每天的文件导入工作区", "bring the day's files into a workspace")
    zh = "把结算文件导入工作区：同样的文件或行再来一次不起作用，更正和后到的退费替换原来的。之后用 medaudit scan 工作区 审计。"
    en = (
        "Bring settlement files into a workspace: the same files or rows twice change nothing, corrections and late refunds replace what "
        "was there. Then `medaudit scan WORKSPACE` audits it."
    )
    add(
        app,
        import_,
        short,
        say(zh, en),
        "medaudit import 2025-06-30/ --workspace county",
        name="import",
    )
