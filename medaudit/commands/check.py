"""`medaudit check`: can this be audited?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands._options import AUDIT, Common, add, common
from medaudit.errors import FAILED, Problem
from medaudit.language import say


def _file(name: str, help: str) -> typer.models.OptionInfo:
    told: typer.models.OptionInfo = typer.Option(name, metavar="FILE|-", help=help)
    return told


LETTER = say(
    "写一页函，请数据科补缺的数据",
    "write a one-page request to the data office for what is missing",
)
TEMPLATE = say("写一份可以改用的 medaudit.toml", "write a medaudit.toml to start from")


@common("select", "ignore", "rules", "knowledge", "format", *AUDIT)
def check(
    data: Annotated[
        list[Path], typer.Argument(help=say("结算文件或文件夹", "settlement files or folders"))
    ],
    letter: Annotated[Path | None, _file("--letter", LETTER)] = None,
    template: Annotated[Path | None, _file("--template", TEMPLATE)] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import aside, plan, progress, tell_log

    with progress(common) as told:
        from medaudit.check import check as look
        from medaudit.check.telling import demand_new, tell

        demand_new(letter, template)
        report = look(data, plan(common), told)
    tell(report, common.format, letter, template, lambda text: aside(text, quiet=False))
    if not report.can_be_audited:
        tell_log(Problem(note.what, note.where, note.do) for note in report.of("stops"))
        raise typer.Exit(FAILED)


def add_to(app: typer.Typer) -> None:
    short = say(
        "查看数据能否稽核、缺什么、哪里可疑", "whether data can be audited, and what is missing"
    )
    zh = "查看数据能否稽核：每个文件认作什么、缺什么、缺了少运行哪些规则、哪里可疑。"
    en = "Say whether data can be audited: what each file is, what is missing and costs, what looks odd."
    example = "medaudit check " + say("数据文件夹 --letter 函.md", "DATA --letter letter.md")
    add(app, check, short, say(zh, en), example)
