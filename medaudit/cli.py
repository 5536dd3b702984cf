"""The `medaudit` command: one subcommand a file in `commands/`, and what becomes of errors."""

from __future__ import annotations

import _thread
import os
import pkgutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from medaudit import language
from medaudit.commands import _log
from medaudit.errors import DONE, FAILED, MedauditError, Problem
from medaudit.language import say
from medaudit.output.whole import FULL

INTERRUPTED = 130  # what the command-line library makes of Ctrl-C


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and exit with 0 (done), 1 (done, something found) or 2 (could not be done)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language.speak(
        language.from_arguments(given) or _from_settings(given) or language.from_locale()
    )
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows a question mark rather than stopping the audit.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    log = _log.begin(given)
    with _stopped_like_ctrl_c():
        code = _run(given)
    if log:
        log.end(code)
    sys.exit(code)


@contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """Being asked to stop leaves nothing half done either. `nohup` keeps its way."""
    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    usual = [one for one in asked if signal.getsignal(one) == signal.SIG_DFL]
    for one in usual:
        signal.signal(one, signal.default_int_handler)
    before, sys.unraisablehook = (
        sys.unraisablehook,
        _ask_again(sys.unraisablehook, [*usual, signal.SIGINT][0]),
    )
    try:
        yield
    finally:
        sys.unraisablehook = before
        for one in usual:
            signal.signal(one, signal.SIG_DFL)


def _ask_again(
    tell: Callable[[sys.UnraisableHookArgs], Any], number: int
) -> Callable[[sys.UnraisableHookArgs], Any]:
    """Being asked to stop while Python tidies up (a weak reference's callback, `__del__`) is forgotten: ask again a moment later."""

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            tell(lost)
            return
        again = threading.Timer(0.05, _thread.interrupt_main, [number])
        again.daemon = True
        again.start()

    return hook


def _run(arguments: list[str]) -> int:
    import typer

    problems: Sequence[Problem]
    cause: BaseException
    try:
        code = app()(arguments, prog_name="medaudit", standalone_mode=False) or 0
        if code != INTERRUPTED:
            return int(code)
        raise KeyboardInterrupt
    except MedauditError as error:
        problems, cause = error.problems, error
    except (KeyboardInterrupt, typer.Abort) as error:
        problems = [Problem(say("已中断，没有写出结果", "interrupted; no result was written"))]
        cause = error
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        problems, cause = [_wrong(error)], error
    if "--debug" not in arguments:
        _log.tell(problems)
    elif _log.current():
        _log.tell(problems, traceback="".join(traceback.format_exception(cause)))
    else:
        raise cause
    return FAILED


def _wrong(error: Exception) -> Problem:
    """What is wrong with a command line, or with medaudit."""
    if hasattr(error, "format_message"):
        from medaudit.commands._words import wrong_usage

        return wrong_usage(error)
    if isinstance(error, OSError) and error.errno in FULL:
        from medaudit.output.show import unprinted

        return unprinted(error).problems[0]
    where = type(error).__name__
    return Problem(
        say(
            f"程序出错（{where}）。加 --debug 可看详情；这是 medaudit 的缺陷，请报告。",
            f"medaudit failed ({where}). Add --debug for details; this is a fault of medaudit, please report it.",
        )
    )


def app() -> Any:
    """The command made of the Typer app with every command in `commands/`."""
    import typer

    from medaudit import __version__, commands
    from medaudit.commands._complete import told as told_completion
    from medaudit.commands._options import with_example
    from medaudit.commands._words import in_words

    built = typer.Typer(
        name="medaudit",
        add_completion=True,
        no_args_is_help=True,
        rich_markup_mode=None,
        help=with_example(
            say(
                "医保结算稽核：读入结算文件，给出按疑点排序的名单，附证据与金额。全程离线。",
                "Audit of medical-insurance settlements: files in, a ranked list of suspects out, with evidence "
                "and money. Entirely offline.",
            ),
            say("medaudit scan 数据文件夹 --out run", "medaudit scan DATA --out run"),
        ),
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def told(asked: bool) -> None:
        if asked:
            print(f"medaudit {__version__}")
            raise typer.Exit

    @built.callback()
    def version(
        version: bool = typer.Option(
            False,
            "--version",
            is_eager=True,
            callback=told,
            help=say("显示版本", "show the version"),
        ),
    ) -> None:
        pass

    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            import_module(f"medaudit.commands.{module.name}").add_to(built)
    return told_completion(in_words(typer.main.get_command(built)))


def _from_settings(arguments: Sequence[str]) -> str | None:
    """`[output] lang` of the settings file, read before anything is said."""
    import tomllib

    path = Path("medaudit.toml")
    for position, argument in enumerate(arguments):
        if argument == "--config" and position + 1 < len(arguments):
            path = Path(arguments[position + 1])
        elif argument.startswith("--config="):
            path = Path(argument.removeprefix("--config="))
    try:
        lang = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("output", {}).get("lang")
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return lang if lang in language.LANGUAGES else None
