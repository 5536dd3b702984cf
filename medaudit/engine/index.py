"""What the shipped rules and facts read and return, found once: parsing and checking them takes seconds.

`index.json` beside this file says it by the hash of a file's text; `make docs` writes it. A file that is not as
it was then (one that is being written) is read and checked in full.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INDEX = Path(__file__).parent / "index.json"


@dataclass(frozen=True)
class Gist:
    """The tables and facts that a SELECT reads, and the columns it returns in their order."""

    reads: frozenset[str]
    columns: tuple[str, ...]


def gist(text: str) -> Gist | None:
    """What is known of a file with this text; None for one that nobody has looked at."""
    told = _known().get(_hash(text))
    return Gist(frozenset(told["reads"]), tuple(told["columns"])) if told else None


def written(gists: Iterable[tuple[str, Gist]]) -> str:
    """The content of index.json for texts and their gists."""
    told = {
        _hash(text): {"reads": sorted(one.reads), "columns": list(one.columns)}
        for text, one in gists
    }
    return json.dumps(dict(sorted(told.items())), indent=0) + "\n"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def _known() -> dict[str, dict[str, list[str]]]:
    try:
        known: dict[str, dict[str, list[str]]] = json.loads(INDEX.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known
