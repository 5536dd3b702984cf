"""Small deliveries, one after the other, into a workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from medaudit.engine.duckdb import DuckEngine, quoted
from medaudit.settings import Settings
from medaudit.workspace.catalogue import Catalogue, read
from medaudit.workspace.importing import Imported, Means, bring
from tests.small_county import Row, csv_text


class Workspace:
    def __init__(self, folder: Path):
        self.folder = folder / "county"
        self.inbox = folder / "inbox"
        self.count = 0

    def bring(
        self, settings: Settings | None = None, replaced: tuple[str, ...] = (), **tables: list[Row]
    ) -> Imported:
        """Bring rows in, a CSV a table, in a folder of their own."""
        self.count += 1
        place = self.inbox / str(self.count)
        place.mkdir(parents=True)
        for name, rows in tables.items():
            (place / f"{name}.csv").write_text(csv_text(rows), "utf-8")
        return self.files(place, settings=settings, replaced=replaced)

    def files(
        self, *paths: Path, settings: Settings | None = None, replaced: tuple[str, ...] = ()
    ) -> Imported:
        return bring(list(paths), self.folder, Means(settings or Settings(), replaced=replaced))

    @property
    def catalogue(self) -> Catalogue:
        return read(self.folder)

    def values(self, column: str, table: str = "settlement") -> list[object]:
        """The values of a column of what is stored, in order."""
        files = [self.folder / part.name for part in self.catalogue.of(table)]
        if not files:
            return []
        engine = DuckEngine(self.folder / ".look")
        listed = ", ".join(map(quoted, files))
        rows = engine.rows(
            f"SELECT {column} FROM read_parquet([{listed}], union_by_name = true) ORDER BY 1"
        )
        engine.close()
        return [value for (value,) in rows]


@pytest.fixture
def county(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


Bring = Callable[..., Imported]
