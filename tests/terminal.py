"""A command in a process of its own whose stderr is a terminal of eighty columns, as a person would see it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Seen(NamedTuple):
    exit_code: int
    stdout: str
    drawn: str  # everything that stderr was told, escape sequences and all

    @property
    def left(self) -> list[str]:
        """The lines that still stand on the terminal at the end."""
        lines: list[str] = []
        row = 0
        for part in re.split(r"(\n|\x1b\[\d*A|\x1b\[2K)", self.drawn.replace("\r", "")):
            if part == "\n":
                row += 1
            elif part.startswith("\x1b[") and part.endswith("A"):
                row -= int(part[2:-1] or 1)
            else:
                lines += [""] * (row + 1 - len(lines))
                lines[row] = "" if part == "\x1b[2K" else lines[row] + _plain(part)
        return [line.rstrip() for line in lines]


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", text)


def on_terminal(
    *words: object, cwd: Path, before: str = "", locale: str = "zh_CN.UTF-8", both: bool = False
) -> Seen:
    """Type `medaudit …`. before: Python to run first in its process. both: stdout is the terminal too."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    code = f"{before}\nfrom medaudit.cli import main\nmain()"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")
    }
    environment |= {"LC_ALL": locale, "TERM": "xterm", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with (cwd / "stdout").open("w+b") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, words)],
            cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=there if both else out, stderr=there,
        )  # fmt: skip
        os.close(there)
        drawn = b"".join(_read(here))
        process.wait()
        os.close(here)
        out.seek(0)
        printed = out.read()
    return Seen(process.returncode, printed.decode("utf-8"), drawn.decode("utf-8"))


def _read(terminal: int) -> list[bytes]:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # Linux says so when nobody holds the other end any more
            return parts
        if not part:
            return parts
        parts.append(part)
