"""The options that commands share, in one decorator."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from medaudit.commands import _shared
from medaudit.language import say

# Of commands that audit, and of those that can on Spark.
AUDIT = ("memory_limit", "threads", "quiet", "log_format", "max_seconds", "config")
SPARK = ("engine", "spark_master", "spark_conf", "table")


@dataclass(frozen=True)
class Common:
    """What the shared options say."""

    select: Annotated[list[str] | None, _shared.SELECT] = None
    ignore: Annotated[list[str] | None, _shared.IGNORE] = None
    rules: Annotated[list[Path] | None, _shared.RULES] = None
    knowledge: Annotated[list[Path] | None, _shared.KNOWLEDGE] = None
    by: Annotated[_shared.Subject | None, _shared.BY] = None
    top: Annotated[int | None, _shared.TOP] = None
    since: Annotated[Any, _shared.SINCE] = None
    until: Annotated[Any, _shared.UNTIL] = None
    institution: Annotated[list[str] | None, _shared.INSTITUTION] = None
    area: Annotated[str | None, _shared.AREA] = None
    person: Annotated[str | None, _shared.PERSON] = None
    min_amount: Annotated[float | None, _shared.MIN_AMOUNT] = None
    format: Annotated[_shared.Format, _shared.FORMAT] = _shared.Format.table
    output: Annotated[Path | None, _shared.OUTPUT] = None
    lang: Annotated[_shared.Language | None, _shared.LANG] = None
    engine: Annotated[_shared.Engine, _shared.ENGINE] = _shared.Engine.duckdb
    spark_master: Annotated[str | None, _shared.SPARK_MASTER] = None
    spark_conf: Annotated[list[str] | None, _shared.SPARK_CONF] = None
    table: Annotated[list[str] | None, _shared.TABLE] = None
    memory_limit: Annotated[str | None, _shared.MEMORY] = None
    threads: Annotated[int | None, _shared.THREADS] = None
    ledger: Annotated[str | None, _shared.LEDGER] = None
    quiet: Annotated[bool, _shared.QUIET] = False
    log_format: Annotated[_shared.LogFormat, _shared.LOG_FORMAT] = _shared.LogFormat.text
    max_seconds: Annotated[int | None, _shared.MAX_SECONDS] = None
    config: Annotated[Path | None, _shared.CONFIG] = None
    debug: Annotated[bool, _shared.DEBUG] = False


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


def add(
    app: typer.Typer,
    command: Callable[..., None],
    short: str,
    long: str,
    example: str,
    name: str = "",
) -> None:
    """Add a command under `name`, else that of its function. short: what the list of commands says of it."""
    told = with_example(long, example)
    app.command(name or command.__name__, short_help=short, help=told)(command)


def with_example(long: str, example: str) -> str:
    """The help of a command: what it does, and a command line that works."""
    return f"{long}\n\n{say('例：', 'Example: ')}{example}"
