"""The run folder: which folders are runs of ours, and one to write into."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from medaudit import __version__
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output import folder
from medaudit.records.stored import RUN, is_run

MARK = RUN  # the last file written: a folder that has it is a finished run
DAMAGED = ("文件已损坏，或扫描后改过", "the file is damaged, or was changed since the scan")
FORM = 1  # of the folder: raised where an older medaudit would misread it
OUT = "--out"


def demand_writable(out: Path) -> None:
    """Raise MedauditError when a run may not or cannot be written to `out`. Nothing is changed."""
    folder.demand_writable(out, OUT, is_run)


def unfinished(out: Path) -> AbstractContextManager[Path]:
    """A private folder to write a run into, which replaces `out` whole or not at all."""
    return folder.whole_folder(out, OUT, is_run)


def demand_outside(path: Path, run: Path, where: str, do: str) -> None:
    """Raise MedauditError for a file or folder that is the run's own or lies in it."""
    if run.resolve() in (path.resolve(), *path.resolve().parents):
        what = say(
            "在运行结果文件夹里面，下次扫描会把它替换掉",
            "inside the run folder, which the next scan replaces whole",
        )
        raise MedauditError(Problem(what, where, do))


def demand_run(folder: Path) -> Path:
    """The folder of a finished run that this version can read. Raises MedauditError when there is none."""
    told_of(folder)
    return folder


def told_of(folder: Path, needed: Collection[str] = (), whole: bool = True) -> Mapping[str, Any]:
    """What run.json says of a finished run; every command that reads a run asks here. needed: what it must say. whole: whether
    all its tables must be there.

    Raises MedauditError when there is no run, when a later version wrote it, when its run.json is damaged or says too little, and
    naming every table that is missing or cut short.
    """
    if not is_run(folder):
        raise MedauditError(_none(folder))
    told: Mapping[str, Any] = json.loads((folder / MARK).read_text("utf-8"))
    wrong = list(_later(folder, told) or _lacking(folder, told, needed))
    if whole and not wrong:
        wrong = list(_cut(folder, told))
    if wrong:
        raise MedauditError(wrong)
    return told


def _later(folder: Path, told: Mapping[str, Any]) -> list[Problem]:
    """That a later version wrote it, which its form or its number says."""
    form = told.get("form", 0)
    if not (isinstance(form, int) and form > FORM) and _number(told["medaudit"]) <= _number(__version__):  # fmt: skip
        return []
    what = say(
        f"由更新的 medaudit {told['medaudit']} 写出，这里是 {__version__}，读不了",
        f"written by a later medaudit, {told['medaudit']}; this is {__version__} and cannot read it",
    )
    do = say("升级 medaudit，或用这一版重新扫描", "upgrade medaudit, or scan again with this version")  # fmt: skip
    return [Problem(what, str(folder), do)]


def _number(version: object) -> tuple[int, ...]:
    """0.10.2 as (0, 10, 2), whatever follows; () for what is no version."""
    found = re.match(r"\d{1,6}(?:\.\d{1,6})*", str(version))
    return tuple(map(int, found[0].split("."))) if found else ()


def _lacking(folder: Path, told: Mapping[str, Any], needed: Collection[str]) -> Iterator[Problem]:
    wrong = [name for name in needed if name not in told]
    wrong += [name for name, kind in _TYPES.items() if name in told and not isinstance(told[name], kind)]  # fmt: skip
    if wrong:
        listed = say("、", ", ").join(wrong)
        what = say(
            f"medaudit {told['medaudit']} 写出的 run.json 没有 {listed}，或已损坏",
            f"run.json of medaudit {told['medaudit']} lacks {listed}, or is damaged",
        )
        do = say("用这一版重新扫描", "scan again with this version")
        yield Problem(what, str(folder / MARK), do)


def _cut(folder: Path, told: Mapping[str, Any]) -> Iterator[Problem]:
    """Tables that are not there, or not as large as the scan wrote them."""
    for name, then in told.get("files", {}).items():
        path = folder / name
        if path.suffix != ".parquet":
            continue
        if not path.is_file():
            what = say("结果文件夹里缺这个文件", "the run folder lacks this file")
        elif path.stat().st_size != then["bytes"]:
            what = say(*DAMAGED)
        else:
            continue
        yield Problem(what, str(path), say("重新扫描", "scan again"))


# What run.json counts and lists is of one type in every version.
_TYPES: Mapping[str, type] = (
    dict.fromkeys(("inputs", "not_read", "detectors", "anomalies", "paths"), list)
    | dict.fromkeys(
        ("settings", "tables", "levels", "suspects", "reviews", "ledger", "files"), dict
    )
    | dict.fromkeys(("finished", "language", "engine"), str)
)


def _none(folder: Path) -> Problem:
    if (folder / MARK).is_file() and _is_unreadable(folder / MARK):
        what = say("文件已损坏", "the file is damaged")
        return Problem(what, str(folder / MARK), say("重新扫描", "scan again"))
    do = say(
        "先运行 medaudit scan，或指明它写出的文件夹",
        "run `medaudit scan` first, or name the folder that it wrote",
    )
    return Problem(say("没有完成的运行结果", "no finished run"), str(folder), do)


def _is_unreadable(path: Path) -> bool:
    try:
        json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return True
    return False
