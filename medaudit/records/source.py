"""One thing that rows are read from, and what is known of it before they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from medaudit.engine.spark_places import ROW_BITS
from medaudit.errors import Problem

# A local source's rows are counted through; a place's by file (20 bits) and row in the file.
ROWS = 10_000_000_000
REMOTE_BITS = ROW_BITS + 20


@dataclass
class Source:
    """One file, sheet or packed member whose columns can be selected from `relation`."""

    path: Path
    part: str  # sheet or member, "" where the file is the source
    form: str  # csv | xlsx | parquet | spark
    relation: str  # SQL to select from; has a column per header, named as in `fields`
    row: str  # SQL for the row's number in `relation`, from 1
    headers: list[str]
    fields: list[str]
    types: list[str]
    first_line: int  # line of the file that holds the first row
    encoding: str = ""
    replaced: int = 0
    temporary: Path | None = None
    number: int = 0
    asked_for: bool = False  # named by the user, not met in a folder
    table: str = ""
    mapping: dict[str, int] = field(default_factory=dict)  # canonical column → position
    rejects: str = ""  # name of DuckDB's table of rows it could not divide
    undivided: int = 0  # how many those are
    place: str = ""  # address or table that only Spark reads
    files: list[str] = field(
        default_factory=list
    )  # of the place, as `row` counts them; none of a table

    @property
    def is_remote(self) -> bool:
        """Whether only Spark reads it."""
        return bool(self.place)

    @property
    def first_row(self) -> int:
        """What is added to a row's number in the source to make it one among all sources."""
        return self.number << REMOTE_BITS if self.is_remote else self.number * ROWS

    @property
    def rows(self) -> str:
        """SQL for `row_id` being of this source."""
        room = 1 << REMOTE_BITS if self.is_remote else ROWS
        return f"row_id BETWEEN {self.first_row} AND {self.first_row + room - 1}"

    @property
    def name(self) -> str:
        if self.place:
            return self.place
        return f"{self.path}›{self.part}" if self.part else str(self.path)

    @property
    def called(self) -> str:
        """Its name without the folders it lies in."""
        return self.part or PurePosixPath(self.place).name or self.path.name

    @property
    def stems(self) -> list[str]:
        """The names that may say which table this is: the sheet or member, then the file."""
        names = [PurePosixPath(self.part).name, self.path.name]
        return [name.split(".")[0] for name in names if name]


@dataclass(frozen=True)
class Unread:
    """A file that was left alone, and why."""

    name: str
    why: str
    what_to_do: str
    stops: bool  # named by the user or damaged: no audit without it

    @property
    def problem(self) -> Problem:
        return Problem(self.why, self.name, self.what_to_do)


@dataclass
class Found:
    """What lies in the given paths: sources that can be read and files that cannot."""

    sources: list[Source] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
