"""Rings put before people: the list, the page of one, pictures and graph files."""

from medaudit.dossier.rings.page import document, sections
from medaudit.dossier.rings.ring import ring

__all__ = ["document", "ring", "sections"]
