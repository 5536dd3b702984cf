"""Files written whole or not at all, and what a user is told when the disk says no."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

FULL = (errno.ENOSPC, errno.EDQUOT)  # no room, or none allowed

Target = str | Path | BinaryIO


def demand_ending(
    path: Path | None, option: str, endings: tuple[str, ...], what: tuple[str, str]
) -> None:
    """Raise MedauditError where a file is asked for under none of these endings. what: what it is called, in Chinese and English."""
    if path is None or path.suffix.lower() in endings:
        return
    told = say(
        f"{what[0]}只能写成 {' 或 '.join(endings)}",
        f"{what[1]} is written as {' or '.join(endings)}",
    )
    name = f"{path.stem}{endings[0]}"
    raise MedauditError(Problem(told, f"{option} {path}", say(f"写成 {name}", f"name it {name}")))


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A path to write to, beside `path`, that becomes `path` when the block ends without an exception.

    Whatever goes wrong, an interruption included, leaves `path` as it was and nothing beside it.
    Raises MedauditError when the disk refuses.
    """
    path = Path(path)
    real = Path(os.path.realpath(path))  # through a link, so that the link stays
    part = real.with_name(f"{real.name}.unfinished-{os.getpid()}")
    try:
        if real.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(real))
        if real.exists() and not real.is_file():
            yield real  # a device or a pipe: nothing to replace
            return
        part.unlink(missing_ok=True)
        part.open("xb").close()
        yield part
        settle(part)
        part.replace(real)
        settle(real.parent)
    except OSError as error:
        if isinstance(error, BrokenPipeError) or not _concerns(error, part, real):
            raise
        raise disk_problem(error, path) from error
    finally:
        _discard(part)


@contextmanager
def opened(target: Target) -> Iterator[BinaryIO]:
    """A binary stream to write to: the stream given, or a file that is written whole or not at all."""
    if not isinstance(target, (str, Path)):
        yield target
        return
    with whole_file(target) as part, part.open("wb") as stream:
        yield stream


def disk_problem(error: OSError, path: str | Path) -> MedauditError:
    """What to tell the user about an OSError met while writing `path`."""
    what, do = _refusal(error, Path(path))
    return MedauditError(Problem(what, str(path), do))


def _refusal(error: OSError, path: Path) -> tuple[str, str]:
    elsewhere = say("写到别的位置", "write to another place")
    match error.errno:
        case number if number in FULL:
            free = say("清出空间，或", "make room, or ")
            return say(
                "磁盘空间不足，没有写成", "the disk is full; nothing was written"
            ), free + elsewhere
        case errno.EFBIG:
            return say(
                "文件超过了磁盘允许的大小", "the file is larger than the disk allows"
            ), elsewhere
        case errno.EROFS:
            return say("磁盘是只读的", "the disk is read-only"), elsewhere
        case errno.EACCES | errno.EPERM:
            close = say(
                "文件若在 Excel 中打开请先关闭；否则换到有写权限的文件夹",
                "close it if it is open in Excel; else choose a folder you may write to",
            )
            return say("没有写入权限", "no permission to write"), close
        case errno.EISDIR | errno.ENOTEMPTY:
            name = say("在后面加上文件名", "add a file name to it")
            return say("这是文件夹，不是文件", "this is a folder, not a file"), name
        case errno.ENOENT | errno.ENOTDIR:
            make = say(f"先建立文件夹 {path.parent}", f"make the folder {path.parent} first")
            return say("文件夹不存在", "the folder does not exist"), make
        case errno.ENAMETOOLONG:
            return say("文件名太长", "the file name is too long"), say(
                "取短一些", "choose a shorter one"
            )
    reason = error.strerror or str(error)
    return say(f"写不进去（{reason}）", f"could not be written ({reason})"), elsewhere


def _concerns(error: OSError, part: Path, real: Path) -> bool:
    """Whether an error is about the file being written and not about another one read meanwhile."""
    if error.filename is None or error.errno in (*FULL, errno.EFBIG):
        return True
    return Path(os.fsdecode(error.filename)) in (part, real)


def settle(path: Path) -> None:
    """Have a file or a folder's names written to the disk itself: a power cut after a rename could leave a name with nothing in it."""
    if path.is_dir() and os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _discard(part: Path) -> None:
    with suppress(OSError):  # the first error is the one worth telling
        part.unlink(missing_ok=True)
