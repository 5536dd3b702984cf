"""Alembic's entry: brings the database of an open connection to the newest form (forms.py)."""

from alembic import context

from medaudit.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
