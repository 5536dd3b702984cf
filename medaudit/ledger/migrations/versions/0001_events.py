"""Events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXTS = (
    "kind", "action", "who", "why", "subject_type", "subject_id", "finding_id", "rule", "level", "fixmedins_code", "dr_codg",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.Column("amount", sa.BigInteger),
        sa.Column("points", sa.BigInteger),
        sa.Column("day", sa.Text),
        sa.Column("until", sa.Text),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False, unique=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
    )
    op.create_index("event_subject", "event", ["kind", "subject_type", "subject_id"])
    op.create_index("event_finding", "event", ["kind", "finding_id", "action", "day", "number"])
    op.create_index("event_doctor", "event", ["dr_codg"])
    op.create_index("event_institution", "event", ["fixmedins_code"])
