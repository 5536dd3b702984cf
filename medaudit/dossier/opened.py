"""A run folder opened for questions: its tables, and what run.json says of the run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medaudit.detectors.anomalies.measures import NUMBERS
from medaudit.detectors.links import TABLES as LINKS
from medaudit.engine import no_rows
from medaudit.engine.duckdb import DuckEngine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.records.schema import TABLES
from medaudit.runs.folder import told_of
from medaudit.runs.kept import explaining

# What is asked of run.json by one or another that opens a run.
NEEDED = (
    "finished", "language", "engine", "settings", "paths", "inputs", "not_read", "tables", "detectors", "anomalies",
    "findings", "levels", "suspects", "amount", "reviews", "ledger",
)  # fmt: skip
MEASURES = (
    dict.fromkeys(("subject_type", "subject_id", "feature", "groups"), "VARCHAR")
    | {"depth": "INTEGER"}
    | dict.fromkeys(NUMBERS, "FLOAT")
)
RESULTS = ("findings", "suspects", "parts", "finding_lines", "subjects", "anomalies")


@dataclass(frozen=True)
class Opened:
    """A finished run. Results and record tables are views by name; a table that was not kept is empty."""

    folder: Path
    engine: DuckEngine
    told: Mapping[str, Any]
    links: tuple[str, ...] = ()  # the tables of links it has; none where it looked for none

    def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of a small SELECT as dicts."""
        cursor = self.engine.run(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, **params: Any) -> dict[str, Any]:
        """The first row, {} for none."""
        return next(iter(self.rows(sql, **params)), {})

    def detector(self, code: str) -> Mapping[str, Any]:
        """What run.json says became of a rule, {} when it was not run at all."""
        return next((entry for entry in self.told["detectors"] if entry["rule"] == code), {})


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    """Open a run folder. Raises MedauditError when there is no finished run that can be read whole."""
    told = told_of(folder, NEEDED)
    with tempfile.TemporaryDirectory(prefix="medaudit-") as private, explaining(folder):
        engine = DuckEngine(Path(private))
        try:
            for name in RESULTS:
                _show(engine, name, folder)
            links = [name for name in LINKS if (folder / f"{name}.parquet").is_file()]
            for name in links:
                _show(engine, name, folder)
            if (folder / "measures.parquet").is_file():
                _show(engine, "measures", folder)
            else:  # a run of an older version, or of nobody's peers
                engine.view("measures", no_rows(MEASURES))
            for table in TABLES.values():
                path = folder / "records" / f"{table.name}.parquet"
                if path.is_file():
                    engine.show(table.name, [path])
                else:
                    columns = {column.name: column.sql_type for column in table.columns.values()}
                    engine.view(table.name, no_rows(columns))
            yield Opened(folder, engine, told, tuple(links))
        finally:
            engine.close()


def _show(engine: DuckEngine, name: str, folder: Path) -> None:
    """Make a result readable. Raises MedauditError for a file that is missing or damaged."""
    path = folder / f"{name}.parquet"
    try:
        engine.show(name, [path])
    except MedauditError as error:
        what = (
            say("文件已损坏", "the file is damaged")
            if path.is_file()
            else say("结果文件夹里缺这个文件", "the run folder lacks this file")
        )
        raise MedauditError(Problem(what, str(path), say("重新扫描", "scan again"))) from error
