"""Runs that a test changes: as the scan left them they would be told to be damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def saying(run: Path, **told: Any) -> Path:
    """Have run.json say something else; None takes a name out of it."""
    path = run / "run.json"
    said = json.loads(path.read_text("utf-8")) | told
    path.write_text(json.dumps({k: v for k, v in said.items() if v is not None}), "utf-8")
    return run


def forgetting(run: Path) -> Path:
    """Have run.json name no files of the run, which may then say what a test wants."""
    return saying(run, files=None)
