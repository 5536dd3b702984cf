"""A run to review: a generated county with a few rules run over it, and a ledger of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medaudit.cli import main
from tests.small_county import generate, write
from tests.typed import Told, Type, typing


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("county"), generate(seed=5, people=80))


@pytest.fixture(scope="session")
def run(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of some rules; nobody changes it."""
    place = tmp_path_factory.mktemp("run") / "run"
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "scan",
                str(county),
                "--out",
                str(place),
                "--quiet",
                "--select",
                "STY",
                "--select",
                "BIL",
            ]
        )
    assert ended.value.code == 0
    return place


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]) -> Type:
    return typing(capfd)


Review = Callable[..., Told]


@pytest.fixture
def review(typed: Type, run: Path, tmp_path: Path) -> Review:
    """Type `medaudit review …` on the run, with a ledger of the test's own."""

    def type_(*words: object, run: Path = run) -> Told:
        return typed("review", *words, "--run", run, "--ledger", tmp_path / "ledger.db")

    return type_


@pytest.fixture
def todo(typed: Type, run: Path, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """What is to be done, as the list in JSON has it."""

    def list_(*words: object, run: Path = run) -> list[dict[str, Any]]:
        told = typed("review", "--list", "--format", "json", "--run", run, "--ledger", tmp_path / "ledger.db", *words)  # fmt: skip
        assert told.exit_code == 0, told.stderr
        found: list[dict[str, Any]] = json.loads(told.stdout)
        return found

    return list_
