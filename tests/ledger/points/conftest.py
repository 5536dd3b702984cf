"""What the tests of points share."""

from __future__ import annotations

import pytest

from tests.ledger.points.books import Desk


@pytest.fixture
def desk(where: str) -> Desk:
    return Desk(where)
