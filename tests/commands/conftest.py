"""What the tests of commands share; a test that types in a way of its own has its own `typed`."""

from __future__ import annotations

import pytest

from tests.typed import Type, typing


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]) -> Type:
    return typing(capfd)
