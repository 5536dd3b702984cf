"""`medaudit case`: one settlement, person, doctor, institution or finding with its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import RUN
from medaudit.language import say

_ID = say(
    "结算、人员、医师、机构或疑点的编号", "of a settlement, person, doctor, institution or finding"
)
_RULE = say("这条规则为什么报或没报", "why this rule did or did not report it")
_DATA = say("与 --rule 连用：查这些原始文件", "with --rule: ask these files instead")


@common("by", "top", "rules", "ledger", "format", "output", "quiet", "config")
def case(
    id: Annotated[str, typer.Argument(metavar="ID", help=_ID)],
    run: Annotated[Path, RUN] = Path("medaudit-run"),
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="CODE", help=_RULE, autocompletion=_complete.codes),
    ] = None,
    data: Annotated[list[Path] | None, typer.Option("--data", metavar="DATA", help=_DATA)] = None,
    *,
    common: Common,
) -> None:
    from medaudit.commands._running import progress

    with progress(common) as step:
        from medaudit import dossier, settings

        told = settings.read(common.config)
        folders = [*(common.rules or ()), *told.rules.get("folders", ())]
        kind = common.by.value if common.by else None
        asked = dossier.Question(id, kind, rule, tuple(data or ()), common.top or dossier.TOP)
        made = dossier.answer(asked, run, told, folders, step, common.ledger)
    dossier.show(made, common.format, common.output)


def add_to(app: typer.Typer) -> None:
    short = say("一个对象或一条疑点的证据，以及怎么核实", "the evidence for one subject or finding")
    long = say(
        "看一个对象或一条疑点：是谁、报了什么、证据、怎么核实；加 --rule 问某条规则为什么没报。",
        "One subject or finding: who it is, what was found, the evidence and how to check it; "
        "with --rule, why a rule did not report it.",
    )
    add(app, case, short, long, "medaudit case 25001002 --rule STY02")
