"""Links and sessions that were ended: by those whose they are, or by staff.

Links and sessions are signed and not stored, so what is kept is how often those of someone were ended. Each says how
often that was when it was made, and holds as long as nothing has been added since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, final

from sqlalchemy import func, insert, select

from gradus.store.ledger import Ledger, reading, writing
from gradus.store.tables import revocations as table
from gradus.store.trail import record

What = Literal["links", "sessions", "session"]
Count = tuple[int, int]  # how often links were ended, and how often sessions were, with their links or without


@final
@dataclass(frozen=True, slots=True)
class Revocations:
    """What of an exam was ended up to now; `rows` tells whether there is something new."""

    rows: int = 0
    counts: Mapping[tuple[str, str], Count] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()

    def count(self, role: str, name: str) -> Count:
        """Return what links and sessions made now carry; all staff are one, under an empty name."""
        return self.counts.get((role, name), (0, 0))


def revoke(ledger: Ledger, exam: str, role: str, name: str, what: What, by: str, session: str = "") -> None:
    """End the links of someone with all their sessions, their sessions alone, or one session.

    Args:
        ledger: the database.
        exam: where they enter.
        role: `candidate` or `staff`.
        name: the candidate; empty for all staff.
        what: `links`, `sessions` or `session`.
        by: who ends them.
        session: which, of one session: what tells it from others and lets nobody in.
    """
    with writing(ledger) as connection:
        values = {"exam": exam, "role": role, "name": name, "what": what, "session": session}
        connection.execute(insert(table), {**values, "by": by, "at": ledger.now()})
        told = {"of": f"{role} {name}".strip(), "what": what}
        record(connection, ledger, "session ended" if what == "session" else f"{what} ended", by, exam=exam, data=told)


def revocations(ledger: Ledger, exam: str, known: Revocations | None = None) -> Revocations:
    """Return what was ended; `known` itself where nothing was added to it."""
    with reading(ledger) as connection:
        rows = connection.execute(select(func.count()).where(table.c.exam == exam)).scalar_one()
        if known is not None and known.rows == rows:
            return known
        links: Counter[tuple[str, str]] = Counter()
        sessions: Counter[tuple[str, str]] = Counter()
        ended = set()
        found = connection.execute(select(table).where(table.c.exam == exam)).all()
        for row in found:
            links[row.role, row.name] += row.what == "links"
            sessions[row.role, row.name] += row.what in {"links", "sessions"}
            if row.what == "session":
                ended.add(row.session)
    return Revocations(len(found), {who: (links[who], sessions[who]) for who in sessions}, frozenset(ended))
