"""`medaudit workspace`: what a workspace holds, whether its files are sound, and what to do when not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands._options import Common, add, common
from medaudit.commands._scan_options import WAIT
from medaudit.commands._shared import own_option
from medaudit.errors import FOUND
from medaudit.language import say

FOLDER = typer.Argument(metavar="FOLDER", help=say("工作区文件夹", "the workspace's folder"))
LOG = own_option("--log", "列出每次导入了哪些文件（--top 指定几行）", "list which files came when (--top: how many)")  # fmt: skip
CHECK = own_option("--check", "逐个文件核对哈希；有损坏时退出码为 1", "hold every file against its hash; exit 1 when one is damaged")  # fmt: skip
REPAIR = own_option("--repair", "移开损坏的文件，其余照用，列出要重新导入的", "set damaged files aside, go on with the others, say what to import again")  # fmt: skip


@common("top", "format", "output")
def workspace(
    folder: Annotated[Path, FOLDER] = Path("medaudit-workspace"),
    log: Annotated[bool, LOG] = False,
    check: Annotated[bool, CHECK] = False,
    repair: Annotated[bool, REPAIR] = False,
    wait: Annotated[float, WAIT] = 0,
    *,
    common: Common,
) -> None:
    from medaudit.workspace import catalogue, parts, repairing, telling

    if repair:
        typer.echo(telling.repaired(repairing.repair(folder, wait)))
        return
    told = catalogue.read(folder)
    if log:
        telling.log(told, common.top, common.format, common.output)
        return
    typer.echo(telling.overview(told, folder))
    if check:
        found = parts.damaged(folder, told, whole=True)
        typer.echo(telling.sound(told, found))
        if found:
            raise typer.Exit(FOUND)


def add_to(app: typer.Typer) -> None:
    short = say("工作区里有什么，文件是否完好", "what a workspace holds, and whether it is sound")
    zh = "列出工作区里各表的行数、期间和导入记录；--check 核对文件，--repair 在文件损坏时让其余的继续可用。"
    en = "Say what a workspace holds and what came when; --check holds its files against their hashes, --repair goes on without damaged ones."
    add(app, workspace, short, say(zh, en), "medaudit workspace county --check")
