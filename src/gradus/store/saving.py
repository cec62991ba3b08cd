"""Answers are kept as they are written: acknowledged means on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from gradus.errors import suggest
from gradus.store.columns import to_ticks
from gradus.store.drawing import lock_candidate, parts_of
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.nouns import Acknowledged, Answered, Standing, Write
from gradus.store.refusals import Refused
from gradus.store.standings import Situation, situation
from gradus.store.tables import saves

LONGEST = 200_000  # characters of one answer; a program may have as many
MOST = 500  # writes in one save
LONGEST_NAME = 200
_LARGEST_SEQUENCE = 2**53  # what a browser counts exactly
_FAR_FUTURE = 2**62


def save(
    ledger: Ledger, candidate_id: int, client: str, writes: Sequence[Write], *, seen: datetime | None = None
) -> Acknowledged:
    """Keep what a device of a candidate sends: all of it or, when any of it is refused, nothing.

    What is sent twice under one sequence number is kept once. A write that arrives after a newer one of the same device
    to the same part is kept, and does not overwrite it.

    Args:
        ledger: the database.
        candidate_id: whose.
        client: a random name of the device or tab.
        writes: what changed, each with the device's next number.
        seen: when the device read the answers that it shows. What another device wrote since then is not overwritten.

    Raises:
        Refused: "not_started", "over", "submitted", "not_on_paper", "too_long", "unreadable_text", "twice", "invalid".
        Unavailable: when the database does not take it; then nothing was kept, and it may be sent again.
    """
    with writing(ledger) as connection:
        return save_in(connection, ledger, candidate_id, client, writes, seen)[0]


def save_in(
    connection: Connection,
    ledger: Ledger,
    candidate_id: int,
    client: str,
    writes: Sequence[Write],
    seen: datetime | None,
) -> tuple[Acknowledged, Standing]:
    """Keep the same inside a transaction, and return where the candidate stands; on disk once that is committed."""
    _check(client, writes)
    lock_candidate(connection, candidate_id)
    found = situation(connection, ledger, candidate_id)
    _check_time(found)
    assert found.paper_id is not None
    asked = parts_of(connection, ledger, found.paper_id)
    for write in writes:
        _check_place(asked, write)
    overtaken = _insert(connection, found, client, writes, seen) if writes else ()
    sequences = tuple(write.sequence for write in writes)
    return Acknowledged(sequences, found.standing.now, overtaken), found.standing


def _check(client: str, writes: Sequence[Write]) -> None:
    if not 0 < len(client) <= LONGEST_NAME or not client.isprintable():
        raise Refused("invalid", "client", client, "must be a short name", "make a random one per tab")
    if len(writes) > MOST:
        raise Refused("invalid", "writes", len(writes), f"must be up to {MOST} at once", "send them in several")
    for write in writes:
        place = f"{write.item}.{write.part}"
        if not 0 <= write.sequence <= _LARGEST_SEQUENCE:
            raise Refused("invalid", "sequence", write.sequence, "must count up from 0", "reload the page")
        if len(write.text) > LONGEST:
            raise Refused("too_long", place, None, f"is longer than {LONGEST:,} characters", "shorten it")
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in write.text):
            rule = "holds a character that is none (U+0000 or half of one)"
            raise Refused("unreadable_text", place, write.text, rule, "delete it")


def _check_time(found: Situation) -> None:
    state = found.standing.state
    if state == "submitted":
        raise Refused("submitted", "exam", found.candidate.exam, "was handed in", "what was saved before counts")
    if found.standing.started is None:
        raise Refused("not_started", "exam", found.candidate.exam, "was not started", "start it first")
    if state != "sitting" and found.is_past:
        raise Refused("over", "exam", found.candidate.exam, "is over", "what was saved before counts")


def _check_place(asked: Mapping[str, tuple[str, ...]], write: Write) -> None:
    if write.item not in asked:
        raise Refused("not_on_paper", "item", write.item, "is not on this paper", suggest(write.item, asked))
    if write.part not in asked[write.item]:
        remedy = suggest(write.part, asked[write.item])
        raise Refused("not_on_paper", "part", write.part, f"is no part of {write.item}", remedy)


# one statement on both databases; both questions are answered by an index
_INSERT = text("""
    INSERT INTO saves (candidate_id, client, sequence, item, part, text, late, "by", at)
    SELECT :candidate_id, :client, :sequence, :item, :part, :text,
        EXISTS (SELECT 1 FROM saves AS own
            WHERE own.candidate_id = :candidate_id AND own.client = :client AND own.sequence > :sequence
            AND own.item = :item AND own.part = :part)
        OR EXISTS (SELECT 1 FROM saves AS other
            WHERE other.candidate_id = :candidate_id AND other.item = :item AND other.part = :part
            AND other.at > :seen AND other.client <> :client),
        :by, :at
    WHERE true
    ON CONFLICT (candidate_id, client, sequence) DO NOTHING
    RETURNING late
""")


def _insert(
    connection: Connection, found: Situation, client: str, writes: Sequence[Write], seen: datetime | None
) -> tuple[int, ...]:
    """Add the rows; return the numbers of those that do not hold."""
    now = to_ticks(found.standing.now)
    common = {"candidate_id": found.candidate.id, "client": client, "by": found.candidate.candidate, "at": now}
    common |= {"seen": _FAR_FUTURE if seen is None else to_ticks(seen)}
    overtaken = []
    for write in sorted(writes, key=lambda write: write.sequence):
        late = connection.execute(_INSERT, {**common, **_values(write)}).scalar()
        if late is None:  # it was there
            late = _find_earlier(connection, found.candidate.id, client, write)
        if late:
            overtaken.append(write.sequence)
    return tuple(overtaken)


def _find_earlier(connection: Connection, candidate_id: int, client: str, write: Write) -> bool:
    """Return whether a write that was sent before holds no longer; another text under its number is refused."""
    mine = (saves.c.candidate_id == candidate_id) & (saves.c.client == client) & (saves.c.sequence == write.sequence)
    row = connection.execute(select(saves).where(mine)).one()
    if (row.item, row.part, row.text) != (write.item, write.part, write.text):
        rule = "was sent before with another text"
        raise Refused("twice", "sequence", write.sequence, rule, "reload the page; nothing of this was kept")
    return bool(row.late)


def _values(write: Write) -> dict[str, object]:
    return {"sequence": write.sequence, "item": write.item, "part": write.part, "text": write.text}


def answers(ledger: Ledger, candidate_id: int) -> dict[str, dict[str, Answered]]:
    """Return what holds now: item → part → answer."""
    with reading(ledger) as connection:
        return answers_in(connection, candidate_id)


def answers_in(connection: Connection, candidate_id: int) -> dict[str, dict[str, Answered]]:
    """Return the same inside a transaction."""
    newest = (
        select(func.max(saves.c.id))
        .where(saves.c.candidate_id == candidate_id, saves.c.late.is_(False))
        .group_by(saves.c.item, saves.c.part)
    )
    found: dict[str, dict[str, Answered]] = {}
    for row in connection.execute(select(saves).where(saves.c.id.in_(newest)).order_by(saves.c.item, saves.c.part)):
        found.setdefault(row.item, {})[row.part] = Answered(row.text, row.at, row.client, row.sequence)
    return found
