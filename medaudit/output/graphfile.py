"""A graph as GraphML or GEXF, for Gephi and other viewers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from medaudit.output.whole import demand_ending, opened

ENDINGS = (".graphml", ".gexf")


def demand_graph(path: Path | None, option: str) -> None:
    """Raise MedauditError where a graph is asked for under another ending."""
    demand_ending(path, option, ENDINGS, ("图文件", "a graph"))


def write_graph(
    path: Path,
    nodes: Iterable[tuple[str, Mapping[str, Any]]],
    edges: Iterable[tuple[str, str, Mapping[str, Any]]],
) -> None:
    """Write nodes (id, attributes) and undirected edges (id, id, attributes); what is unknown is left out, whole or not at all."""
    import networkx as nx

    graph = nx.Graph()
    for node, told in nodes:
        graph.add_node(node, **_plain(told))
    for one, other, told in edges:
        graph.add_edge(one, other, **_plain(told))
    page = io.BytesIO()
    (nx.write_gexf if path.suffix.lower() == ".gexf" else nx.write_graphml)(graph, page)
    with opened(path) as stream:
        stream.write(page.getvalue())


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Only what both formats can hold: text, whole numbers, figures, truth values."""
    found: dict[str, Any] = {}
    for name, value in told.items():
        if value is None or value != value:
            continue
        if hasattr(value, "item"):
            value = value.item()
        found[name] = value if isinstance(value, (str, int, float, bool)) else str(value)
    return found
