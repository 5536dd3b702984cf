"""The command-line library's own words in Chinese: its headings and what it says of a wrong option."""

from __future__ import annotations

import re
import shutil
from typing import Any

from medaudit.errors import Problem
from medaudit.language import say, spoken
from medaudit.output.wrap import width, wrap

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


_ENDLESS = 10_000
_WIDEST, _NARROWEST = 80, 50  # columns
_COLUMNS = re.compile(r"((?: +\S(?:.*?\S)?)?  +)(\S.*)")

# What only a programmer would read anything into.
_PLAIN = {r" <(?:str|path|list\[\w+\])>": "", r"\{([^{}\s]+)\}": r"\1"}


def in_words(command: Any) -> Any:
    """Make a command and its subcommands show their help in the run's language."""
    command.get_help = _told(command.get_help)
    for one in getattr(command, "commands", {}).values():
        in_words(one)
    return command


def _told(get_help: Any) -> Any:
    def told(context: Any) -> str:
        # The library counts characters and not columns, so that its lines are not broken before they are in words.
        context.terminal_width = _ENDLESS
        text = str(get_help(context))
        for pattern, words in {**_PLAIN, **(_HEADINGS if spoken() == "zh" else {})}.items():
            text = re.sub(pattern, words, text, flags=re.MULTILINE)
        limit = max(min(shutil.get_terminal_size().columns, _WIDEST) - 2, _NARROWEST)
        return "\n".join(_broken(line, limit) for line in text.split("\n"))

    return told


def _broken(line: str, limit: int) -> str:
    """A line of help in as many as it needs: what follows an option stays in its column."""
    found = _COLUMNS.fullmatch(line)
    if width(line) <= limit or not found:
        return line
    indent = width(found[1])
    return found[1] + wrap(found[2], limit - indent).replace("\n", "\n" + " " * indent)


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


def wrong_usage(error: Any) -> Problem:
    """What is wrong with a command line, and where to look."""
    kind, where = type(error).__name__, ""
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
        where = error.param.opts[0] if error.param is not None else ""
        message = _wrong_value(error.message)
    elif message.startswith("No such command"):
        asked, _, near = message.removeprefix("No such command ").partition(". Did you mean ")
        message = say(
            f"没有命令 {asked.rstrip('.')}" + (f"，是不是 {near}" if near else ""), message
        )
    path = error.ctx.command_path if getattr(error, "ctx", None) else "medaudit"
    return Problem(message, where, say(f"看 {path} --help", f"see {path} --help"))
