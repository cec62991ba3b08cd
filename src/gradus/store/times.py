"""When candidates saved what: the raw material of how long an item took."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from gradus.store.ledger import Ledger, reading
from gradus.store.tables import candidates, saves, starts


def save_times(ledger: Ledger, exam: str) -> list[tuple[int, str, datetime]]:
    """Return every save of an exam as candidate, item and time, in order of time; a start is a save of no item."""
    mine = candidates.c.exam == exam
    written = select(saves.c.candidate_id, saves.c.item, saves.c.at).join(
        candidates, candidates.c.id == saves.c.candidate_id
    )
    began = select(starts.c.candidate_id, starts.c.at).join(candidates, candidates.c.id == starts.c.candidate_id)
    with reading(ledger) as connection:
        rows = [(row.candidate_id, row.item, row.at) for row in connection.execute(written.where(mine))]
        rows += [(row.candidate_id, "", row.at) for row in connection.execute(began.where(mine))]
    return sorted(rows, key=lambda row: row[2])
