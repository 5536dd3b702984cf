"""The table of events, and the version of its form."""

from __future__ import annotations

import sqlalchemy as sa

HEAD = "0001"  # the newest of migrations/versions, which this program writes and reads

metadata = sa.MetaData()
_TEXTS = (
    "kind", "action", "who", "why", "subject_type", "subject_id", "finding_id", "rule", "level", "fixmedins_code", "dr_codg",
)  # fmt: skip
# Money and points are hundredths, days ISO texts: the same on every database, and exact.
events = sa.Table(
    "event",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
    sa.Column("amount", sa.BigInteger),
    sa.Column("points", sa.BigInteger),
    sa.Column("day", sa.Text),
    sa.Column("until", sa.Text),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False, unique=True),  # no two follow the same one
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Index("event_subject", "kind", "subject_type", "subject_id"),
    # So that the last decision on everything is read off the index alone.
    sa.Index("event_finding", "kind", "finding_id", "action", "day", "number"),
    sa.Index("event_doctor", "dr_codg"),
    sa.Index("event_institution", "fixmedins_code"),
)
