"""The user's own rules of a run: where their folders lie now, and whether their files are those that ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medaudit.detectors import catalogue
from medaudit.detectors.rule import Rule
from medaudit.library.shelf import hashed

if TYPE_CHECKING:
    from medaudit.settings import Settings


@dataclass(frozen=True)
class Own:
    """folders: that are there. changed: files with another content than when they ran; missing: files, or folders, not to be found."""

    folders: Sequence[Path]
    changed: Sequence[str] = ()
    missing: Sequence[str] = ()

    @property
    def same(self) -> bool:
        return not self.changed and not self.missing


def own(told: Mapping[str, Any], given: Sequence[Path], settings: Settings) -> Own:
    """given: folders to look in instead of those that run.json names."""
    if "rules" not in told:  # written by a version that named none of the command line
        return Own([*given, *map(Path, settings.rules.get("folders", ()))])
    recorded = {Path(one["folder"]): one["files"] for one in told["rules"]}
    folders = list(given) or [folder for folder in recorded if folder.is_dir()]
    there = {
        path.relative_to(folder).as_posix(): hashed(path)
        for folder in folders
        for path in sorted(folder.rglob("*.sql"))
    }
    ran = [(f"{folder}/{name}", name, digest) for folder, files in recorded.items() for name, digest in files.items()]  # fmt: skip
    return Own(
        folders,
        [path for path, name, digest in ran if there.get(name, digest) != digest],
        [path for path, name, digest in ran if name not in there and digest not in there.values()],
    )


def known(mine: Own) -> dict[str, Rule]:
    """The rules there are, ours and the user's, by code."""
    return {rule.code: rule for rule in catalogue.known(mine.folders)}
