"""Guard the tables: rows are added, never changed."""

from __future__ import annotations

from alembic import op

from gradus.store.guards import guard, unguard

revision = "0002"
down_revision = "0001"

TABLES = [
    "exams",
    "schedules",
    "audits",
    "acceptances",
    "candidates",
    "accommodations",
    "links",
    "papers",
    "starts",
    "saves",
    "submissions",
    "reopenings",
    "claims",
    "rubric_items",
    "rulings",
    "hand_marks",
    "regrades",
    "verdicts",
    "releases",
    "requests",
    "request_answers",
    "events",
]


def upgrade() -> None:
    """Guard them."""
    for statement in guard(op.get_bind().dialect.name, TABLES):
        op.execute(statement)


def downgrade() -> None:
    """Take the guards away."""
    for statement in unguard(op.get_bind().dialect.name, TABLES):
        op.execute(statement)
