"""A workspace looked over and, where files of it are damaged, made usable without them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medaudit.workspace.catalogue import NIGHTS, Catalogue, Delivery, Part, now, read
from medaudit.workspace.lock import locked
from medaudit.workspace.parts import damaged


@dataclass(frozen=True)
class Repaired:
    """damaged: file → what was wrong with it. again: the original files to import again. kept: where the damaged files lie now."""

    damaged: dict[str, str]
    again: list[str]
    kept: Path


def repair(folder: Path, wait: float = 0) -> Repaired:
    """Set damaged files aside and write down what is lost; the files that their rows came from may be imported again.

    Raises MedauditError when there is no workspace, its catalogue is damaged, or another works on it.
    """
    with locked(folder, wait):
        catalogue = read(folder)
        found = damaged(folder, catalogue, whole=True)
        again = _forget(catalogue, found)
        aside = folder / "damaged"
        for name in found:
            if (folder / name).exists():
                aside.mkdir(exist_ok=True, mode=0o700)
                (folder / name).rename(aside / name.replace("/", "-"))
        if found:
            catalogue.write(folder)
            shutil.rmtree(folder / NIGHTS, ignore_errors=True)  # it knows rows that are gone
        return Repaired(found, again, aside)


def _forget(catalogue: Catalogue, found: dict[str, str]) -> list[str]:
    """Take files out of the catalogue; the original files that may have held their rows, whose hashes no longer count."""
    at = now()
    gone = [part for part in catalogue.parts if part.name in found]
    catalogue.parts = [part for part in catalogue.parts if part.name not in found]
    again: dict[str, None] = {}
    for part in gone:
        sources = [
            one
            for delivery in _behind(catalogue, part)
            for one in delivery.sources
            if one["table"] == part.table
        ]
        for source in sources:
            source["again"] = True
            again[source["file"]] = None
        files = sorted({source["sha256"] for source in sources})
        catalogue.lost.append(
            {"table": part.table, "month": part.month, "rows": part.rows, "at": at, "files": files}
        )
    return list(again)


def _behind(catalogue: Catalogue, part: Part) -> Iterator[Delivery]:
    """The deliveries that a file's rows may be of, where files were merged earlier ones too; and those that put rows of them right
    since, which would otherwise be undone."""
    for delivery in catalogue.deliveries:
        put_right = delivery.tables.get(part.table, {}).get("replaces", 0)
        if delivery.number <= part.delivery or put_right:
            yield delivery
