"""Rings put before people: the list, the page of one, pictures and graph files."""

from medaudit.dossier.rings.listing import LISTED, listed, steered
from medaudit.dossier.rings.page import document, heading, sections
from medaudit.dossier.rings.ring import Ring, demand_ring, ring

__all__ = [
    "LISTED",
    "Ring",
    "demand_ring",
    "document",
    "heading",
    "listed",
    "ring",
    "sections",
    "steered",
]
