"""Facts over a few rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medaudit.settings import Settings
from tests.small_county import Row, Small


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Callable[..., Small]]:
    """Call it with rows of each table: `county(settlement=[…], person=[…])`."""
    made: list[Small] = []

    def make(settings: Settings | None = None, **tables: list[Row]) -> Small:
        made.append(Small(tmp_path / f"county{len(made)}", tables, settings))
        return made[-1]

    yield make
    for small in made:
        small.engine.close()


@pytest.fixture
def stays(county: Callable[..., Small]) -> Callable[..., list[dict[str, Any]]]:
    """The stays that settlements amount to."""
    return lambda *settlements: county(settlement=list(settlements)).fact("stay")
