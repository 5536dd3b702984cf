"""How much memory an audit may use."""

from __future__ import annotations

import re

import psutil

from medaudit.errors import MedauditError, Problem
from medaudit.language import say

GB = 1024**3


def default_memory() -> int:
    """Bytes the whole process may use when nobody says: half the machine's memory, at most 4 GB."""
    return int(min(psutil.virtual_memory().total // 2, 4 * GB))


def read_size(text: str) -> int:
    """Bytes of a size such as `1GB`, `512MB` or `1.5 GB`. Raises MedauditError for anything else."""
    told = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", text, re.IGNORECASE)
    if not told:
        raise MedauditError(
            Problem(
                say(f"看不懂内存大小：{text}", f"not a size of memory: {text}"),
                "--memory-limit",
                say("写成 1GB 或 800MB", "write 1GB or 800MB"),
            )
        )
    return int(float(told[1]) * 1024 ** " KMGT".index(told[2].upper() or " "))
