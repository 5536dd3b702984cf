"""The language of a run: Chinese or English, chosen once, asked for with `say`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

LANGUAGES = ("zh", "en")

_current: ContextVar[str] = ContextVar("language", default="zh")


def speak(language: str) -> None:
    """Set the language of everything said from here on (`zh` or `en`)."""
    _current.set(language)


def spoken() -> str:
    """The language in force, `zh` or `en`."""
    return _current.get()


def say(zh: str, en: str) -> str:
    """The text of the two that belongs to the language in force."""
    return zh if _current.get() == "zh" else en


def counted(number: int, one: str, many: str = "") -> str:
    """English for so many: 1 settlement, 1,200 settlements."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def pick(texts: Mapping[str, str]) -> str:
    """The text of a `{zh: …, en: …}` table that belongs to the language in force."""
    return texts.get(_current.get()) or texts.get("en") or texts.get("zh") or ""


def from_locale(environment: Mapping[str, str] = os.environ) -> str:
    """English when the locale is English, else Chinese; C and POSIX say nothing, so Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def from_arguments(arguments: Sequence[str]) -> str | None:
    """The `--lang` of a command line, read before the commands exist: their help is written in it."""
    for position, argument in enumerate(arguments):
        if argument == "--":
            return None
        value = argument.removeprefix("--lang=")
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif value == argument:
            continue
        return value if value in LANGUAGES else None
    return None
