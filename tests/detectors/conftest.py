"""Cases of rules staged as the scan stages files: records, facts, and an engine that holds both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medaudit.cases import Case
from medaudit.detectors.rule import Rule
from medaudit.detectors.run import prepare, reads
from medaudit.engine.duckdb import DuckEngine
from medaudit.records.load import Records, load
from medaudit.settings import Settings

Staged = Callable[[Rule, Case], tuple[DuckEngine, Records]]


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Staged]:
    """A function that loads a rule's case and computes the facts the rule stands on."""
    engines: list[DuckEngine] = []

    def stage(rule: Rule, case: Case) -> tuple[DuckEngine, Records]:
        place = tmp_path / str(len(engines))
        (place / "data").mkdir(parents=True)
        for name, text in case.tables.items():
            (place / "data" / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
        engine = DuckEngine(place / "staging", threads=1)
        engines.append(engine)
        records = load([place / "data"], Settings(), engine)
        prepare(engine, reads([rule]))
        return engine, records

    yield stage
    for engine in engines:
        engine.close()
