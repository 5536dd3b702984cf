"""`medaudit rules`: what rules there are, what one does, what it may read, and whether its cases hold."""

from __future__ import annotations

from typing import Annotated

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, add, common
from medaudit.commands._shared import own_option
from medaudit.language import say

CODE = typer.Argument(metavar="CODE", help=say("规则编号", "code of a rule"), autocompletion=_complete.codes)  # fmt: skip
SQL = own_option(
    "--sql",
    "打印可独立运行的 SQL：duckdb 或 spark",
    "print a self-contained statement: duckdb or spark",
    "ENGINE",
    autocompletion=_complete.one_of("duckdb", "spark"),
)
TABLES = own_option(
    "--tables",
    "规则可以读的表和事实；CODE 为规则编号或表名时只列它的",
    "the tables and facts a rule may read; of CODE, a rule or a table, alone",
)
TEST = own_option("--test", "运行规则的用例", "run the cases of rules")


@common("rules", "format", "output", "config")
def rules(
    code: Annotated[str | None, CODE] = None,
    sql: Annotated[str | None, SQL] = None,
    tables: Annotated[bool, TABLES] = False,
    test: Annotated[bool, TEST] = False,
    *,
    common: Common,
) -> None:
    from medaudit import handbook, settings

    told = settings.read(common.config)
    folders = [*(common.rules or ()), *told.rules.get("folders", ())]
    asked = handbook.Asked(code, sql, tables, test)
    status = handbook.show(asked, told, folders, common.format, common.output)
    if status:
        raise typer.Exit(status)


def add_to(app: typer.Typer) -> None:
    short = say("列出规则，或说明一条规则", "list the rules, or explain one")
    long = say(
        "列出规则；给出编号则说明这条规则查什么、何时报、怎么核实。",
        "List the rules; with a code, explain one: what it finds, when, and how to check it.",
    )
    add(app, rules, short, long, "medaudit rules STY02")
