"""What a ring is called. A ring keeps the id of an earlier run's while more than half of that one's members are still in it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

from medaudit.detectors.links.found import Found

# Of an earlier run: kind → person → ring id.
Before = Mapping[str, Mapping[str, str]]

_LETTERS = {"cards": "RC", "admissions": "RA", "tour": "RT"}


def is_ring(text: str) -> bool:
    """Whether a text is the id of a ring."""
    return re.fullmatch(rf"({'|'.join(_LETTERS.values())})[0-9a-f]{{8}}", text) is not None


def named(found: Found, kind: str, before: Before) -> list[str]:
    """The id of each ring, by its number."""
    earlier = before.get(kind, {})
    size = Counter(earlier.values())
    kept: dict[int, str] = {}
    claims = []
    of = found.members.groupby("ring")["person_id"].agg(list)
    for ring, people in of.items():
        stayed = Counter(earlier[person] for person in people if person in earlier)
        claims += [(n, name, int(str(ring))) for name, n in stayed.items() if 2 * n > size[name]]
    for _, name, ring in sorted(claims, key=lambda c: (-c[0], c[1], c[2])):
        if ring not in kept and name not in kept.values():
            kept[ring] = name
    members = found.members.sort_values(["ring", "met", "person_id"], ascending=[True, False, True])
    anchor = members.drop_duplicates("ring").set_index("ring")["person_id"]
    last = int(found.members["ring"].max()) if len(found.members) else -1
    taken = set(kept.values())
    names = []
    for ring in range(last + 1):
        name = kept.get(ring) or _new(kind, str(anchor.get(ring, ring)), taken)
        taken.add(name)
        names.append(name)
    return names


def _new(kind: str, anchor: str, taken: set[str]) -> str:
    """After the member that met the others most, so that the same ring is called the same on another machine."""
    name, turn = "", 0
    while not name or name in taken:
        told = hashlib.md5(f"{kind}|{anchor}|{turn}".encode(), usedforsecurity=False).hexdigest()
        name, turn = _LETTERS[kind] + told[:8], turn + 1
    return name
