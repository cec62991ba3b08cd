"""Handing in: once, by the candidate or at the deadline, with a receipt over everything that was answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from gradus.store.columns import to_json, to_ticks
from gradus.store.drawing import lock_candidate
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.nouns import Answered, Receipt
from gradus.store.refusals import Refused
from gradus.store.saving import answers_in
from gradus.store.standings import Situation, situation, situations
from gradus.store.tables import holding, papers, reopenings, submissions, verdicts
from gradus.store.trail import record


def submit(ledger: Ledger, candidate_id: int) -> Receipt:
    """Hand in what is saved; what was handed in before is not handed in again: its receipt is returned.

    Raises:
        Refused: "not_started".
    """
    with writing(ledger) as connection:
        lock_candidate(connection, candidate_id)
        found = situation(connection, ledger, candidate_id)
        known = _receipt(connection, candidate_id)
        if known is not None:
            return known
        if found.standing.started is None:
            raise Refused("not_started", "exam", found.candidate.exam, "was not started", "there is nothing to hand in")
        return _add(connection, ledger, found, automatic=found.is_past)


def submit_overdue(ledger: Ledger, exam: str | None = None) -> tuple[Receipt, ...]:
    """Hand in for everyone whose deadline has passed; several processes may do it at once.

    Each is handed in by a transaction of its own, at the time of the deadline.
    """
    with reading(ledger) as connection:
        due = [found.candidate.id for found in situations(connection, ledger, exam) if _is_due(found)]
    done = []
    for candidate_id in due:
        with writing(ledger) as connection:
            lock_candidate(connection, candidate_id)
            found = situation(connection, ledger, candidate_id)
            if _is_due(found):  # not handed in meanwhile, and nobody was given more time
                done.append(_add(connection, ledger, found, automatic=True))
    return tuple(done)


def _is_due(found: Situation) -> bool:
    return found.standing.state == "over" and found.is_past


def _add(connection: Connection, ledger: Ledger, found: Situation, *, automatic: bool) -> Receipt:
    who, end = found.candidate, found.standing.deadline
    at = min(found.standing.now, end) if automatic and end is not None else found.standing.now
    held = answers_in(connection, who.id)
    paper_hash = connection.execute(select(papers.c.hash).where(papers.c.id == found.paper_id)).scalar_one()
    receipt = receipt_hash(who.exam, who.candidate, paper_hash, held, at)
    answered = sum(bool(answer.text.strip()) for parts in held.values() for answer in parts.values())
    earlier = select(func.count()).where(submissions.c.candidate_id == who.id)
    row = {"candidate_id": who.id, "number": connection.execute(earlier).scalar_one() + 1, "paper_id": found.paper_id}
    row |= {"automatic": automatic, "answered": answered}
    connection.execute(insert(submissions), {**row, "receipt": receipt, "by": who.candidate, "at": at})
    said = {"receipt": receipt, "automatic": automatic, "answered": answered}
    record(connection, ledger, "handed in", who.candidate, exam=who.exam, candidate_id=who.id, data=said)
    return Receipt(who.id, receipt, at, automatic, answered)


def reopen(ledger: Ledger, candidate_id: int, reason: str, by: str) -> None:
    """Let a candidate go on who has handed in, by mistake or because time was given later.

    The receipt holds no longer, and what is saved stays. Past the deadline, give more time first: else it is handed in
    again at once.

    Raises:
        Refused: "not_started" when nothing was handed in, "changed" when it is graded, "invalid" without a name.
    """
    if not reason.strip() or not by.strip():
        raise Refused("invalid", "reason", reason, "and a name are needed", "say why, and who says so")
    with writing(ledger) as connection:
        lock_candidate(connection, candidate_id)
        who = situation(connection, ledger, candidate_id).candidate
        known = connection.execute(select(holding).where(holding.c.candidate_id == candidate_id)).first()
        if known is None:
            raise Refused(
                "not_started", "candidate", who.candidate, "has handed in nothing", "there is nothing to reopen"
            )
        if connection.execute(select(verdicts.c.id).where(verdicts.c.candidate_id == candidate_id).limit(1)).first():
            raise Refused("changed", "candidate", who.candidate, "is graded already", "mark by hand, or make a ruling")
        row = {"submission_id": known.id, "reason": reason, "by": by, "at": ledger.now()}
        connection.execute(insert(reopenings), row)
        said = {"receipt": known.receipt, "reason": reason}
        record(connection, ledger, "reopened", by, exam=who.exam, candidate_id=candidate_id, data=said)


def receipt_hash(
    exam: str, candidate: str, paper_hash: str, answers: Mapping[str, Mapping[str, Answered]], at: datetime
) -> str:
    """Return SHA-256 over who handed in what and when, in hexadecimal; equal rows give equal receipts.

    >>> from datetime import UTC
    >>> receipt_hash("midterm", "ada", "00", {}, datetime(2026, 3, 2, tzinfo=UTC))[:12]
    'fd4dd3f63af9'
    """
    written = [[item, part, answer.text] for item, parts in answers.items() for part, answer in parts.items()]
    said = {"exam": exam, "candidate": candidate, "paper": paper_hash, "answers": sorted(written), "at": to_ticks(at)}
    return hashlib.sha256(to_json(said).encode()).hexdigest()


def receipt_of(ledger: Ledger, candidate_id: int) -> Receipt | None:
    """Return a candidate's receipt, if the exam was handed in."""
    with reading(ledger) as connection:
        return _receipt(connection, candidate_id)


def _receipt(connection: Connection, candidate_id: int) -> Receipt | None:
    row = connection.execute(select(holding).where(holding.c.candidate_id == candidate_id)).first()
    return None if row is None else Receipt(candidate_id, row.receipt, row.at, row.automatic, row.answered)
