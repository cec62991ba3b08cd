"""The audit trail: who did what, when; written in the transaction of what was done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from gradus.store.ledger import Ledger, reading, writing
from gradus.store.nouns import Event
from gradus.store.tables import events as table


def record(
    connection: Connection,
    ledger: Ledger,
    kind: str,
    who: str,
    *,
    exam: str | None = None,
    candidate_id: int | None = None,
    data: Any = None,
) -> None:
    """Add a line to the trail inside a transaction."""
    row = {"kind": kind, "by": who, "exam": exam, "candidate_id": candidate_id, "data": data, "at": ledger.now()}
    connection.execute(insert(table), row)


def note(
    ledger: Ledger, kind: str, who: str, *, exam: str | None = None, candidate_id: int | None = None, data: Any = None
) -> None:
    """Add a line to the trail; never put a secret, a link or a token into it."""
    with writing(ledger) as connection:
        record(connection, ledger, kind, who, exam=exam, candidate_id=candidate_id, data=data)


def events(ledger: Ledger, exam: str | None = None, most: int = 200) -> tuple[Event, ...]:
    """Return the newest lines of the trail, of one exam or of all, the newest first."""
    found = select(table).order_by(table.c.id.desc()).limit(most)
    if exam is not None:
        found = found.where(table.c.exam == exam)
    with reading(ledger) as connection:
        return tuple(
            Event(row.id, row.kind, row.by, row.exam, row.candidate_id, row.data, row.at)
            for row in connection.execute(found)
        )
