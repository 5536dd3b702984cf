"""The run folder: which folders are runs of ours, and one to write into."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output import folder

MARK = "run.json"  # the last file written: a folder that has it is a finished run
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


def is_run(folder: Path) -> bool:
    """Whether a folder holds a finished run of ours; other programs write a run.json as well."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "medaudit" in told


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
