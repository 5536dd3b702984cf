"""The files a run was made from, held by their SHA-256 against those that lie there now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.library.shelf import hashed
from medaudit.progress import Progress
from medaudit.records.source import Source
from medaudit.records.stored import NOTHING, Reading, Stored


@dataclass(frozen=True)
class Inputs:
    """Files by name: the same as when the run was made, changed, and read now but not then. None is missing: that ends it."""

    same: Sequence[str]
    changed: Sequence[str]
    more: Sequence[str]

    @property
    def differ(self) -> bool:
        return bool(self.changed or self.more)


@dataclass
class Located:
    """Where the recorded inputs lie now. there: file now → (file as recorded, whether it is the same)."""

    paths: Sequence[Path]
    there: dict[Path, tuple[str, bool]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)  # as recorded → sha256
    tables: dict[str, list[Path]] = field(
        default_factory=dict
    )  # of a workspace: the files of each table

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """When reading fails, say first which files are missing or changed."""
        try:
            yield
        except MedauditError as error:
            named = {str(path) for path in self.missing}
            rest = [one for one in error.problems if one.where not in named]
            raise MedauditError([*self._problems(with_changed=True), *rest]) from error

    def stored(self, told: Mapping[str, Any]) -> Stored:
        """The rows of the workspace that the run was made from; none where it was made from files."""
        if not self.tables:
            return NOTHING
        names = {name: _reading(told["tables"][name]) for name in self.tables}
        as_of = told["workspace"].get("as_of")
        return Stored(self.tables, names, as_of=dt.date.fromisoformat(as_of) if as_of else None)

    def held(self, sources: Sequence[Source], progress: Progress) -> Inputs:
        """What became of every input, given what was read now. Raises MedauditError naming those that are missing.

        A file of another name with the content of a missing one is that file.
        """
        strangers = {source.path.resolve(): str(source.path) for source in sources}
        more = []
        same = [name for name, is_same in self.there.values() if is_same]
        unknown = sorted(strangers.keys() - self.there.keys())
        if unknown:
            progress.stage("hashing", len(unknown))
        for path in unknown:
            progress.step(path.name)
            twin = _first(self.missing, hashed(path))
            if twin is None:
                more.append(strangers[path])
            else:
                same.append(twin)
                del self.missing[twin]
        if self.missing:
            raise MedauditError(self._problems(with_changed=True))
        return Inputs(sorted(same), self._changed(), more)

    def _changed(self) -> list[str]:
        return sorted(name for name, is_same in self.there.values() if not is_same)

    def _problems(self, with_changed: bool) -> list[Problem]:
        if self.tables:
            do = say(
                "工作区移走了就用 --data 指明现在的位置；之后又有导入就核验最近一次的结果",
                "if it was moved, say with --data where it lies; if more was imported since, verify the latest run",
            )
            total = len(self.missing) + len(self.there)
            gone = say(f"扫描时的 {total} 个文件缺少 {len(self.missing)} 个", f"{len(self.missing)} of the {total} files that were scanned are missing")  # fmt: skip
            told = [Problem(gone, str(self.paths[0]), do)] if self.missing else []
        else:
            do = say("放回原处，或用 --data 指明现在的位置", "put it back, or say with --data where it lies now")  # fmt: skip
            gone = say("缺少这个输入文件", "this input is missing")
            told = [Problem(gone, name, do) for name in sorted(self.missing)]
        if with_changed:
            what = say("内容与扫描时不同", "not the content it had when scanned")
            told += [Problem(what, name) for name in self._changed()]
        return told


def _reading(account: Mapping[str, Any]) -> Reading:
    """The account of a table's deliveries, which their files are not there to be asked for."""
    stored = account["accepted"] - account["duplicates"]
    return Reading(
        account["read"], stored, account["rejects"], account["unread"], account["columns"]
    )


def locate(told: Mapping[str, Any], data: Sequence[Path], progress: Progress) -> Located:
    """Find the files that run.json names, at their paths or below `data`, and hash them.

    Raises MedauditError where something was read by Spark from elsewhere: it has no hash; and where files of a workspace are missing.
    """
    recorded = {entry["file"]: entry.get("sha256") for entry in told["inputs"]}
    tables = {entry["file"]: entry.get("table") for entry in told["inputs"]}
    far = [name for name, digest in recorded.items() if digest is None]
    if far:
        what = say("由 Spark 从别处读入，没有校验值", "read by Spark from elsewhere, with no hash to go by")  # fmt: skip
        do = say("重新扫描，再用 medaudit compare 比较", "scan again and use medaudit compare")
        raise MedauditError(Problem(what, name, do) for name in sorted(far))
    shelves = [Path(entry["folder"]) for entry in told.get("knowledge", ())]
    bases = [Path(path) for path in told["paths"]]
    located = Located([*data] or bases)
    progress.stage("hashing", len(recorded))
    for name, digest in recorded.items():
        is_knowledge = any(Path(name).is_relative_to(shelf) for shelf in shelves)
        path = _now(Path(name), bases, data if not is_knowledge else ())
        if path is None:
            located.missing[name] = digest
        else:
            progress.step(path.name)
            located.there[path.resolve()] = (name, hashed(path) == digest)
        if "workspace" in told and not is_knowledge:
            located.tables.setdefault(tables[name], []).append(path or Path(name))
    if located.tables and located.missing:
        raise MedauditError(located._problems(with_changed=True))
    return located


def _now(path: Path, bases: Sequence[Path], data: Sequence[Path]) -> Path | None:
    """Where a recorded file lies now: at the same place below one of `data`, or where it was when there is no data."""
    if not data:
        return path if path.is_file() else None
    below = [path.relative_to(base) for base in bases if path.is_relative_to(base)] or [path]
    for place in data:
        for rest in (*below, Path(path.name)):
            if (place / rest).is_file():
                return place / rest
        if place.is_file() and place.name == path.name:
            return place
    return None


def _first(names: Mapping[str, str], digest: str) -> str | None:
    return next((name for name, one in names.items() if one == digest), None)
