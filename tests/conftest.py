"""What every test starts from: Chinese, whatever the machine speaks, and the same examples each time."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

from medaudit import commands
from medaudit.engine.spark import SparkEngine
from medaudit.language import speak

# No deadline: the first example of a test may have to start DuckDB.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

# Help is put into words when a command is first imported, so that happens in Chinese too.
speak("zh")
for command in pkgutil.iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{command.name}")


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs each test in Chinese, and leaves no test's language to the next."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("MEDAUDIT_LEDGER", raising=False)
    speak("zh")
    yield
    speak("zh")


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[SparkEngine]:
    """An engine on the Spark that all tests share."""
    from tests.spark_session import session

    engine = SparkEngine(tmp_path / "spark" / "staging", session())
    yield engine
    engine.close()
