"""A private folder for the length of a check, that does not outlive it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of mode 0700 under TMPDIR, removed at the end; those of killed checks are removed too.

    It holds typed copies of the records: about as much as the input.
    """
    place = Path(tempfile.gettempdir())
    prefix = f"medaudit-check-{socket.gethostname()}-"
    for left in place.glob(f"{prefix}*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{prefix}{os.getpid()}-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
