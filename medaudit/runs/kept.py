"""The files of a run folder as the scan left them, and which of them are not what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from medaudit.engine import SQLFailed
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.runs.folder import DAMAGED, MARK, told_of

ASIDE = (MARK, "staging")  # what holds the list itself, and what is removed before the run is there


def kept(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file below `folder` by its name from there: bytes and sha256, as run.json has them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": hashed(path)}
        for path in paths
        if path.relative_to(folder).parts[0] not in ASIDE
    }


def missing_and_changed(folder: Path, told: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The files that are gone, and those whose content is not what the scan wrote, of the files that run.json names."""
    missing, changed = [], []
    for name, then in told.get("files", {}).items():
        path = folder / name
        if not path.is_file():
            missing.append(name)
        elif path.stat().st_size != then["bytes"] or hashed(path) != then["sha256"]:
            changed.append(name)
    return missing, changed


@contextmanager
def explaining(*folders: Path) -> Iterator[None]:
    """When reading a run fails, say which of its files are not what the scan wrote."""
    try:
        yield
    except SQLFailed as error:
        problems = [one for folder in folders for one in _damaged(folder)]
        if problems:
            raise MedauditError(problems) from error
        raise


def _damaged(folder: Path) -> Iterator[Problem]:
    do = say("重新扫描", "scan again")
    for name in missing_and_changed(folder, told_of(folder))[1]:
        yield Problem(say(*DAMAGED), str(folder / name), do)
