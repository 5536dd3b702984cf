"""A disk so small that a test can fill it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, size: str, lazily: bool = False) -> Iterator[Path]:
    """A disk at `place`, of a size as `mount` takes it, while the block lasts. lazily: taken away as soon as nobody uses it any more."""
    place.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", *(["-l"] if lazily else []), str(place)], check=True)
