"""A folder written beside its place and moved there whole, or not at all."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.whole import settle

_UNFINISHED = ".unfinished-"


def demand_writable(out: Path, option: str, is_ours: Callable[[Path], bool]) -> None:
    """Raise MedauditError when a folder may not or cannot be written to `out`. Nothing is changed.

    option: the one that named it. is_ours: whether a folder is one of that kind, which may be replaced.
    """
    if out.exists() and not out.is_dir():
        raise MedauditError(
            Problem(
                say("已有同名文件", "a file of that name exists"),
                str(out),
                say(f"换一个 {option}", f"choose another {option}"),
            )
        )
    if out.is_mount():
        raise MedauditError(
            Problem(
                say(
                    "这是挂载点，不能整个替换", "this is a mount point and cannot be replaced whole"
                ),
                str(out),
                say(
                    f"写到它下面：{option} {out / 'run'}", f"write below it: {option} {out / 'run'}"
                ),
            )
        )
    if out.resolve() == Path.cwd():
        raise MedauditError(
            Problem(
                say("当前文件夹不能整个替换", "the folder you are in cannot be replaced whole"),
                str(out),
                say(f"写到它下面：{option} ./medaudit", f"write below it: {option} ./medaudit"),
            )
        )
    if out.is_dir() and any(out.iterdir()) and not is_ours(out):
        raise MedauditError(
            Problem(
                say(
                    "文件夹不是空的，也不是 medaudit 以前写的，不会覆盖",
                    "the folder is not empty and not one that medaudit wrote; it is left alone",
                ),
                str(out),
                say(f"换一个 {option}，或先清空它", f"choose another {option}, or empty it first"),
            )
        )


@contextmanager
def whole_folder(out: Path, option: str, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A private folder beside `out` to write into; it replaces `out` when the block ends well.

    Whatever ends the block early (an error, Ctrl-C) removes it and leaves what was there as it was.
    What a killed process left behind is removed at the next start.
    """
    demand_writable(out, option, is_ours)
    place = out.resolve()  # where a link leads to, so that the link stays
    partial = place.with_name(f"{place.name}{_UNFINISHED}{socket.gethostname()}-{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        restore(out)
        partial.mkdir(mode=0o700)
    except OSError as error:
        raise MedauditError(
            Problem(
                say("结果文件夹写不了", "the output folder cannot be written")
                + f" ({error.strerror or type(error).__name__})",
                str(out),
                say(
                    f"换一个 {option}，或检查权限与磁盘",
                    f"choose another {option}, or check permissions and disk",
                ),
            )
        ) from error
    try:
        yield partial
        for file in (*partial.rglob("*"), partial):
            settle(file)
        _replace(partial, place)
        settle(place.parent)
    except OSError as error:
        full = error.errno in (28, 122)  # ENOSPC, EDQUOT
        raise MedauditError(
            Problem(
                (say("磁盘已满", "the disk is full") if full else say("写入失败", "writing failed"))
                + say("，没有写出结果", "; no result was written")
                + ("" if full else f" ({error.strerror or type(error).__name__})"),
                str(out),
                say(
                    f"腾出空间，或把 {option} 指到别的磁盘",
                    f"free some space, or point {option} to another disk",
                ),
            )
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _replace(partial: Path, place: Path) -> None:
    old = partial.with_name(partial.name + "-old")
    if place.exists():
        place.rename(old)
    try:
        partial.rename(place)
    except BaseException:  # asked to stop between the two
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def restore(out: Path) -> None:
    """Put back or remove what a killed process of this machine left; another machine's is not ours to judge."""
    place = out.resolve()
    prefix = f"{place.name}{_UNFINISHED}{socket.gethostname()}-"
    for left in place.parent.glob(f"{_escaped(prefix)}*"):
        pid = left.name.removeprefix(prefix).removesuffix("-old")
        if not (pid.isdigit() and int(pid) != os.getpid() and not psutil.pid_exists(int(pid))):
            continue
        if left.name.endswith("-old") and not place.exists():
            left.rename(place)  # killed between two renames: what was there is still whole
        else:
            shutil.rmtree(left, ignore_errors=True)


def _escaped(text: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)
