"""Saves of many candidates in one transaction: a disk that takes ten milliseconds to sync takes them once for all.

Each is kept whole or refused by itself, as `save` does; none is acknowledged before all are on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import final

from gradus.store.ledger import Ledger, writing
from gradus.store.nouns import Acknowledged, Standing, Write
from gradus.store.refusals import Refused
from gradus.store.saving import save_in


@final
@dataclass(frozen=True, slots=True)
class Save:
    """What a device of a candidate sends, as `save` takes it."""

    candidate_id: int
    client: str
    writes: Sequence[Write]
    seen: datetime | None = None


def save_all(ledger: Ledger, several: Sequence[Save]) -> list[tuple[Acknowledged, Standing] | Refused]:
    """Keep several saves; return for each what `save` returns or raises, in their order.

    Raises:
        Unavailable: when the database does not take them; then none was kept, and all may be sent again.
    """
    if len(several) == 1:  # the common case needs no savepoint
        return [_save_one(ledger, several[0])]
    found: dict[int, tuple[Acknowledged, Standing] | Refused] = {}
    with writing(ledger) as connection:
        # candidates are locked in the order of their numbers, so that two processes never wait for each other
        for place in sorted(range(len(several)), key=lambda place: several[place].candidate_id):
            one = several[place]
            try:
                with connection.begin_nested():
                    found[place] = save_in(connection, ledger, one.candidate_id, one.client, one.writes, one.seen)
            except Refused as refusal:
                found[place] = refusal
    return [found[place] for place in range(len(several))]


def _save_one(ledger: Ledger, one: Save) -> tuple[Acknowledged, Standing] | Refused:
    try:
        with writing(ledger) as connection:
            return save_in(connection, ledger, one.candidate_id, one.client, one.writes, one.seen)
    except Refused as refusal:
        return refusal
