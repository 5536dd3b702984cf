"""The run and the truth that are scored by hand, in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.synth.scoring.by_hand import PLANTED, write_run, write_truth


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_truth(tmp_path / "truth.csv", PLANTED)
