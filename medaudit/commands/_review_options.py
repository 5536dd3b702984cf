"""The options of `medaudit review` and its subcommands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import typer

from medaudit.commands import _complete
from medaudit.commands._options import add as add_command
from medaudit.commands._options import with_example
from medaudit.commands._shared import day, own_option
from medaudit.language import say

# Those of ledger.decisions, without the database behind them: help is quick.
DECISIONS = ("confirmed", "dismissed", "escalated", "reopened")


def yuan(text: str) -> Decimal:
    """An amount as people write it."""
    from medaudit.review.sitting import yuan

    try:
        return yuan(text)
    except ValueError:
        raise typer.BadParameter(say("金额写成 1234.56", "write the amount as 1234.56")) from None


SUBJECT = own_option(
    "--subject",
    "看名单上的这类对象，而不是逐条疑点",
    "suspects of this kind instead of findings",
    None,
)
BUDGET = own_option("--budget", "看多少项", "how many to look at", "N", min=1)
EXPLORE = own_option(
    "--explore",
    "其中多大比例从后面随机抽（0–1）",
    "share of them drawn at random from further down (0–1)",
    "SHARE",
    min=0,
    max=1,
)
MINE = own_option("--mine", "只看分派给我的", "only what is assigned to me")
LIST = own_option("--list", "只列出，不逐项问", "list them, ask nothing")
ID = typer.Argument(
    metavar="ID", help=say("疑点编号，或名单对象的编号", "id of a finding or of a suspect")
)
FILE = typer.Argument(
    metavar="FILE", help=say("填好的清单（.xlsx 或 .csv）", "the list as filled in (.xlsx or .csv)")
)
AS = own_option(
    "--as",
    "结论：" + "、".join(DECISIONS),
    "decision: " + ", ".join(DECISIONS),
    "DECISION",
    autocompletion=_complete.one_of(*DECISIONS),
)
AMOUNT = own_option("--amount", "金额（元）", "yuan", "YUAN", parser=yuan)
WHY = own_option("--why", "说明", "why", "TEXT")
UNTIL = own_option(
    "--until", "排除到哪天为止", "the last day the dismissal holds", "DATE", parser=day
)
DAY = own_option("--day", "哪天（默认今天）", "which day (today)", "DATE", parser=day)
AGAIN = own_option("--again", "已有别的决定时仍记录", "also where it was decided otherwise before")
PARTLY = own_option("--partly", "只导入没有问题的行", "import the rows without a problem")
WEIGHT = own_option(
    "--weight",
    "vague 泛泛、specific 有具体人时事（默认）、documented 有书面材料或实名证人",
    "vague, specific (who, when, how; the default) or documented",
    "WEIGHT",
    autocompletion=_complete.one_of("vague", "specific", "documented"),
)
BY = own_option("--by", "对象类型", "kind of subject", None)
UNSEEN = own_option("--unseen", "数据里还没有的对象也记", "also a subject that no data has yet")
EACH = own_option("--each", "每项几人", "reviewers for each", "N", min=1)

ABOUT = say(
    "逐项复核一次扫描的疑点：看证据，记查实、排除或移送，随时可以停下再接着做。决定记入台账，下次扫描照用。",
    "Go through the findings of a scan one by one: look at the evidence, record confirmed, dismissed or escalated, stop and go on at any time. "
    "Decisions are kept in the ledger, and the next scan goes by them.",
)  # fmt: skip
SHORT = say("逐项复核疑点，记下决定", "decide on findings one by one; the decisions are kept")
SHORTS = {
    "import": (
        say("导入填好的清单", "decisions from a list that was filled in"),
        say(
            "读入填好结论的清单，逐行核对编号、金额和别人已作的决定，全部没有问题才记入台账。",
            "Read a list with decisions filled in; every row is held against the run and against what others decided, and all are recorded or none.",
        ),
    ),
    "decide": (
        say("对一项直接记下决定", "one decision, without being asked"),
        say("对一条疑点或名单上的一个对象直接记下决定。", "Record a decision on a finding or on a suspect."),
    ),
    "recover": (
        say("查实的钱追回了多少", "money that came back for what was confirmed"),
        say("记下查实的疑点追回的金额；可分几次记。", "Record money that came back for a confirmed finding; it may come in parts."),
    ),
    "tip": (
        say("记一件举报，提高其名次", "a report on somebody, who ranks higher for it"),
        say("记下对一个对象的举报；下次扫描时按线索质量提高其概率。", "Record a report on a subject; the next scan raises its probability by how good the report is."),
    ),
    "assign": (
        say("把待办分给复核人员，本机构的人回避", "share out the work; nobody gets their own institution"),
        say(
            "把待办分给 [reviewers] 里的人，每项若干人，本机构的人回避，各人一样多。",
            "Give the things to do to the people in [reviewers], so many each, nobody their own institution's, all about as many.",
        ),
    ),
}  # fmt: skip
EXAMPLES = {
    "import": "medaudit review import list.xlsx",
    "decide": "medaudit review decide STY02-0123456789abcdef --as confirmed --amount 1200",
    "recover": "medaudit review recover STY02-0123456789abcdef --amount 1200",
    "tip": say(
        "medaudit review tip H34180000012 --why 夜间无病人",
        'medaudit review tip H34180000012 --why "no patients at night"',
    ),
    "assign": "medaudit review assign --each 3 --budget 90",
}


def add(
    app: typer.Typer, alone: Callable[..., None], commands: Mapping[str, Callable[..., None]]
) -> None:
    """Add `medaudit review` with these subcommands; without one it goes through the worklist."""
    group = typer.Typer(
        invoke_without_command=True,
        help=with_example(ABOUT, "medaudit review --budget 40"),
        short_help=SHORT,
    )
    group.callback()(alone)
    for name, command in commands.items():
        add_command(group, command, *SHORTS[name], EXAMPLES[name], name)
    app.add_typer(group, name="review")
