"""What people decided: events that are added and never changed, in one file or one database."""

from medaudit.ledger.event import Event
from medaudit.ledger.store import Ledger, Pen, opened, place

__all__ = ["Event", "Ledger", "Pen", "opened", "place"]
