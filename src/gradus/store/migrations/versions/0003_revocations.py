"""Links and sessions that staff or their owners end, and corrections of the roster."""

from __future__ import annotations

from alembic import op

from gradus.store.guards import guard_more
from gradus.store.migrations.making import make, of, text, truth

revision = "0003"
down_revision = "0002"

TABLES = ["revocations", "corrections"]


def upgrade() -> None:
    """Make the two tables, append-only as all others."""
    make("revocations", text("exam"), text("role"), text("name"), text("what"), text("session"), indexed="exam")
    columns = (text("name"), text("details"), truth("withdrawn"), text("reason"))
    make("corrections", of("candidate_id", "candidates"), *columns, indexed="candidate_id")
    for statement in guard_more(op.get_bind().dialect.name, TABLES):
        op.execute(statement)


def downgrade() -> None:
    """Take them away; their guards go with them."""
    for table in reversed(TABLES):
        op.drop_table(table)
