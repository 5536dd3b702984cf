"""`medaudit.toml`: how this county's files map onto the national names, and how rules are set."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem, did_you_mean
from medaudit.language import LANGUAGES, say

FILE = "medaudit.toml"

# What may stand at the top of the file, and for a closed table what may stand inside it.
_SECTIONS: dict[str, set[str] | None] = {
    "columns": None,
    "codes": None,
    "files": None,
    "extra": None,
    "params": None,
    "output": {"lang"},
    "rules": {"select", "ignore", "folders"},
    "ledger": {"url"},
}


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
    ledger: Mapping[str, Any] = field(default_factory=dict)

    def as_run(self) -> dict[str, Any]:
        """What `run.json` records of the settings."""
        return {name: dict(getattr(self, name)) for name in _SECTIONS if getattr(self, name)}


def read(path: Path | None = None) -> Settings:
    """The settings in `path`, else in `medaudit.toml` of the current folder, else none.

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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MedauditError(
            Problem(
                say(f"不是有效的 TOML：{error}", f"not valid TOML: {error}"),
                str(path),
                say("请按提示的行修改", "mend the line it names"),
            )
        ) from error
    return of(content, path)


def of(content: Mapping[str, Any], path: Path | None = None) -> Settings:
    """Settings from a parsed table. What they say of tables and rules is checked where those are known."""
    problems = list(_problems(content, str(path or FILE)))
    if problems:
        raise MedauditError(problems)
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
        allowed = _SECTIONS[section]
        if allowed is not None:
            for key in inside:
                if key not in allowed:
                    unknown(say("设置", "setting"), f"{section}.{key}", sorted(allowed))
    lang = (
        content.get("output", {}).get("lang")
        if isinstance(content.get("output"), Mapping)
        else None
    )
    if lang is not None and lang not in LANGUAGES:
        unknown(say("语言", "language"), f"output.lang = {lang}", LANGUAGES)
    return problems
