"""Scheme files: what an area's points or credit rules are, and where each number of them comes from."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import say

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")


class Key(NamedTuple):
    """What may stand under a key. kind: text, words (zh and en), number (not negative), months (a whole number, or [least, most]),
    day, texts, flag."""

    kind: str
    needed: bool = False
    usual: Any = None


HEADER = {
    "name": Key("text", True), "for": Key("text", True), "from": Key("day", True), "until": Key("day"),
    "title": Key("words", True), "source": Key("words", True), "verified": Key("words", True), "unverified": Key("words", True),
}  # fmt: skip


def content(name: str, kind: str, folder: Path = FOLDER) -> tuple[dict[str, Any], str]:
    """A scheme file as parsed, and where it is. name: of one of ours, or a file. kind: points or credit.

    Raises MedauditError for an unknown name, a file that cannot be read and one for something else."""
    ours = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    path = Path(name) if name.endswith(".toml") else ours.get(name)
    if path is None:
        known = [stem for stem, one in ours.items() if _for(one) == kind]
        what = say(f"没有叫 {name} 的方案", f"there is no scheme {name}")
        do = did_you_mean(name, known) + say(
            "；自己的方案写成 .toml 文件", "; a scheme of your own is a .toml file"
        )
        raise MedauditError(Problem(what, "--scheme", do))
    try:
        found = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        what = say("读不到方案文件", "the scheme file cannot be read")
        do = say("检查文件名与权限", "check its name and permissions")
        raise MedauditError(Problem(what, str(path), f"{do} ({error.strerror})")) from error
    except ValueError as error:
        what = say(f"不是有效的 TOML：{error}", f"not valid TOML: {error}")
        do = say("请按提示的行修改", "mend the line it names")
        raise MedauditError(Problem(what, str(path), do)) from error
    if found.get("for") not in (kind, None):
        what = say("这不是所要的那类方案", "this is a scheme for something else")
        do = say(f'要的是 for = "{kind}" 的方案', f'what is wanted says for = "{kind}"')
        raise MedauditError(Problem(what, str(path), do))
    return found, str(path)


def _for(path: Path) -> str:
    return str(tomllib.loads(path.read_text("utf-8")).get("for"))


class Checks:
    """Reads tables of a file and keeps everything that is wrong in them, to be told at once."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def wrong(self, what: str, do: str = "") -> None:
        self.problems.append(Problem(what, self.where, do))

    def end(self) -> None:
        """Raise MedauditError when anything was wrong."""
        if self.problems:
            raise MedauditError(self.problems)

    def table(self, found: Any, keys: Mapping[str, Key], at: str = "") -> dict[str, Any]:
        """The values under `keys`, None for what is wrong or missing. at: what the table is called in the file."""
        if not isinstance(found, Mapping):
            self.wrong(say(f"{at} 应是一个表", f"{at} must be a table"))
            found = {}
        for key in found:
            if key not in keys:
                what = say(f"不认识：{_named(at, key)}", f"unknown: {_named(at, key)}")
                self.wrong(what, did_you_mean(key, keys))
        return {name: self._value(found, name, key, at) for name, key in keys.items()}

    def tables(self, found: Any, keys: Mapping[str, Key], at: str) -> list[dict[str, Any]]:
        """The tables [[at]] of the file, each as `table` reads it."""
        if found is None:
            return []
        if not isinstance(found, list):
            self.wrong(say(f"{at} 应写成 [[{at}]]", f"{at} must be written as [[{at}]]"))
            return []
        return [self.table(one, keys, f"{at}[{n}]") for n, one in enumerate(found, 1)]

    def _value(self, found: Mapping[str, Any], name: str, key: Key, at: str) -> Any:
        if name not in found:
            if key.needed:
                what = say(f"缺少 {_named(at, name)}", f"{_named(at, name)} is missing")
                self.wrong(what, say(*_MUST[key.kind]))
            return key.usual
        value, fits = found[name], _FITS[key.kind]
        if not fits(value):
            what = say(f"{_named(at, name)} 的值不对", f"{_named(at, name)} has a wrong value")
            self.wrong(what, say(*_MUST[key.kind]))
            return key.usual
        if key.kind == "number":
            return Decimal(value)
        if key.kind == "months":
            return (value, value) if isinstance(value, int) else tuple(value)
        return tuple(value) if key.kind == "texts" else value


def _named(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _number(value: Any) -> bool:
    whole = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return whole and Decimal(value).is_finite() and value >= 0


def _month(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1200


def _months(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(map(_month, value)) and value[0] <= value[1]
    return _month(value)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "words": lambda value: isinstance(value, Mapping) and set(value) == set(LANGUAGES)
    and all(isinstance(text, str) and text.strip() for text in value.values()),
    "number": _number,
    "months": _months,
    "day": lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "flag": lambda value: isinstance(value, bool),
}  # fmt: skip
_MUST = {
    "text": ("应为文本", "it must be a text"),
    "words": ('中英文都要：{ zh = "…", en = "…" }', 'in both languages: { zh = "…", en = "…" }'),
    "number": ("应为不小于 0 的数", "it must be a number, 0 or more"),
    "months": ("应为月数，或 [最少, 最多]", "it must be a number of months, or [least, most]"),
    "day": ("应为日期，如 2025-01-01", "it must be a day such as 2025-01-01"),
    "texts": ('应为文本列表，如 ["a", "b"]', 'it must be a list of texts such as ["a", "b"]'),
    "flag": ("应为 true 或 false", "it must be true or false"),
}
