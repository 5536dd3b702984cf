"""The catalogue of a workspace: what came when, and which files hold the rows that came of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.output.whole import whole_file
from medaudit.records.stored import WORKSPACE, Reading, Stored

MARK = WORKSPACE
FORM = 1  # of the catalogue; a later one is not for this version to read
ALWAYS = "-"  # the month of rows without a date
BEGUN = ".begun"  # stands in a workspace until its first import has ended

# Folders of a workspace that others than imports write: what a full scan leaves, and where a scan works.
NIGHTS, SCAN = "nights", ".scan"


@dataclass(frozen=True)
class Part:
    """A file of rows. name: below the workspace's folder. delivery: the one that wrote it."""

    table: str
    month: str
    name: str
    rows: int
    bytes: int
    sha256: str
    delivery: int


@dataclass
class Delivery:
    """One import. sources: the files with their hashes and tables. tables: what became of their rows.

    whole: so much came at once that whom it concerns was not written down: everybody.
    """

    number: int
    at: str
    sources: list[dict[str, Any]]
    tables: dict[str, dict[str, int]]
    whole: bool = False


@dataclass
class Catalogue:
    """What a workspace holds. readings: the account of all deliveries by table. lost: rows that a damaged file held, and
    which original files (SHA-256) have yet to come again for them to be back."""

    form: int = FORM
    parts: list[Part] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    lost: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of the last delivery, 0 before the first."""
        return self.deliveries[-1].number if self.deliveries else 0

    def of(self, table: str) -> list[Part]:
        return [part for part in self.parts if part.table == table]

    def came(self) -> Mapping[str, str]:
        """SHA-256 of every file that came in, and how it was read → when. Not of those that are to come again."""
        return {
            source["sha256"] + source["reading"]: one.at
            for one in self.deliveries
            for source in one.sources
            if not source.get("again")
        }

    def found_again(self, hashes: Collection[str]) -> None:
        """Take note of original files that have come again."""
        for one in self.lost:
            one["files"] = [file for file in one["files"] if file not in hashes]

    def missing(self) -> list[dict[str, Any]]:
        """What was lost and is not back."""
        return [one for one in self.lost if one["files"]]

    def stored(self, folder: Path, as_of: dt.date | None = None) -> Stored:
        """The rows as the records room reads them. as_of: only what was settled by then."""
        for name, reading in self.readings.items():
            reading.stored = sum(part.rows for part in self.of(name))
        return Stored(
            files={name: [folder / part.name for part in self.of(name)] for name in self.readings},
            accounts=self.readings,
            rejects=sorted((folder / "rejects").glob("*.parquet")),
            inputs=[
                {"file": str(folder / p.name), "part": "", "table": p.table, "form": "parquet",
                 "encoding": "", "replaced": 0, "sha256": p.sha256}
                for p in self.parts
            ],
            as_of=as_of,
        )  # fmt: skip

    def write(self, folder: Path) -> None:
        """Put the catalogue in place, whole or not at all."""
        with whole_file(folder / MARK) as part:
            text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
            part.write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Catalogue:
    """The catalogue of a workspace. Raises MedauditError when there is none, it is gone, damaged or of a later form."""
    path = folder / MARK
    try:
        told = json.loads(path.read_text("utf-8"))
        form = told["form"]
        if form == FORM:
            return _of(told)
    except FileNotFoundError:
        if is_headless(folder):
            raise _unusable(
                say("工作区的目录文件不见了", "the workspace's catalogue is gone"), path
            ) from None
        what = say("不是 medaudit 的工作区", "not a workspace of medaudit")
        do = say("先用 medaudit import 导入数据", "bring data in with `medaudit import` first")
        raise MedauditError(Problem(what, str(folder), do)) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = say("工作区的目录文件损坏", "the workspace's catalogue is damaged")
        raise _unusable(what, path) from error
    raise MedauditError(
        Problem(
            say(
                f"工作区是更新版本的 medaudit 写的（形式 {form}，本版本认得 {FORM}）",
                f"the workspace was written by a newer medaudit (form {form}; this one knows {FORM})",
            ),
            str(path),
            say("升级 medaudit", "upgrade medaudit"),
        )
    )


def _unusable(what: str, path: Path) -> MedauditError:
    do = say(
        "从备份恢复这一个文件；没有备份就换一个文件夹重新导入原始文件",
        "restore this one file from a backup; without one import the original files into another folder",
    )
    return MedauditError(Problem(what, str(path), do))


def _of(told: dict[str, Any]) -> Catalogue:
    return Catalogue(
        told["form"],
        [Part(**one) for one in told["parts"]],
        [Delivery(**one) for one in told["deliveries"]],
        {name: Reading(**one) for name, one in told["readings"].items()},
        told["lost"],
    )


def now() -> str:
    """The moment, as a workspace writes it down."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def is_workspace(path: Path) -> bool:
    return (path / MARK).is_file()


def is_headless(path: Path) -> bool:
    """Whether a folder holds a workspace's rows without a catalogue, and not because its first import did not end."""
    return (
        any((path / "records").glob("*/*/*.parquet"))
        and not is_workspace(path)
        and not (path / BEGUN).exists()
    )
