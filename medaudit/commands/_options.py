"""The options that commands share, in one decorator."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from medaudit.language import say

LISTING = say("筛选与显示", "What is listed and how")
RUNNING = say("运行", "Running")


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"


class Subject(StrEnum):
    institution = "institution"
    pharmacy = "pharmacy"
    doctor = "doctor"
    patient = "patient"
    settlement = "settlement"
    ring = "ring"


class Engine(StrEnum):
    duckdb = "duckdb"


class Language(StrEnum):
    zh = "zh"
    en = "en"


_VALUES = {
    "--select": "CODE", "--ignore": "CODE", "--rules": "FOLDER", "--top": "N", "--institution": "CODE",
    "--area": "AREA", "--person": "NUMBER", "--min-amount": "YUAN", "--output": "FILE",
    "--memory-limit": "SIZE", "--threads": "N", "--config": "FILE", "--since": "DATE", "--until": "DATE",
}  # fmt: skip


def _option(*names: str, help: str, panel: str, **rest: Any) -> Any:
    rest.setdefault("metavar", _VALUES.get(names[0]))
    return typer.Option(*names, help=help, rich_help_panel=panel, show_default=False, **rest)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say("日期写成 2025-01-31", "write dates as 2025-01-31")) from None


@dataclass(frozen=True)
class Common:
    """What the shared options say."""

    select: Annotated[
        list[str] | None,
        _option(
            "--select",
            help=say(
                "只用这些规则（编号前缀，可重复）", "only rules with this code prefix (repeatable)"
            ),
            panel=RUNNING,
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        _option(
            "--ignore",
            help=say(
                "不用这些规则（编号前缀，可重复）", "no rules with this code prefix (repeatable)"
            ),
            panel=RUNNING,
        ),
    ] = None
    rules: Annotated[
        list[Path] | None,
        _option(
            "--rules",
            help=say("另加自己的规则文件夹", "a folder of your own rules, besides ours"),
            panel=RUNNING,
        ),
    ] = None
    by: Annotated[
        Subject | None,
        _option(
            "--by", help=say("只列这一类对象", "list only this kind of subject"), panel=LISTING
        ),
    ] = None
    top: Annotated[
        int | None,
        _option(
            "--top",
            min=1,
            help=say("每类列前几名（默认 10）", "how many of each kind (10)"),
            panel=LISTING,
        ),
    ] = None
    since: Annotated[
        Any,
        _option(
            "--since",
            parser=_day,
            help=say("只列此日及以后的疑点", "only findings on or after this day"),
            panel=LISTING,
        ),
    ] = None
    until: Annotated[
        Any,
        _option(
            "--until",
            parser=_day,
            help=say("只列此日及以前的疑点", "only findings on or before this day"),
            panel=LISTING,
        ),
    ] = None
    institution: Annotated[
        list[str] | None,
        _option(
            "--institution",
            help=say("只列这家机构（编号，可重复）", "only this institution (code, repeatable)"),
            panel=LISTING,
        ),
    ] = None
    area: Annotated[
        str | None,
        _option(
            "--area",
            help=say("只列这一医保区划（前缀）", "only this area (admdvs prefix)"),
            panel=LISTING,
        ),
    ] = None
    person: Annotated[
        str | None,
        _option(
            "--person",
            help=say("只列这个人（人员编号）", "only this person (psn_no)"),
            panel=LISTING,
        ),
    ] = None
    min_amount: Annotated[
        float | None,
        _option(
            "--min-amount",
            help=say("只列金额不低于此数（元）", "only amounts from this on, yuan"),
            panel=LISTING,
        ),
    ] = None
    format: Annotated[
        Format,
        _option(
            "--format",
            help=say(
                "标准输出的格式：table、csv、json、markdown",
                "format on standard output: table, csv, json, markdown",
            ),
            panel=LISTING,
        ),
    ] = Format.table
    output: Annotated[
        Path | None,
        _option(
            "--output",
            help=say(
                "写入文件：.xlsx .csv .json .md .txt", "write to a file: .xlsx .csv .json .md .txt"
            ),
            panel=LISTING,
        ),
    ] = None
    lang: Annotated[
        Language | None,
        _option("--lang", help=say("语言：zh 或 en", "language: zh or en"), panel=LISTING),
    ] = None
    engine: Annotated[
        Engine, _option("--engine", help=say("运算引擎", "engine"), panel=RUNNING)
    ] = Engine.duckdb
    memory_limit: Annotated[
        str | None,
        _option(
            "--memory-limit",
            help=say("整个进程的内存上限，如 2GB", "memory for the whole process, such as 2GB"),
            panel=RUNNING,
        ),
    ] = None
    threads: Annotated[
        int | None, _option("--threads", min=1, help=say("线程数", "threads"), panel=RUNNING)
    ] = None
    quiet: Annotated[
        bool,
        _option(
            "--quiet",
            "-q",
            help=say("不显示进度和概况", "no progress and no summary"),
            panel=LISTING,
        ),
    ] = False
    config: Annotated[
        Path | None,
        _option(
            "--config",
            help=say("设置文件（默认 ./medaudit.toml）", "settings file (./medaudit.toml)"),
            panel=RUNNING,
        ),
    ] = None
    debug: Annotated[
        bool,
        _option(
            "--debug", hidden=True, help=say("出错时显示追踪", "show tracebacks"), panel=RUNNING
        ),
    ] = False


def common(*wanted: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the shared options named in `wanted` (all when none); it gets them as `common`."""
    names = [
        field.name
        for field in fields(Common)
        if not wanted or field.name in (*wanted, "lang", "debug")
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(Common, include_extras=True)
        own_hints = get_type_hints(command, include_extras=True)
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "common"]
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=getattr(Common, name),
                annotation=hints[name],
            )
            for name in names
        ]

        @wraps(command)
        def run(*args: Any, **kwargs: Any) -> None:
            told = Common(**{name: kwargs.pop(name) for name in names if name in kwargs})
            command(*args, **kwargs, common=told)

        annotations = {p.name: own_hints[p.name] for p in own} | {
            name: hints[name] for name in names
        }
        run.__annotations__ = annotations
        positional = [p.replace(annotation=own_hints[p.name]) for p in own]
        run.__signature__ = inspect.Signature([*positional, *shared])  # type: ignore[attr-defined]
        del run.__wrapped__
        return run

    return decorate
