"""Files as they arrive: whether all of them is there. What is still being copied is said, and nothing of it is stored."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.source import Source

END = 1024 * 1024  # bytes in which the last line is looked for


class Arrived:
    """The files below some paths as they are before they are read."""

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._then = {
            file: _state(file)
            for path in map(Path, paths)
            for file in (path, *(path.rglob("*") if path.is_dir() else ()))
        }

    def demand_unchanged(self, sources: Iterable[Source]) -> None:
        """Raise MedauditError naming every file among `sources` that is not what it was."""
        read = sorted({source.path for source in sources})
        changed = [path for path in read if _state(path) != self._then.get(path)]
        if changed:
            what = say("读取期间文件变了", "the file changed while it was read")
            raise MedauditError(Problem(what, str(path), _again()) for path in changed)


def cut_short(sources: Iterable[Source]) -> list[Problem]:
    """Text that ends in the middle of a line. A packed file says by itself that it is not whole."""
    what = say("文件在一行中间断了", "the file ends in the middle of a line")
    means = say(
        "若文件本来如此，在最后一行后面加一个换行",
        "if it is meant to end so, put a line end behind its last line",
    )
    do = _again() + say("；", "; ") + means
    return [Problem(what, source.name, do) for source in sources if _is_cut(source)]


def _again() -> str:
    return say(
        "等它拷贝完再导入；没有存入任何内容",
        "import it when all of it is there; nothing was stored",
    )


def _state(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


def _is_cut(source: Source) -> bool:
    if source.form != "csv" or source.part or source.path.suffix.lower() == ".gz":
        return False
    if "utf-16" in source.encoding:
        return False
    with source.path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - END))
        last = file.read().splitlines(keepends=True)[-1:]
    if not last or last[0].endswith((b"\n", b"\r")):
        return False
    text = last[0].decode(source.encoding or "utf-8", "replace")
    cells = max(len(next(csv.reader([text], delimiter=mark), [])) for mark in ",\t;|")
    return cells < len(source.headers)
