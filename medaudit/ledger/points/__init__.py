"""Doctors' points: accounts computed from the ledger's events by a scheme file. People award; this proposes and reckons."""

from medaudit.ledger.points.book import suspended
from medaudit.ledger.points.reading import read
from medaudit.ledger.points.scheme import Scheme

__all__ = ["Scheme", "read", "suspended"]
