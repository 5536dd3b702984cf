"""One at a time: whoever works on a workspace holds its lock, which ends with the process that holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.workspace.catalogue import now

LOCK = ".lock"
HOLDER = ".lock.json"  # who holds it, to be told to others; says nothing by itself


@contextmanager
def locked(folder: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock of a workspace. wait: seconds to wait for another to end.

    The operating system gives the lock back when the process ends, however it ends. Raises MedauditError when another holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise MedauditError(_taken(folder)) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        what = say("工作区写不了", "the workspace cannot be written") + f" ({why})"
        raise MedauditError(Problem(what, str(folder))) from error
    holder = folder / HOLDER
    try:
        told = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": now(),
        }
        with suppress(OSError):  # only for words
            holder.write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _taken(folder: Path) -> Problem:
    who = ""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((folder / HOLDER).read_text("utf-8"))
        who = say(
            f"（{told['host']} 上的进程 {told['pid']}，{told['since']} 开始）",
            f" (process {told['pid']} on {told['host']}, since {told['since']})",
        )
    return Problem(
        say(
            f"另一个 medaudit 正在用这个工作区{who}",
            f"another medaudit is at work on this workspace{who}",
        ),
        str(folder),
        say(
            "等它结束再运行；--wait 可指定等多少秒",
            "run it again when that has ended, or say with --wait how many seconds to wait",
        ),
    )
