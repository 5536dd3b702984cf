"""The run folder: written beside its place and moved there whole, or not at all."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

MARK = "run.json"  # the last file written: a folder that has it is a finished run
_UNFINISHED = ".unfinished-"


def demand_writable(out: Path) -> None:
    """Raise MedauditError when a run may not or cannot be written to `out`. Nothing is changed."""
    if out.exists() and not out.is_dir():
        raise MedauditError(
            Problem(
                say("已有同名文件", "a file of that name exists"),
                str(out),
                say("换一个 --out", "choose another --out"),
            )
        )
    if out.is_mount():
        raise MedauditError(
            Problem(
                say(
                    "这是挂载点，不能整个替换", "this is a mount point and cannot be replaced whole"
                ),
                str(out),
                say(f"写到它下面：--out {out / 'run'}", f"write below it: --out {out / 'run'}"),
            )
        )
    if out.is_dir() and any(out.iterdir()) and not is_run(out):
        raise MedauditError(
            Problem(
                say(
                    "文件夹不是空的，也不是以前的运行结果，不会覆盖",
                    "the folder is not empty and no earlier run; it is left alone",
                ),
                str(out),
                say("换一个 --out，或先清空它", "choose another --out, or empty it first"),
            )
        )


def is_run(folder: Path) -> bool:
    """Whether a folder holds a finished run of ours; other programs write a run.json as well."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "medaudit" in told


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A private folder beside `out` to write a run into; it replaces `out` when the block ends well.

    Whatever ends the block early (an error, Ctrl-C) removes it and leaves an earlier run as it was.
    What a killed process left behind is removed at the next start.
    """
    demand_writable(out)
    place = out.resolve()  # where a link leads to, so that the link stays
    partial = place.with_name(f"{place.name}{_UNFINISHED}{socket.gethostname()}-{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_dead(place)
        partial.mkdir(mode=0o700)
    except OSError as error:
        raise MedauditError(
            Problem(
                say("结果文件夹写不了", "the output folder cannot be written")
                + f" ({error.strerror or type(error).__name__})",
                str(out),
                say(
                    "换一个 --out，或检查权限与磁盘",
                    "choose another --out, or check permissions and disk",
                ),
            )
        ) from error
    try:
        yield partial
        _replace(partial, place)
    except OSError as error:
        full = error.errno in (28, 122)  # ENOSPC, EDQUOT
        raise MedauditError(
            Problem(
                (say("磁盘已满", "the disk is full") if full else say("写入失败", "writing failed"))
                + say("，没有写出结果", "; no result was written")
                + ("" if full else f" ({error.strerror or type(error).__name__})"),
                str(out),
                say(
                    "腾出空间，或把 --out 指到别的磁盘",
                    "free some space, or point --out to another disk",
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
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _remove_dead(place: Path) -> None:
    """Remove what a killed process of this machine left; another machine's is not ours to judge."""
    prefix = f"{place.name}{_UNFINISHED}{socket.gethostname()}-"
    for left in place.parent.glob(f"{_escaped(prefix)}*"):
        pid = left.name.removeprefix(prefix).removesuffix("-old")
        if not (pid.isdigit() and int(pid) != os.getpid() and not psutil.pid_exists(int(pid))):
            continue
        if left.name.endswith("-old") and not place.exists():
            left.rename(place)  # killed between two renames: the earlier run is still whole
        else:
            shutil.rmtree(left, ignore_errors=True)


def _escaped(text: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def demand_run(folder: Path) -> Path:
    """The folder of a finished run. Raises MedauditError when there is none."""
    if not is_run(folder):
        raise MedauditError(
            Problem(
                say("没有完成的运行结果", "no finished run"),
                str(folder),
                say(
                    "先运行 medaudit scan，或用 --run 指明文件夹",
                    "run `medaudit scan` first, or name the folder with --run",
                ),
            )
        )
    return folder
