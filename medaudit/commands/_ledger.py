"""The options of `medaudit ledger`, and its lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import typer

from medaudit.commands import _complete
from medaudit.commands._options import Common, with_example
from medaudit.commands._options import add as add_command
from medaudit.commands._shared import own_option
from medaudit.language import say

if TYPE_CHECKING:
    from medaudit.ledger import Ledger


EXPECT = own_option(
    "--expect",
    "从前记下的校验（前几位即可）",
    "a check written down earlier (its first characters will do)",
    "CHECK",
)
BY = own_option(
    "--by",
    "按 month 月、institution 机构、rule 规则（默认 month）",
    "by month, institution or rule (month)",
    "WHAT",
    autocompletion=_complete.one_of("month", "institution", "rule"),
)
TARGET = typer.Argument(
    metavar="TARGET", help=say("新文件或空的数据库", "a new file, or an empty database")
)
TOP = 50
SHOWN = 80  # characters of a reason in the log; CSV and JSON have all

ABOUT = say(
    "台账：谁在何时决定了什么。只增不改，每条带着前一条的校验，改动看得出来。",
    "The ledger: who decided what and when. Events are added and never changed; each carries the check of the one before, so that a "
    "change shows.",
)  # fmt: skip
SHORT = say("台账：核对、汇总、备份", "the ledger of decisions: verify, sum up, back up")
HELP = {
    "verify": (
        say("核对校验链", "whether the chain holds"),
        say(
            "从头核对每一条；最后一条的校验可抄在纸上，以后用 --expect 核对。有问题时退出码为 1。",
            "Read every event and check it; write the last check down and hold it against the ledger later with --expect. "
            "Exits 1 when something is wrong.",
        ),
        "medaudit ledger verify --expect 1b056c21f54a",
    ),
    "summary": (
        say("查实、追回、排除的汇总", "confirmed, recovered, dismissed"),
        say(
            "按月、机构或规则汇总：查实和追回的金额、排除的比例、多久决定。",
            "By month, institution or rule: yuan confirmed and recovered, share dismissed, days it took.",
        ),
        "medaudit ledger summary --by rule --format csv",
    ),
    "log": (
        say("最近的记录", "the last events"),
        say("列出最近的记录。", "List the last events."),
        "medaudit ledger log --top 20",
    ),
    "backup": (
        say("备份", "a backup"),
        say(
            "把全部记录原样复制到新文件或空数据库；恢复也是这样复制回来。",
            "Copy every event as it is to a new file or an empty database; a backup is brought back the same way.",
        ),
        "medaudit ledger backup ledger-2026-11.db",
    ),
    "upgrade": (
        say("升级旧格式", "bring an older form forward"),
        say("把旧版本的台账升级到本程序的格式；先备份。", "Bring the ledger of an older version to this program's form; back it up first."),
        "medaudit ledger upgrade",
    ),
}  # fmt: skip
_SUMMARY = {
    "decided": ("已决定", "Decided"), "confirmed": ("查实", "Confirmed"), "dismissed": ("排除", "Dismissed"),
    "escalated": ("移送", "Escalated"), "waiting": ("待确认", "Waiting"), "dismissed_share": ("排除比例", "Dismissed share"),
    "confirmed_amount": ("查实(元)", "Yuan confirmed"), "recovered_amount": ("追回(元)", "Recovered"), "days": ("天数", "Days"),
}  # fmt: skip
_LOG = {
    "number": ("序号", "No."), "at": ("时间", "When"), "who": ("谁", "Who"), "what": ("事项", "What"), "about": ("对象", "About"),
    "why": ("说明", "Why"),
}  # fmt: skip


def opened(common: Common) -> Ledger:
    """The ledger that the options and the settings name."""
    from medaudit import settings
    from medaudit.ledger import opened, place

    return opened(place(common.ledger, settings.read(common.config).ledger))


def show_summary(common: Common, by: str) -> None:
    from medaudit import settings
    from medaudit.ledger.people import confirmations
    from medaudit.ledger.summary import BY, summary
    from medaudit.output.show import show

    needed = confirmations(settings.read(common.config).ledger)
    told = summary(opened(common), by, needed)
    heads = {by: say(*BY[by])} | {name: say(*words) for name, words in _SUMMARY.items()}
    show(told, common.format, common.output, columns=heads, title=say("汇总", "Summary"))


def show_log(common: Common) -> None:
    import pandas as pd

    from medaudit.ledger.telling import line, worded
    from medaudit.output.show import format_of, show

    rows = [line(one) for one in opened(common).events()[-(common.top or TOP) :]]
    told = pd.DataFrame(rows, columns=line_names())
    if format_of(common.format, common.output) not in ("table", "markdown", "xlsx"):
        show(told, common.format, common.output)
        return
    done = zip(told["kind"], told["action"], told["amount"], strict=True)
    told = told.assign(what=[worded(*one) for one in done])
    told["why"] = told["why"].str.split().str.join(" ").str.slice(0, SHOWN)
    told["at"] = told["at"].str.slice(0, 16).str.replace("T", " ")
    heads = {name: say(*words) for name, words in _LOG.items()}
    show(told, common.format, common.output, columns=heads, title=say("台账", "Ledger"))


def line_names() -> list[str]:
    from medaudit.ledger import Event
    from medaudit.ledger.telling import line

    return [*line(Event("tip", "", ""))]


def add(app: typer.Typer, commands: Mapping[str, Callable[..., None]]) -> None:
    """Add `medaudit ledger` with these subcommands."""
    group = typer.Typer(
        no_args_is_help=True, help=with_example(ABOUT, "medaudit ledger verify"), short_help=SHORT
    )
    for name, command in commands.items():
        add_command(group, command, *HELP[name], name)
    app.add_typer(group, name="ledger")
