"""Links: who turns up with whom. Rings of cards, of admissions and of tours, and doctors who send to one pharmacy.

    facts (card_pair, stay_pair, admission_burst …: candidate pairs, in SQL) → beyond chance (pairs.py) → groups (communities.py)
          → sessions and money (tables.py) → labels (labels.py) → tables `ring`, `ring_member`, `ring_use`, `steering`

`find` leaves these tables; the rules of family LNK make findings of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from medaudit.detectors.links import admissions, cards, steering, tours
from medaudit.detectors.links.found import Found
from medaudit.detectors.links.naming import Before, is_ring, named
from medaudit.detectors.links.tables import MEMBER, RING, USE, put
from medaudit.engine import Engine
from medaudit.language import say
from medaudit.progress import SILENT, Progress

__all__ = ["KINDS", "TABLES", "Before", "Linked", "find", "is_ring"]

TABLES = (RING, MEMBER, USE, steering.TABLE)
KINDS = {
    "cards": ("一起刷卡的卡", "cards used together"),
    "admissions": ("结伴住院", "people admitted together"),
    "tour": ("辗转多家机构的人", "patients toured from place to place"),
}
_ROOMS = {cards.KIND: cards, admissions.KIND: admissions, tours.KIND: tours}


@dataclass(frozen=True)
class Linked:
    """What became of one way of linking: rings, of them labelled (label → how many), settlements not looked at because too
    many came at once (`crowded`), seconds."""

    kind: str
    rings: int = 0
    labelled: Mapping[str, int] = field(default_factory=dict)
    crowded: int = 0
    seconds: float = 0.0

    def as_run(self) -> dict[str, Any]:
        """The entry in `run.json`."""
        return {
            "kind": self.kind, "rings": self.rings, "labelled": dict(self.labelled), "crowded": self.crowded,
            "seconds": round(self.seconds, 3),
        }  # fmt: skip


def find(
    engine: Engine,
    names: Iterable[str] = TABLES,
    before: Before | None = None,
    dense: bool = False,
    progress: Progress = SILENT,
) -> list[Linked]:
    """Look for what the tables among `names` hold, and leave them: rings of every kind in `ring`, `ring_member` and `ring_use` (see
    tables.py), steering in `steering` (see steering.py). Needs the facts they stand on (facts.needed). before: the
    members of an earlier run's rings, whose ids are kept. dense: tours as the densest block."""
    names, outcome = set(names), []
    has_rings, has_steering = bool(names & {RING, MEMBER, USE}), steering.TABLE in names
    if has_rings or has_steering:
        progress.stage("links", has_rings * len(_ROOMS) + has_steering)
    if has_rings:
        rings, ids = [], []
        for kind, room in _ROOMS.items():
            progress.step(say(*KINDS[kind]))
            begun = time.perf_counter()
            found = tours.rings(engine, dense) if kind == tours.KIND else room.rings(engine)
            rings.append(found)
            ids.append(named(found, kind, before or {}))
            outcome.append(_told(engine, kind, found, time.perf_counter() - begun))
        put(engine, rings, ids)
    if has_steering:
        progress.step(say("医师与药店", "doctors and pharmacies"))
        begun = time.perf_counter()
        steering.put(engine)
        outcome.append(Linked(steering.TABLE, seconds=time.perf_counter() - begun))
    return outcome


def _told(engine: Engine, kind: str, found: Found, seconds: float) -> Linked:
    crowded = (
        int(engine.value("SELECT coalesce(sum(settlements), 0) FROM card_crowd") or 0)
        if kind == cards.KIND
        else 0
    )
    labels = found.rings["label"].dropna().value_counts().sort_index()
    return Linked(
        kind, len(found.rings), {str(k): int(n) for k, n in labels.items()}, crowded, seconds
    )
