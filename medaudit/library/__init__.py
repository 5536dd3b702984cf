"""The library of official points: published sheets in, tables of knowledge out, with where each row comes from."""

from pathlib import Path

PLACE = Path("medaudit-knowledge")  # where lists are brought when nothing else is said
