"""A ring as a graph file: its members and the institutions where they were seen, for Gephi and the like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medaudit.dossier.rings.pictures import edges
from medaudit.dossier.rings.ring import Ring
from medaudit.output.graphfile import write_graph


def write(one: Ring, path: Path) -> None:
    """GraphML or GEXF. Ids are in clear, as in a run folder; names are masked."""
    write_graph(path, _nodes(one), _edges(one))


def _nodes(one: Ring) -> Iterator[tuple[str, dict[str, Any]]]:
    for m in one.members.to_dict("records"):
        yield (
            f"P{m['person_id']}",
            {"label": str(m["who"]), "kind": "patient", "name": m["name"], "gend": m["gend"], "age": m["age"], "addr_code": m["addr_code"],
             "care_home": m["care_home"], "sessions": m["sessions"], "partners": m["partners"], "fund_money": m["fund_money"], "ring": one.id},
        )  # fmt: skip
    places = one.uses.drop_duplicates("fixmedins_code")
    for place in places.to_dict("records"):
        name = place["fixmedins_name"]
        yield (
            f"I{place['fixmedins_code']}",
            {"label": name if isinstance(name, str) else str(place["fixmedins_code"]), "kind": "institution", "ring": one.id},
        )  # fmt: skip


def _edges(one: Ring) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for a, b, n in edges(one):
        yield f"P{a}", f"P{b}", {"kind": "together", "weight": n}
    visits = one.uses.groupby(["person_id", "fixmedins_code"])["session"].nunique().reset_index()
    for seen in visits.to_dict("records"):
        told = {"kind": "seen_at", "weight": seen["session"]}
        yield f"P{seen['person_id']}", f"I{seen['fixmedins_code']}", told
