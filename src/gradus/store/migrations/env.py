"""What Alembic runs before each step: the connection is handed in, and all steps are one transaction."""

from __future__ import annotations

from alembic import context

from gradus.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
