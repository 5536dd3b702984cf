"""`medaudit.toml`: how this county's files map onto the national names, and how rules are set."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import LANGUAGES, say

FILE = "medaudit.toml"


class _Kind(NamedTuple):
    """What a value must be: the test, and the words for it."""

    fits: Callable[[Any], bool]
    zh: str
    en: str


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


_TEXT = _Kind(lambda v: isinstance(v, str), "文本", "a text")
_TEXTS = _Kind(
    lambda v: isinstance(v, list) and _are_texts(v), '文本列表，如 ["a", "b"]', 'a list of texts such as ["a", "b"]'
)  # fmt: skip
_COUNT = _Kind(
    lambda v: isinstance(v, int) and not isinstance(v, bool) and v > 0, "大于 0 的整数", "a whole number above 0"
)  # fmt: skip
_TABLE = _Kind(lambda v: isinstance(v, Mapping), "一个表", "a table")
_TABLE_OF_TEXTS = _Kind(
    lambda v: isinstance(v, Mapping) and _are_texts(v.values()), "一个表，其中的值是文本", "a table of texts"
)  # fmt: skip

# What may stand at the top of the file: what every value in it must be and, for a closed table, its names.
_SECTIONS: dict[str, tuple[_Kind, set[str] | None]] = {
    "columns": (_TABLE_OF_TEXTS, None),
    "codes": (_TABLE_OF_TEXTS, None),
    "files": (_TEXT, None),
    "extra": (_TEXTS, None),
    "params": (_TABLE, None),
    "output": (_TEXT, {"lang"}),
    "rules": (_TEXTS, {"select", "ignore", "folders"}),
    "ledger": (_TEXT, {"url", "who", "confirmations"}),
    "reviewers": (_TEXT, None),
    "points": (_TEXT, {"scheme"}),
    "credit": (_TEXT, {"scheme"}),
    "profile": (_TABLE, None),
    "simulate": (_TABLE, None),
    "knowledge": (_TEXTS, {"folders", "extend"}),
    "ranking": (_TEXTS, {"reviews"}),
}
# What is only used once a run is there; an address of a ledger may have a password in it.
_AFTER = {"ledger", "reviewers", "credit", "profile"}
# Values that are of another kind than the rest of their table.
_OTHERS = {"ledger.confirmations": _COUNT}


@dataclass(frozen=True)
class Settings:
    """The settings of one run. Every part is optional; an empty `Settings()` is a run without a file."""

    path: Path | None = None
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # table → theirs → ours
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column → theirs → ours
    files: Mapping[str, str] = field(default_factory=dict)  # file name → table
    extra: Mapping[str, list[str]] = field(default_factory=dict)  # table → columns carried as text
    params: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # rule code → name → value
    output: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    ledger: Mapping[str, Any] = field(default_factory=dict)  # url, who, confirmations
    reviewers: Mapping[str, str] = field(
        default_factory=dict
    )  # name → own institution, "" for none
    points: Mapping[str, str] = field(default_factory=dict)  # scheme
    credit: Mapping[str, str] = field(default_factory=dict)  # scheme
    profile: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # name → a campaign
    simulate: Mapping[str, Any] = field(default_factory=dict)  # scheme → rate, share, strength
    knowledge: Mapping[str, list[str]] = field(default_factory=dict)  # folders; tables to extend
    ranking: Mapping[str, list[str]] = field(default_factory=dict)  # files of reviews

    def as_run(self) -> dict[str, Any]:
        """What `run.json` records of the settings."""
        told = (name for name in _SECTIONS if name not in _AFTER)
        return {name: dict(getattr(self, name)) for name in told if getattr(self, name)}


# What is wrong in a parsed file that is said to lie at a path, by what only later rooms know.
Also = Callable[[Mapping[str, Any], str], Iterable[Problem]]


def read(path: Path | None = None, also: Also = lambda content, where: ()) -> Settings:
    """The settings in `path`, else in `medaudit.toml` of the current folder, else none.

    also: finds what else is wrong; asked where something is, so that all of it is told at once.
    Raises MedauditError naming every unknown key, wrong value and likely name at once.
    """
    if path is None:
        here = Path(FILE)
        if not here.is_file():
            return Settings()
        path = here
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MedauditError(
            Problem(
                say("读不到设置文件", "the settings file cannot be read"),
                str(path),
                say("检查文件名与权限", "check its name and permissions") + f" ({error.strerror})",
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise MedauditError(
            Problem(
                say(f"不是有效的 TOML：{error}", f"not valid TOML: {error}"),
                str(path),
                say("请按提示的行修改", "mend the line it names"),
            )
        ) from error
    return of(content, path, also)


def of(
    content: Mapping[str, Any], path: Path | None = None, also: Also = lambda content, where: ()
) -> Settings:
    """Settings from a parsed table. What they say of tables and rules is checked where those are known."""
    problems = list(_problems(content, str(path or FILE)))
    if problems:
        raise MedauditError([*problems, *also(content, str(path or FILE))])
    return Settings(path=path, **{name: content.get(name, {}) for name in _SECTIONS})


def _problems(content: Mapping[str, Any], where: str) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(what: str, do: str) -> None:
        problems.append(Problem(what, where, do))

    def unknown(kind: str, key: str, known: Any) -> None:
        wrong(say(f"不认识{kind}：{key}", f"unknown: {key}"), did_you_mean(key, known))

    for section, inside in content.items():
        if section not in _SECTIONS:
            unknown(say("设置", "setting"), section, _SECTIONS)
            continue
        if not isinstance(inside, Mapping):
            wrong(
                say(f"[{section}] 应是一个表", f"[{section}] must be a table"),
                say(
                    f"写成 [{section}] 后面接 名 = 值",
                    f"write [{section}] and below it name = value",
                ),
            )
            continue
        kind, allowed = _SECTIONS[section]
        for key, value in inside.items():
            name = f"{section}.{key}"
            fitting = _OTHERS.get(name, kind)
            if allowed is not None and key not in allowed:
                unknown(say("设置", "setting"), name, sorted(allowed))
            elif name == "output.lang" and value not in LANGUAGES:
                unknown(say("语言", "language"), f"{name} = {value}", LANGUAGES)
            elif not fitting.fits(value):
                wrong(
                    say(f"{name} 的值不对", f"{name} has the wrong kind of value"),
                    say(f"应为{fitting.zh}", f"it must be {fitting.en}"),
                )
    return problems
