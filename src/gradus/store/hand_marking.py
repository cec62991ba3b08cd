"""Marking by people: a queue without names, in an order that is random and stays."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gradus.store.assessing import apply_hand_mark
from gradus.store.drawing import lock_candidate
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.marking_nouns import HandMark, QueuedPart, StoredVerdict, Ticket
from gradus.store.refusals import Refused
from gradus.store.rubrics import rubric_in
from gradus.store.tables import candidates, hand_marks, verdicts
from gradus.store.trail import record
from gradus.store.verdicts import add_verdicts, make_verdict, select_current

LONGEST = 10_000


def queue(ledger: Ledger, exam: str) -> tuple[QueuedPart, ...]:
    """Return the parts that people mark, in the order of the exam, with how many answers wait and are done."""
    waiting: Counter[tuple[str, str]] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    with reading(ledger) as connection:
        for row in connection.execute(select_current(exam)):
            if row.hand_mark_id is not None:
                done[row.item, row.part] += 1
            elif row.credit is None:
                waiting[row.item, row.part] += 1
            else:
                waiting[row.item, row.part] += 0  # so that the parts stand in the order of the exam
    return tuple(QueuedPart(*part, waiting[part], done[part]) for part in waiting | done if waiting[part] or done[part])


def tickets(ledger: Ledger, exam: str, item: str, part: str, *, done: bool = False) -> tuple[Ticket, ...]:
    """Return the answers to a part that wait for a person, or those marked by one; no word says whose they are."""
    mine = (verdicts.c.item == item) & (verdicts.c.part == part)
    with reading(ledger) as connection:
        first = select(verdicts.c.candidate_id, verdicts.c.id).where(mine, verdicts.c.number == 1)
        numbers = {row.candidate_id: row.id for row in connection.execute(first)}
        rows = [make_verdict(row) for row in connection.execute(select_current(exam).where(mine))]
        found = [
            _make_ticket(connection, numbers[row.candidate_id], row)
            for row in rows
            if (row.hand_mark_id is not None if done else row.hand_mark_id is None and row.points is None)
        ]
    return tuple(sorted(found, key=_shuffle))


def _shuffle(ticket: Ticket) -> bytes:
    """Return what orders tickets: unlike for each part, so that nobody is always marked last."""
    return hashlib.sha256(f"{ticket.item}\n{ticket.part}\n{ticket.ticket}".encode()).digest()


def find_ticket(ledger: Ledger, ticket: int) -> Ticket:
    """Return one answer to be marked.

    Raises:
        Refused: "unknown".
    """
    with reading(ledger) as connection:
        first, current = _find(connection, ticket)
        return _make_ticket(connection, first.id, current)


def _make_ticket(connection: Connection, ticket: int, row: StoredVerdict) -> Ticket:
    marked = None if row.hand_mark_id is None else hand_mark_in(connection, row.hand_mark_id)
    one = row.assessed
    return Ticket(ticket, one.item, one.part, one.response, one.feedback, one.worth, one.points, marked)


def _find(connection: Connection, ticket: int) -> tuple[Row[Any], StoredVerdict]:
    """Return the first verdict on a part, whose number the ticket is, and the one that holds now."""
    first = connection.execute(select(verdicts).where(verdicts.c.id == ticket, verdicts.c.number == 1)).first()
    if first is None:
        raise Refused("unknown", "ticket", ticket, "is none of the queue", "take the next one")
    mine = (verdicts.c.candidate_id == first.candidate_id) & (verdicts.c.item == first.item)
    mine = mine & (verdicts.c.part == first.part)
    last = connection.execute(select(verdicts).where(mine).order_by(verdicts.c.number.desc()).limit(1)).one()
    return first, make_verdict(last)


def mark_by_hand(
    ledger: Ledger,
    ticket: int,
    codes: Sequence[str],
    adjustment: Fraction = Fraction(0),
    comment: str = "",
    *,
    marker: str,
    after: int | None = None,
) -> StoredVerdict:
    """Decide on an answer: the points of the rubric items that apply, adjusted, cut to 0 … worth.

    Args:
        ledger: the database.
        ticket: which answer.
        codes: rubric items that apply.
        adjustment: points added or, below 0, taken.
        comment: for the candidate.
        marker: who decides.
        after: number of the verdict that the marker saw; a newer one is then not overwritten unseen.

    Raises:
        Refused: "unknown" ticket or rubric item, "changed" when another marker was faster, "invalid" without a name.
    """
    if not marker.strip():
        raise Refused("invalid", "marker", marker, "must be a name", "say who marks")
    if len(comment) > LONGEST or "\0" in comment:
        raise Refused("too_long", "comment", None, f"must be up to {LONGEST:,} characters of text", "shorten it")
    with writing(ledger) as connection:
        whose = _find(connection, ticket)[0].candidate_id
        lock_candidate(connection, whose)
        _, current = _find(connection, ticket)
        if after is not None and current.number != after:
            raise Refused("changed", "ticket", ticket, f"was marked by {current.by} meanwhile", "look at it again")
        return _mark(connection, ledger, current, HandMark(0, tuple(codes), adjustment, comment, marker))


def _mark(connection: Connection, ledger: Ledger, current: StoredVerdict, hand: HandMark) -> StoredVerdict:
    one, now = current.assessed, ledger.now()
    exam = connection.execute(select(candidates.c.exam).where(candidates.c.id == current.candidate_id)).scalar_one()
    known = rubric_in(connection, exam, one.item, one.part)
    for code in hand.codes:
        if code not in known or known[code].withdrawn or hand.codes.count(code) > 1:
            rule = f"is not in the rubric of {one.item}.{one.part}, or given twice"
            raise Refused("unknown", "code", code, rule, "look at the rubric")
    place = {"candidate_id": current.candidate_id, "item": one.item, "part": one.part}
    values = {"codes": list(hand.codes), "adjustment": hand.adjustment, "comment": hand.comment, "by": hand.marker}
    made = insert(hand_marks).values(**place, **values, at=now).returning(hand_marks.c.id)
    hand_mark_id = connection.execute(made).scalar_one()
    marked = apply_hand_mark(one, hand, known)
    basis: dict[str, Any] = {
        "paper_id": current.paper_id,
        "version_id": current.version_id,
        "rulings_seen": current.rulings_seen,
    }
    basis |= {"hand_mark_id": hand_mark_id, "regrade_id": None, "number": current.number + 1}
    add_verdicts(connection, [(marked, {**place, **basis, "by": hand.marker, "at": now})])
    said = {"item": one.item, "part": one.part, "points": str(marked.points), "hand_mark": hand_mark_id}
    record(connection, ledger, "marked", hand.marker, exam=exam, candidate_id=current.candidate_id, data=said)
    mine = (verdicts.c.hand_mark_id == hand_mark_id) & (verdicts.c.number == current.number + 1)
    return make_verdict(connection.execute(select(verdicts).where(mine)).one())


def hand_mark_in(connection: Connection, hand_mark_id: int) -> HandMark:
    """Return a person's decision."""
    row = connection.execute(select(hand_marks).where(hand_marks.c.id == hand_mark_id)).one()
    return HandMark(row.id, tuple(row.codes), row.adjustment, row.comment, row.by)
