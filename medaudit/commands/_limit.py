"""A limit of time: what is under way then is broken off as by Ctrl-C, be it a statement, a calculation or a wait."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.progress import Progress, title

# Where there is another signal than that of Ctrl-C, Ctrl-C is left as it is.
_SIGNAL = getattr(signal, "SIGALRM", signal.SIGINT)


@contextmanager
def limited(seconds: float | None, progress: Progress) -> Iterator[None]:
    """Raise MedauditError in the block, and say what was under way, when it takes longer than `seconds`; None for no limit.

    progress: what the block tells of itself; once that is done the block is not broken off any more.
    """
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, _break_off, [progress])
    timer.daemon = True
    usual = signal.signal(_SIGNAL, signal.default_int_handler)
    timer.start()
    try:
        yield
    except BaseException as error:
        if not progress.is_stopped:
            raise
        raise MedauditError(_over(seconds, progress)) from error
    finally:
        timer.cancel()
        timer.join()  # a signal that is under way must not meet the usual handler, which may be none
        signal.signal(_SIGNAL, usual)


def _break_off(progress: Progress) -> None:
    if progress.is_done:
        return
    progress.stop()
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
    else:
        _thread.interrupt_main()
    # DuckDB looks for signals while it computes a table, and not while a result is fetched.
    interrupt = getattr(sys.modules.get("medaudit.engine.duckdb"), "interrupt", None)
    if interrupt:
        interrupt()


def _over(seconds: float, progress: Progress) -> Problem:
    return Problem(
        say(
            f"超过了 {seconds:g} 秒，已停止，没有写出结果",
            f"stopped after {seconds:g} seconds; no result was written",
        ),
        f"{title(progress.name or 'starting')} {progress.text}".strip(),
        say(
            "放宽 --max-seconds，或少用些规则、少给些数据",
            "allow more with --max-seconds, or give it fewer rules or less data",
        ),
    )
