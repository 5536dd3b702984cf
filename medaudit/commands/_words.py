"""The command-line library's own words in Chinese: its headings and what it says of a wrong option."""

from __future__ import annotations

import re
from typing import Any

from medaudit.language import say, spoken

_HEADINGS = {
    r"^Usage: ": "用法：",
    r"^Options:$": "选项：",
    r"^Arguments:$": "参数：",
    r"^Commands:$": "命令：",
    r"\[OPTIONS\] COMMAND \[ARGS\]\.\.\.": "[选项] 命令 [参数]…",
    r"\[OPTIONS\]": "[选项]",
    r"\[required\]": "[必填]",
    r"\[default: ": "[默认：",
    r"Show this message and exit\.": "显示本说明",
}


# What only a programmer would read anything into.
_PLAIN = {r" <list\[\w+\]>": "", r"\{(\w+)\}\.\.\.": r"\1..."}


def in_words(command: Any) -> Any:
    """Make a command and its subcommands show their help in the run's language."""
    command.get_help = _told(command.get_help)
    for one in getattr(command, "commands", {}).values():
        in_words(one)
    return command


def _told(get_help: Any) -> Any:
    def told(context: Any) -> str:
        text = str(get_help(context))
        for pattern, words in {**_PLAIN, **(_HEADINGS if spoken() == "zh" else {})}.items():
            text = re.sub(pattern, words, text, flags=re.MULTILINE)
        return text

    return told


# What is wrong with a value, as the library has it, and in words. What is not here stays English.
_WRONG_VALUES = [
    (
        r"(?:Value error, )?'(.*)' is not one of (.*?)\.?",
        r"没有 \1，可用 \2",
        r"'\1' is not one of \2",
    ),
    (r"Input should be a valid integer\b.*", "应为整数", "must be a whole number"),
    (r"Input should be a valid number\b.*", "应为数字", "must be a number"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1", r"must be at least \1"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1", r"must be at most \1"),
]


def _wrong_value(message: str) -> str:
    for pattern, zh, en in _WRONG_VALUES:
        found = re.fullmatch(pattern, message)
        if found:
            return found.expand(say(zh, en))
    return message


def wrong_usage(error: Any) -> str:
    """What is wrong with a command line, and where to look."""
    kind = type(error).__name__
    message: str = error.format_message()
    if kind == "NoSuchOption":
        near = "、".join(getattr(error, "possibilities", None) or ())
        message = say(f"没有选项 {error.option_name}", message) + say(
            f"，是不是 {near}？" if near else "", ""
        )
    elif kind == "BadOptionUsage":
        message = say(f"选项 {error.option_name} 后面要写一个值", message)
    elif kind == "MissingParameter" and error.param is not None:
        message = say(f"缺少 {error.param.metavar or error.param.name}", message)
    elif kind == "BadParameter":
        name = error.param.opts[0] if error.param is not None else ""
        message = f"{name}{say('：', ': ')}{_wrong_value(error.message)}"
    elif message.startswith("No such command"):
        asked, _, near = message.removeprefix("No such command ").partition(". Did you mean ")
        message = say(
            f"没有命令 {asked.rstrip('.')}" + (f"，是不是 {near}" if near else ""), message
        )
    path = error.ctx.command_path if getattr(error, "ctx", None) else "medaudit"
    return message + "\n" + say(f"  → 看 {path} --help", f"  → see {path} --help")


ANOMALIES_SHORT = say(
    "一类对象与同类相比：谁突出、突出在哪", "one kind of subject against its peers"
)
ANOMALIES_LONG = say(
    "把一类对象（--by institution、pharmacy、doctor、patient，默认机构）与同类比较，按病例组标化，规模不是理由。与众不同不等于违规。",
    "Hold one kind of subject (--by institution, pharmacy, doctor or patient; institutions unless told) against its "
    "peers, standardised by case mix; size is no reason. Being unlike others is no wrong.",
)
LINKS_SHORT = say(
    "谁和谁总在一起：聚卡、结伴住院、医师与药店",
    "who turns up with whom: rings of cards, admissions together, doctors and pharmacies",
)
LINKS_LONG = say(
    "列出关联群组：一起刷卡的卡、结伴住院的人、辗转多家机构的人，以及患者集中到一家药店的医师。给出数据就重新查，"
    "不给就看 --run 的结果；给群组编号看它的成员和每次同时出现。同时出现本身不违规，像是家庭、养老机构、同事、赶集的会标明。",
    "List rings: cards used together, people admitted together or toured from place to place, and doctors whose patients go to one "
    "pharmacy. With DATA they are looked for anew, without it those of --run are shown; with the id of a ring its members and "
    "every time they were seen together. Being together is no wrong: what looks like a household, a care home, colleagues or a market day is marked.",
)
LINKS_SHARED = (
    "top", "ledger", "knowledge", "format", "output", "engine", "spark_master", "spark_conf", "table", "memory_limit", "threads",
    "quiet", "config",
)  # fmt: skip
LINKS = (LINKS_SHORT, LINKS_LONG, "medaudit links sample_data --kind cards")
LINKS_DATA = say(
    "结算文件或文件夹；或群组编号（取自 --run）",
    "settlement files or folders; or the id of a ring (of --run)",
)
LINKS_KIND = say(
    "只看一种：cards、admissions、tour、steering",
    "one kind only: cards, admissions, tour or steering",
)
LINKS_FROM = say(
    "从已知的卡向外查（人员编号，可重复；须给 DATA）",
    "from known cards outwards (psn_no, repeatable; needs DATA)",
)
RUN = say("扫描的结果文件夹", "run folder of a scan")
LINKS_DENSE = say("tour 用稠密块而不用核（须给 DATA）", "tours as the densest block (needs DATA)")
LINKS_GRAPH = say("另存群组的图文件", "write the ring as a graph")
LINKS_PICTURE = say(
    "另存群组的图页（.svg 只有在场表）", "write the ring's pictures (.svg: the matrix alone)"
)
LINKS_CONFIRMED = say(
    "从台账里查实和被举报的人向外查",
    "from the people that the ledger has confirmed or has reports on",
)
LINKS_REVIEWS = say(
    "从复核查实的人向外查（与 --from 相同）", "from the people that reviews confirmed (as --from)"
)
